"""Draws the curve editor: paper and lanes, kept while they stay the same, then what lies over both: playhead, selection
box, read-out."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from ...defocus_overlay import SHARP_CIRCLE
from ..fields.value_text import shown
from .chart import DIVIDER, Chart
from .drags import HandleDrag, KeysDrag
from .inks import CURVES, Inks, faded
from .lanes import Lane, frames_in
from .layers import Layers, Seen
from .model import CurveModel
from .paint_grid import draw_scale, draw_times
from .paint_lane import draw_band, draw_curve
from .pointer import Pointer
from .shapes import sharp_distances

FLAG = 5.0
"""Half the width of the playhead's flag in the ruler."""


def draw(
    painter: QPainter, layers: Layers, pointer: Pointer, palette: QPalette, font: QFont, active: Lane | None
) -> None:
    """Args:
    layers: of the canvas: a drag draws its own lane anew, and nothing else that takes long.
    active: the lane that the keys act in, while the curves have the focus.
    """
    model, chart = pointer.model, pointer.model.chart
    inks, metrics = Inks(palette), QFontMetricsF(font)
    painter.setFont(font)
    looks = chart, palette.cacheKey(), font.key()
    whole = QRectF(0, 0, chart.width, chart.height)
    paper = partial(_draw_paper, model=model, inks=inks, metrics=metrics)
    layers.draw(painter, "paper", whole, (*looks, model.frames), paper)
    for lane in Lane:
        top, bottom = chart.span(lane)
        area = QRectF(chart.gutter, top, chart.width - chart.gutter, bottom - top)
        drawn = partial(_draw_lane, model=model, lane=lane, inks=inks)
        layers.draw(painter, lane, area, (*looks, *_seen(model, lane)), drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_playhead(painter, model, inks)
    for lane in Lane:
        _draw_title(painter, model, lane, inks, metrics, is_active=lane is active)
    _draw_divider(painter, chart, inks)
    _draw_box(painter, pointer, inks)
    _draw_readout(painter, pointer, inks, metrics)


def _draw_paper(painter: QPainter, model: CurveModel, inks: Inks, metrics: QFontMetricsF) -> None:
    chart = model.chart
    painter.fillRect(QRectF(0, 0, chart.width, chart.height), inks.ground)
    draw_times(painter, chart, model.frames, inks, metrics)
    for lane in Lane:
        top, bottom = chart.span(lane)
        painter.setClipRect(QRectF(0, top, chart.width, bottom - top))
        draw_scale(painter, chart, lane, inks, metrics)


def _draw_lane(painter: QPainter, model: CurveModel, lane: Lane, inks: Inks) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if lane is Lane.FOCUS:
        draw_band(painter, model)
    draw_curve(painter, model.chart, lane, lane.curve(model.state), model.selection, inks)


def _seen(model: CurveModel, lane: Lane) -> Seen:
    """What a lane shows, besides where."""
    state, selected = model.state, frames_in(model.selection, lane)
    if lane is Lane.APERTURE:
        return state.aperture, selected
    # The depth of field goes by everything that the lens does.
    return state.focus_distance, selected, state.aperture, state.lens, model.frames, model.subject


def _draw_title(
    painter: QPainter, model: CurveModel, lane: Lane, inks: Inks, metrics: QFontMetricsF, *, is_active: bool
) -> None:
    """The lane's name with its value at the playhead, and what is sharp there; underlined while the keys act there."""
    chart, gap = model.chart, 12.0
    name = f"{lane.parameter.label}  {shown(lane.parameter, lane.curve(model.state).value(model.playhead))}"
    name_width, height = metrics.horizontalAdvance(name), metrics.height() + 4
    note = _sharp_note(model) if lane is Lane.FOCUS else ""
    note_width = metrics.horizontalAdvance(note) + gap if note else 0.0
    if note_width > chart.width - chart.gutter - name_width - 30:
        note, note_width = "", 0.0
    box = QRectF(chart.gutter + 8, chart.span(lane)[0] + 5, name_width + note_width + 12, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(inks.ground, 0.8))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(CURVES[lane]))
    painter.drawText(box.adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
    painter.setPen(inks.faint(0.75))
    painter.drawText(box.adjusted(6 + name_width + gap, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, note)
    if is_active:
        painter.setPen(QPen(inks.accent, 2.0))
        painter.drawLine(QLineF(box.left() + 6, box.bottom(), box.left() + 6 + name_width, box.bottom()))


def _sharp_note(model: CurveModel) -> str:
    """The depth of field at the playhead, with the tolerance by which it goes."""
    nearest, farthest = sharp_distances(model.state, model.playhead)
    if math.isnan(nearest):
        return "nearer than the lens focuses"
    parameter = Lane.FOCUS.parameter
    return f"sharp {shown(parameter, nearest)} to {shown(parameter, farthest)} (circle of {SHARP_CIRCLE:g} mm)"


def _draw_divider(painter: QPainter, chart: Chart, inks: Inks) -> None:
    top = chart.span(Lane.FOCUS)[1]
    painter.fillRect(QRectF(0, top, chart.width, DIVIDER), inks.faint(0.14))
    painter.setPen(QPen(inks.faint(0.5), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = chart.width / 2
    painter.drawLine(QLineF(middle - 12, top + DIVIDER / 2, middle + 12, top + DIVIDER / 2))


def _draw_playhead(painter: QPainter, model: CurveModel, inks: Inks) -> None:
    chart = model.chart
    x = chart.time.pixel(float(model.playhead))
    if not chart.gutter - FLAG <= x <= chart.width + FLAG:
        return
    painter.setPen(QPen(inks.accent, 1.5))
    painter.drawLine(QLineF(x, chart.ruler - 2, x, chart.height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.accent)
    flag = [QPointF(x - FLAG, chart.ruler - 9), QPointF(x + FLAG, chart.ruler - 9), QPointF(x, chart.ruler)]
    painter.drawPolygon(QPolygonF(flag))


def _draw_box(painter: QPainter, pointer: Pointer, inks: Inks) -> None:
    if pointer.box is None:
        return
    start, end = pointer.box
    painter.setPen(QPen(inks.accent, 1.0))
    painter.setBrush(faded(inks.accent, 0.15))
    painter.drawRect(QRectF(QPointF(*start), QPointF(*end)).normalized())


def _draw_readout(painter: QPainter, pointer: Pointer, inks: Inks, metrics: QFontMetricsF) -> None:
    """Frame and value of the key that is being dragged, beside the pointer."""
    model = pointer.model
    if not (pointer.is_moving and isinstance(pointer.drag, KeysDrag | HandleDrag)) or model.selected_key is None:
        return
    (lane, frame), key = model.selected_key
    text = f"{frame:g}   {shown(lane.parameter, key.value)}"
    width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 6
    x = min(pointer.at.x + 14, model.chart.width - width - 2)
    y = max(pointer.at.y - height - 8, model.chart.ruler + 2)
    painter.setPen(QPen(QColor(CURVES[lane]), 1.0))
    painter.setBrush(faded(inks.ground, 0.92))
    box = QRectF(x, y, width, height)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(inks.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
