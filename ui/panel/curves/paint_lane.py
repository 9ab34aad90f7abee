"""Draws what a lane holds: curve, keys and handles; in the focus lane also what is sharp, and the subject."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ....plugin.curve import Curve, Interpolation
from ....plugin.spline import Floats
from .chart import Chart
from .inks import BAND_EDGE, BAND_FILL, CURVES, FOCUS, SUBJECT, Inks, faded
from .lanes import Lane, Selection, frames_in
from .model import CurveModel
from .picking import handle_places
from .shapes import Band, Line, curve_line, is_crowded, pieces, sharp_band, subject_line, within

KEY, SELECTED_KEY, CROWDED_KEY, HANDLE = 6.5, 8.5, 3.5, 6.0
RIM = 3.0
"""Pixels around a key that keep it apart from its curve, or show that it is selected."""


def draw_band(painter: QPainter, model: CurveModel) -> None:
    """The depth of field around the focus curve, and what lies under the focus point."""
    band = sharp_band(model.chart, model.state)
    focusing = np.isfinite(band.far) & np.isfinite(band.near)
    # Edges of a crowded band would only blur it, and take longest to draw.
    edged = not is_crowded(model.chart, model.state.focus_distance)
    painter.setPen(QPen(faded(FOCUS, BAND_EDGE), 1.0) if edged else QPen(Qt.PenStyle.NoPen))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, edged)
    for far, near in zip(
        pieces(Line(band.x, band.far), focusing), pieces(Line(band.x, band.near), focusing), strict=True
    ):
        painter.setBrush(faded(FOCUS, BAND_FILL))
        painter.drawPolygon(_polygon(np.concatenate([far.x, near.x[::-1]]), np.concatenate([far.y, near.y[::-1]])))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if model.subject is not None:
        _draw_subject(painter, subject_line(model.chart, model.frames, model.subject), band)


def _draw_subject(painter: QPainter, line: Line, band: Band) -> None:
    """Thin, and bold where it is sharp."""
    known = np.isfinite(line.y)
    painter.setPen(QPen(QColor(SUBJECT), 1.0))
    for piece in pieces(line, known):
        painter.drawPolyline(_polygon(*piece))
    painter.setPen(QPen(QColor(SUBJECT).lighter(125), 3.0))
    for piece in pieces(line, known & within(line, band)):
        painter.drawPolyline(_polygon(*piece))


def draw_curve(painter: QPainter, chart: Chart, lane: Lane, curve: Curve, selection: Selection, inks: Inks) -> None:
    colour = QColor(CURVES[lane])
    # Without keys there is only the value at rest.
    style = Qt.PenStyle.SolidLine if curve.keys else Qt.PenStyle.DashLine
    painter.setPen(QPen(colour, 1.0 if is_crowded(chart, curve) else 2.0, style))
    painter.drawPolyline(_polygon(*curve_line(chart, lane, curve)))
    _draw_handles(painter, chart, lane, curve, selection, inks)
    _draw_keys(painter, chart, lane, curve, selection, inks)


def _draw_handles(painter: QPainter, chart: Chart, lane: Lane, curve: Curve, selection: Selection, inks: Inks) -> None:
    for handle in handle_places(chart, lane, curve, selection):
        x, y = chart.place(lane, handle.frame, curve.scale.encoded(curve.value(handle.frame)))
        painter.setPen(QPen(inks.faint(0.8), 1.2))
        painter.drawLine(QLineF(x, y, handle.x, handle.y))
        painter.setPen(QPen(inks.text, HANDLE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoint(QPointF(handle.x, handle.y))


def _draw_keys(painter: QPainter, chart: Chart, lane: Lane, curve: Curve, selection: Selection, inks: Inks) -> None:
    """All of a kind in one go: squares hold, diamonds run straight, discs are smooth."""
    xs, ys = chart.places(lane, curve)
    shown = np.flatnonzero((xs >= chart.gutter - KEY) & (xs <= chart.width + KEY))
    xs, ys = xs[shown], ys[shown]
    selected = np.isin(curve.key_frames[shown], list(frames_in(selection, lane)))
    if is_crowded(chart, curve):
        # Too small to tell their kinds apart.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for these, colour in ((~selected, QColor(CURVES[lane])), (selected, inks.accent)):
            _stamp(painter, _apart(xs[these], ys[these]), Interpolation.CONSTANT, CROWDED_KEY, colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    kinds = np.array([curve.keys[at].interpolation for at in shown])
    for chosen in (False, True):
        for kind in Interpolation:
            these = (selected == chosen) & (kinds == kind)
            places = Line(xs[these], ys[these])
            size = SELECTED_KEY if chosen else KEY
            _stamp(painter, places, kind, size + RIM, inks.accent if chosen else inks.ground)
            _stamp(painter, places, kind, size, inks.text if chosen else QColor(CURVES[lane]))


def _stamp(painter: QPainter, places: Line, kind: Interpolation, size: float, colour: QColor) -> None:
    cap = Qt.PenCapStyle.RoundCap if kind is Interpolation.BEZIER else Qt.PenCapStyle.SquareCap
    painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, cap))
    if kind is not Interpolation.LINEAR:
        _draw_points(painter, places)
        return
    turned = Line((places.x + places.y) * math.sqrt(0.5), (places.y - places.x) * math.sqrt(0.5))
    painter.rotate(45)
    _draw_points(painter, turned)
    painter.rotate(-45)


def _draw_points(painter: QPainter, points: Line) -> None:
    painter.drawPointsNp(points.x, points.y)  # type: ignore[arg-type]  # it takes arrays, whatever its stub says


def _apart(xs: Floats, ys: Floats) -> Line:
    """Without the keys that would all but cover each other."""
    cells = np.floor(xs / 3) * 65536 + np.floor(ys / 3)
    kept = np.unique(cells, return_index=True)[1]
    return Line(xs[kept], ys[kept])


def _polygon(xs: Floats, ys: Floats) -> QPolygonF:
    return QPolygonF(list(map(QPointF, xs.tolist(), ys.tolist())))
