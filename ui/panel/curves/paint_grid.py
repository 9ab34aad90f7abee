"""Draws the ruler, the lanes' scales, and the lines that they rule across the view."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from .chart import Chart
from .inks import CURVES, Inks
from .lanes import Lane
from .marks import distance_marks, frame_marks, stop_marks

GRID, TICK, FIGURE, OFF_MEDIA = 0.10, 0.40, 0.75, 0.05
"""How strong each is drawn."""

LEAST_GAP = 6.0
"""Pixels between minor marks."""


def gutter_width(metrics: QFontMetricsF) -> float:
    """Room for the scales' figures."""
    return metrics.horizontalAdvance("0.125") + 18


def ruler_height(metrics: QFontMetricsF) -> float:
    return metrics.height() + 10


def draw_times(painter: QPainter, chart: Chart, frames: range, inks: Inks, metrics: QFontMetricsF) -> None:
    """The ruler and the grid of frames; what lies off the media is lighter."""
    for start, stop in (
        (chart.gutter, chart.time.pixel(frames.start - 0.5)),
        (chart.time.pixel(frames.stop - 0.5), chart.width),
    ):
        left, right = max(start, chart.gutter), min(stop, chart.width)
        if right > left:
            off_media = QRectF(left, chart.ruler, right - left, chart.height - chart.ruler)
            painter.fillRect(off_media, inks.faint(OFF_MEDIA))
    gap = metrics.horizontalAdvance("00000") + 20
    grid, ticks, figures = [], [], []
    for mark in frame_marks(chart.time, gap, LEAST_GAP):
        x = chart.time.pixel(mark.level)
        if not chart.gutter <= x <= chart.width:
            continue
        ticks.append(QLineF(x, chart.ruler - (6 if mark.label else 3), x, chart.ruler))
        if mark.label:
            grid.append(QLineF(x, chart.ruler, x, chart.height))
            figures.append((x, mark.label))
    _rule(painter, grid, inks.faint(GRID))
    _rule(painter, [*ticks, QLineF(0, chart.ruler, chart.width, chart.ruler)], inks.faint(TICK))
    painter.setPen(inks.faint(FIGURE))
    for x, figure in figures:
        half = metrics.horizontalAdvance(figure) / 2
        # At the right edge a figure moves in rather than being cut.
        centre = min(x, chart.width - half - 2)
        painter.drawText(QRectF(centre - gap, 0, 2 * gap, chart.ruler - 5), Qt.AlignmentFlag.AlignCenter, figure)


def draw_scale(painter: QPainter, chart: Chart, lane: Lane, inks: Inks, metrics: QFontMetricsF) -> None:
    """A lane's engraving: metres or f-numbers."""
    axis = chart.levels[lane]
    top, bottom = chart.span(lane)
    marks = (distance_marks if lane is Lane.FOCUS else stop_marks)(axis, metrics.height() * 1.2, LEAST_GAP)
    grid, ticks = [], [QLineF(chart.gutter, top, chart.gutter, bottom)]
    half = metrics.height() / 2
    painter.setPen(QColor(CURVES[lane]))
    for mark in marks:
        y = axis.pixel(mark.level)
        ticks.append(QLineF(chart.gutter - (7 if mark.label else 4), y, chart.gutter, y))
        if mark.label:
            grid.append(QLineF(chart.gutter, y, chart.width, y))
            # A figure that the lane's edge would cut through is left out.
            if top + half - 3 <= y <= bottom - half + 3:
                room = QRectF(0, y - half, chart.gutter - 10, 2 * half)
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, mark.label)
    _rule(painter, grid, inks.faint(GRID))
    _rule(painter, ticks, inks.faint(TICK))


def _rule(painter: QPainter, lines: list[QLineF], colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.0))
    painter.drawLines(lines)
