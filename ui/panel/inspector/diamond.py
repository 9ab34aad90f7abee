"""The key diamond: empty without keys, half full between keys, full on a key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from .binding import Keyed

SIDE = 22
REACH = 6.0
"""From the diamond's middle to its points."""


class KeyDiamond(QAbstractButton):
    """A click sets or takes away the key at the playhead."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._keyed = Keyed.NOT_ANIMATED
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_keyed(Keyed.NOT_ANIMATED)

    def show_keyed(self, keyed: Keyed) -> None:
        self._keyed = keyed
        does = "Remove this key" if keyed is Keyed.ON_KEY else "Add a key here"
        self.setToolTip(f"{does} ({keyed.value})")
        self.setAccessibleName(f"{self._label}: {does.lower()}")
        self.setAccessibleDescription(keyed.value)
        self.update()

    @property
    def keyed(self) -> Keyed:
        return self._keyed

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        accent = palette.color(QPalette.ColorRole.Highlight)
        outline = accent if self._keyed is not Keyed.NOT_ANIMATED else palette.color(QPalette.ColorRole.PlaceholderText)
        middle = QPointF(self.width() / 2, self.height() / 2)
        corners = [QPointF(REACH, 0), QPointF(0, REACH), QPointF(-REACH, 0), QPointF(0, -REACH)]
        diamond = QPolygonF([middle + corner for corner in corners])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(accent, 1.0) if self.hasFocus() else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(palette.color(QPalette.ColorRole.Button))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        if self._keyed is Keyed.ON_KEY:
            painter.drawPolygon(diamond)
        elif self._keyed is Keyed.ON_CURVE:
            left_half = [middle + QPointF(0, REACH), middle + QPointF(-REACH, 0), middle + QPointF(0, -REACH)]
            painter.drawPolygon(QPolygonF(left_half))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(outline, 1.4))
        painter.drawPolygon(diamond)
        painter.end()
