"""The transport's icons, drawn, so that they are sharp at any scale and look alike everywhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication

from .theme import FAINT_TEXT, TEXT

SIZE = 16

SHAPES: dict[str, tuple[str, ...]] = {
    "play": (">4",),
    "pause": ("|4", "|9"),
    "back": ("<8", "|12"),
    "step back": ("|3", "<12"),
    "step on": (">4", "|11"),
    "previous key": ("<9", "*12"),
    "next key": ("*4", ">7"),
    "in": ("[5",),
    "out": ("]9",),
    "loop": ("o8",),
}
"""Parts, each with where it stands: triangles, bars, a diamond, brackets, a ring."""


def icon(name: str) -> QIcon:
    made = QIcon()
    ratio = max((screen.devicePixelRatio() for screen in QApplication.screens()), default=1.0)
    for mode, colour in ((QIcon.Mode.Normal, TEXT), (QIcon.Mode.Disabled, FAINT_TEXT)):
        pixmap = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for part in SHAPES[name]:
            _draw(painter, part[0], float(part[1:]))
        painter.end()
        made.addPixmap(pixmap, mode)
    return made


def _draw(painter: QPainter, shape: str, x: float) -> None:
    match shape:
        case ">":
            painter.drawPolygon(QPolygonF([QPointF(x, 3), QPointF(x + 8, 8), QPointF(x, 13)]))
        case "<":
            painter.drawPolygon(QPolygonF([QPointF(x, 3), QPointF(x - 8, 8), QPointF(x, 13)]))
        case "|":
            painter.drawRect(QRectF(x, 3, 2.5, 10))
        case "*":
            painter.drawPolygon(QPolygonF([QPointF(x - 3, 8), QPointF(x, 5), QPointF(x + 3, 8), QPointF(x, 11)]))
        case "[":
            painter.drawRect(QRectF(x, 3, 2, 10))
            painter.drawRect(QRectF(x, 3, 6, 2))
            painter.drawRect(QRectF(x, 11, 6, 2))
        case "]":
            painter.drawRect(QRectF(x, 3, 2, 10))
            painter.drawRect(QRectF(x - 4, 3, 6, 2))
            painter.drawRect(QRectF(x - 4, 11, 6, 2))
        case "o":
            pen = painter.brush().color()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen)
            painter.drawArc(QRectF(x - 5, 3, 10, 10), 60 * 16, 300 * 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pen)
            painter.drawPolygon(QPolygonF([QPointF(x + 1, 0.5), QPointF(x + 6, 3.5), QPointF(x + 1.5, 6.5)]))
