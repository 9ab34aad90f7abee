"""The key to the defocus map's colours, in pixels of blur radius."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter

from ..defocus_overlay import legend_colours
from .theme import TEXT

WIDTH, BAR = 250.0, 10.0
MARGIN = 12.0
STOPS = 16
GAP = 0.04
"""Of the width, the clear band in the middle; drawn wide enough to be seen."""


def legend_height(metrics: QFontMetrics) -> float:
    """Points from the lower edge up to which it reaches."""
    return 2 * metrics.height() + BAR + 18 + MARGIN


def draw_legend(painter: QPainter, room: QRect, full_radius: float, sharp: float) -> None:
    """In the lower left corner of `room`.

    Args:
        full_radius: px at the ends of the scale.
        sharp: px up to which the picture is in focus.
    """
    metrics = painter.fontMetrics()
    line = metrics.height()
    width = min(WIDTH, room.width() - 4 * MARGIN)
    if width < 120:
        return
    height = legend_height(metrics)
    box = QRectF(room.left() + MARGIN, room.bottom() - height, width + 24, height - MARGIN)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 175))
    painter.drawRoundedRect(box, 4, 4)
    bar = QRectF(box.left() + 12, box.top() + line + 8, width, BAR)
    _draw_bar(painter, bar)
    painter.setPen(QColor(TEXT))
    above = QRectF(bar.left(), box.top() + 4, width, line)
    painter.drawText(above, Qt.AlignmentFlag.AlignLeft, "behind")
    painter.drawText(above, Qt.AlignmentFlag.AlignHCenter, f"sharp ±{sharp:.2g} px")
    painter.drawText(above, Qt.AlignmentFlag.AlignRight, "in front")
    below = QRectF(bar.left(), bar.bottom() + 3, width, line)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"-{full_radius:g} px")
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "0")
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"+{full_radius:g} px")


def _draw_bar(painter: QPainter, bar: QRectF) -> None:
    behind, front = legend_colours(STOPS)
    gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
    for index in range(STOPS):
        reach = GAP / 2 + (0.5 - GAP / 2) * index / (STOPS - 1)
        gradient.setColorAt(max(0.0, 0.5 - reach), QColor(*map(int, behind[index])))
        gradient.setColorAt(min(1.0, 0.5 + reach), QColor(*map(int, front[index])))
    painter.setBrush(gradient)
    painter.drawRoundedRect(bar, 2, 2)
    painter.fillRect(
        QRectF(bar.center().x() - GAP / 2 * bar.width(), bar.top(), GAP * bar.width(), BAR), QColor("#000")
    )
    painter.setPen(QColor(TEXT))
    painter.drawLine(QPointF(bar.center().x(), bar.top() - 2), QPointF(bar.center().x(), bar.bottom() + 2))
