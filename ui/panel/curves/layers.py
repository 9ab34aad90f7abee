"""Drawn parts of the canvas, kept as pictures for as long as what they show stays the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

Seen = tuple[object, ...]
"""All that a part's looks depend on."""


@dataclass(frozen=True)
class _Layer:
    seen: Seen
    picture: QPixmap


class Layers:
    """Each as large as the canvas, so that all lie on the same pixels whatever the screen's scale."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self._layers: dict[str, _Layer] = {}

    def draw(self, painter: QPainter, name: str, area: QRectF, seen: Seen, draw: Callable[[QPainter], None]) -> None:
        """Put a part on the canvas.

        Args:
            area: where it lies; nothing of it is drawn beyond.
            draw: draws it anew, where `seen` is not what it was.
        """
        ratio = self._canvas.devicePixelRatioF()
        size = self._canvas.size() * ratio
        layer = self._layers.get(name)
        if layer is None or layer.picture.size() != size or not _is_same(layer.seen, seen):
            picture = QPixmap(size)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            brush = QPainter(picture)
            brush.setFont(painter.font())
            brush.setClipRect(area)
            draw(brush)
            brush.end()
            layer = self._layers[name] = _Layer(seen, picture)
        painter.save()
        painter.setClipRect(area)
        painter.drawPixmap(0, 0, layer.picture)
        painter.restore()


def _is_same(held: Seen, seen: Seen) -> bool:
    return all(a is b or (_is_plain(a) and _is_plain(b) and a == b) for a, b in zip(held, seen, strict=True))


def _is_plain(value: object) -> bool:
    # Arrays are never written into: another one is another track.
    return not isinstance(value, np.ndarray)
