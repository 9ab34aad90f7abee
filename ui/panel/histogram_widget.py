"""The disparity histogram drawn, with the focal plane and the range of sharpness to drag."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ...core.errors import OpticsError
from ...core.frames import Image
from ...core.optics import defocus_of, distance_at
from ...plugin.state import EffectState
from .focus_pick import in_words
from .histogram import FocusRange, Part, dragged, heights
from .pictures import Shown
from .theme import ACCENT, DIM_TEXT, FAINT_TEXT, SUNKEN

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
MARGIN = 10.0
INSET = 6.0
"""Pixels that a figure keeps from the edges."""


class HistogramWidget(QWidget):
    edited = Signal(object, str)
    """A new EffectState, and the key that all edits of one drag share."""

    def __init__(self) -> None:
        super().__init__()
        self._heights: Sequence[float] = ()
        self._disparity: Image | None = None
        self._state: EffectState | None = None
        self._frame = 0
        self._width = 0
        self._held: Part | None = None
        self._gestures = itertools.count()
        self._gesture = ""
        self.setMouseTracking(True)
        self.setMinimumHeight(96)
        self.setAccessibleName("Disparity histogram")
        self.setToolTip("How much of the picture lies how near. Drag the line to focus, its edges for the aperture.")

    def sizeHint(self) -> QSize:
        return QSize(260, 130)

    def show_picture(self, shown: Shown | None) -> None:
        disparity = shown.disparity if shown is not None else None
        if disparity is self._disparity:
            return
        self._disparity = disparity
        if disparity is None:
            self._heights, self._width = (), 0
        else:
            self._heights, self._width = heights(disparity).tolist(), disparity.shape[1]
        self.update()

    def show_state(self, state: EffectState | None, frame: int) -> None:
        self._state, self._frame = state, frame
        self.update()

    @property
    def focus_range(self) -> FocusRange | None:
        """None where there is nothing to focus on, or no lens that focuses so near."""
        state = self._state
        if state is None or self._width == 0:
            return None
        aperture, focus = state.aperture.value(self._frame), state.focus_distance.value(self._frame)
        try:
            return FocusRange(defocus_of(aperture, focus, state.lens, self._width), self._width)
        except OpticsError:
            return None

    def place_of(self, disparity: float) -> float:
        """x of a disparity."""
        return MARGIN + disparity * self._extent

    @property
    def _extent(self) -> float:
        return max(1.0, self.width() - 2 * MARGIN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        held = self._part_at(event)
        if event.button() is Qt.MouseButton.LeftButton and self.focus_range is not None:
            self._held = held or Part.PLANE
            self._gesture = f"histogram {next(self._gestures)}"
            if held is None:
                self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._drag(event)
        else:
            at = self._part_at(event)
            self.setCursor(Qt.CursorShape.SizeHorCursor if at is not None else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(SUNKEN))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor = self.height() - painter.fontMetrics().height() - 5.0
        top = painter.fontMetrics().height() + 6.0
        shown = self.focus_range
        if shown is not None:
            self._draw_range(painter, shown, floor)
        self._draw_heights(painter, top, floor)
        self._draw_ticks(painter, floor)
        if shown is not None:
            self._draw_plane(painter, shown, floor)
        painter.end()

    def _draw_range(self, painter: QPainter, shown: FocusRange, floor: float) -> None:
        far, near = (self.place_of(min(max(value, -0.1), 1.1)) for value in shown.limits)
        colour = QColor(ACCENT)
        colour.setAlphaF(0.16)
        painter.fillRect(QRectF(far, 0, near - far, floor), colour)
        colour.setAlphaF(0.55)
        painter.setPen(QPen(colour, 1.0))
        for x in (far, near):
            painter.drawLine(QPointF(x, 0), QPointF(x, floor))

    def _draw_heights(self, painter: QPainter, top: float, floor: float) -> None:
        count = len(self._heights)
        points = [QPointF(self.place_of(0), floor)]
        points += [
            QPointF(self.place_of((index + 0.5) / count), floor - height * (floor - top))
            for index, height in enumerate(self._heights)
        ]
        points.append(QPointF(self.place_of(1), floor))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(FAINT_TEXT))
        painter.drawPolygon(QPolygonF(points))

    def _draw_ticks(self, painter: QPainter, floor: float) -> None:
        painter.setPen(QColor(DIM_TEXT))
        painter.drawLine(QPointF(self.place_of(0), floor), QPointF(self.place_of(1), floor))
        if self._state is None:
            return
        metrics = painter.fontMetrics()
        for disparity in TICKS:
            words = in_words(distance_at(disparity, self._state.lens))
            wide = metrics.horizontalAdvance(words)
            left = min(max(self.place_of(disparity) - wide / 2, INSET), self.width() - wide - INSET)
            painter.drawText(QPointF(left, self.height() - metrics.descent() - 2.0), words)

    def _draw_plane(self, painter: QPainter, shown: FocusRange, floor: float) -> None:
        x = self.place_of(min(max(shown.plane, -0.02), 1.02))
        painter.setPen(QPen(QColor(ACCENT), 2.0))
        painter.drawLine(QPointF(x, 0), QPointF(x, floor))
        assert self._state is not None
        words = in_words(self._state.focus_distance.value(self._frame))
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(words)
        left = x + 5 if x + 7 + wide < self.width() else x - 5 - wide
        # An edge of the range must not run through the figure.
        painter.fillRect(QRectF(left - 2, 0, wide + 4, metrics.height() + 2), QColor(SUNKEN))
        painter.drawText(QPointF(left, metrics.ascent() + 2.0), words)

    def _part_at(self, event: QMouseEvent) -> Part | None:
        shown = self.focus_range
        return None if shown is None else shown.part_at(event.position().x() - MARGIN, self._extent)

    def _drag(self, event: QMouseEvent) -> None:
        if self._state is not None and self._held is not None and self._width:
            disparity = (event.position().x() - MARGIN) / self._extent
            changed = dragged(self._state, self._frame, self._held, disparity, self._width)
            self.edited.emit(changed, self._gesture)
