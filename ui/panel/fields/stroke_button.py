"""A small flat button with an icon drawn in the text's colour, sharp at any scale of the screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QToolButton

SIZE = 18
SHARPNESS = 3
"""Pixels drawn for each that is seen at 100 %, so that 200 % and more look sharp."""

FLAT = """
QToolButton { padding: 1px; border: 1px solid transparent; border-radius: 3px; background: transparent; }
QToolButton:hover { background: palette(button); }
QToolButton:checked { background: palette(base); border-color: palette(mid); }
QToolButton:focus { border-color: palette(highlight); }
"""


class StrokeButton(QToolButton):
    """Args:
    strokes: the icon on a field of 18 by 18, as in SVG: M moves, L draws a line, C a cubic.
    name: what it does, for those who read the screen and in its hint.
    """

    def __init__(self, strokes: str, name: str) -> None:
        super().__init__()
        self.setIcon(stroke_icon(strokes, self.palette()))
        self.setIconSize(QSize(SIZE, SIZE))
        self.setStyleSheet(FLAT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(name)
        self.setAccessibleName(name)


def stroke_icon(strokes: str, palette: QPalette) -> QIcon:
    """Args:
    strokes: as `StrokeButton` takes them.
    """
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        icon.addPixmap(_drawn(strokes, palette.color(group, QPalette.ColorRole.ButtonText)), mode)
    return icon


def _drawn(strokes: str, colour: QColor) -> QPixmap:
    pixmap = QPixmap(SIZE * SHARPNESS, SIZE * SHARPNESS)
    pixmap.setDevicePixelRatio(SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(_path(strokes))
    painter.end()
    return pixmap


def _path(strokes: str) -> QPainterPath:
    path = QPainterPath()
    words = iter(strokes.split())

    def point() -> QPointF:
        return QPointF(float(next(words)), float(next(words)))

    for word in words:
        match word:
            case "M":
                path.moveTo(point())
            case "L":
                path.lineTo(point())
            case "C":
                path.cubicTo(point(), point(), point())
    return path
