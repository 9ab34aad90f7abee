"""The clip's frames in a row: playhead, keys, in and out, and under them which frames are ready."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from .readiness import Readiness, Ready
from .ruler_scale import RulerScale
from .theme import ACCENT, DIM_TEXT, LINE, RAISED, SUNKEN, TEXT

BAR = 4.0
"""Height of the cache bar."""

READY_COLOURS = {Ready.DRAFT: "#5c6068", Ready.FINAL: "#8fb573"}
KEY = 3.5


class Ruler(QWidget):
    sought = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._frames = range(1)
        self._playhead = 0
        self._marks = (0, 0)
        self._keys: Sequence[int] = ()
        self._ready: Readiness | None = None
        self.setAccessibleName("Ruler")
        self.setMinimumWidth(200)

    @property
    def scale(self) -> RulerScale:
        return RulerScale(self._frames, self.width())

    def show_position(self, frames: range, playhead: int, marks: tuple[int, int], keys: Sequence[int]) -> None:
        """Args:
        marks: in and out.
        keys: frames with a key of any parameter.
        """
        self._frames, self._playhead, self._marks, self._keys = frames, playhead, marks, keys
        self.update()

    def show_readiness(self, ready: Readiness | None) -> None:
        self._ready = ready
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, round(QFontMetricsF(self.font()).height() * 1.2 + 12 + BAR))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.sought.emit(self.scale.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.scale.frame_at(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(SUNKEN))
        scale, base = self.scale, self.height() - BAR - 2
        first, last = self._marks
        painter.fillRect(QRectF(scale.left(first), 0, scale.left(last + 1) - scale.left(first), base), QColor(RAISED))
        self._draw_ticks(painter, scale, base)
        self._draw_cache(painter, scale, base + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_keys(painter, scale, base)
        self._draw_playhead(painter, scale)
        painter.end()

    def _draw_ticks(self, painter: QPainter, scale: RulerScale, base: float) -> None:
        metrics = QFontMetricsF(painter.font())
        for frame in scale.labelled(metrics.horizontalAdvance("0" * len(str(self._frames[-1])))):
            x = scale.middle(frame)
            painter.setPen(QColor(LINE))
            painter.drawLine(QPointF(x, base - 5), QPointF(x, base))
            painter.setPen(QColor(DIM_TEXT))
            words = str(frame)
            if abs(x - scale.middle(self._playhead)) < metrics.horizontalAdvance(words) / 2 + 6:
                continue  # the playhead's, which has a field of its own
            left = min(
                max(x - metrics.horizontalAdvance(words) / 2, 1), self.width() - metrics.horizontalAdvance(words)
            )
            painter.drawText(QPointF(left, metrics.ascent() + 1), words)

    def _draw_cache(self, painter: QPainter, scale: RulerScale, top: float) -> None:
        if self._ready is None or self._ready.frames != self._frames:
            return
        step = self._ready.step
        for frame, ready in zip(self._frames[::step], self._ready.ready, strict=True):
            if ready is not Ready.NOT:
                wide = scale.cell * min(step, self._frames.stop - frame)
                painter.fillRect(QRectF(scale.left(frame), top, wide, BAR), QColor(READY_COLOURS[ready]))

    def _draw_keys(self, painter: QPainter, scale: RulerScale, base: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TEXT))
        for frame in self._keys:
            x, y = scale.middle(frame), base - KEY - 1
            painter.drawPolygon(
                QPolygonF([QPointF(x - KEY, y), QPointF(x, y - KEY), QPointF(x + KEY, y), QPointF(x, y + KEY)])
            )

    def _draw_playhead(self, painter: QPainter, scale: RulerScale) -> None:
        x = scale.middle(self._playhead)
        painter.setPen(QPen(QColor(ACCENT), 1.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ACCENT))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 7)]))
