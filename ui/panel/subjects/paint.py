"""Draws the lanes: frames on which a subject is followed, lighter where it is hidden, and the decisions on it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from ....plugin.focus_decisions import Mode
from ..curves.inks import Inks, faded
from .colours import colour_of
from .lanes import Lanes, runs
from .model import Place
from .pointer import LanePointer

FOCUSED, FOLLOWED = 0.62, 0.3
"""Of a lane's height, where the subject has the focus and where it is only followed."""

SEEN, HIDDEN = 0.95, 0.32
"""How strong each is drawn."""

DECISION = 5.0
"""Half the width of a decision's mark."""


def draw(
    painter: QPainter, pointer: LanePointer, lanes: Lanes, gutter: float, width: float, palette: QPalette, font: QFont
) -> None:
    """Args:
    gutter: pixels at the left for the subjects' numbers.
    """
    model, inks, metrics = pointer.model, Inks(palette), QFontMetricsF(font)
    painter.setFont(font)
    painter.fillRect(QRectF(0, 0, width, lanes.height), inks.ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number in range(len(model.subjects)):
        _draw_number(painter, lanes, number, gutter, inks, is_selected=number == model.in_hand)
    painter.setClipRect(QRectF(gutter, 0, width - gutter, lanes.height))
    x = float(lanes.time.pixel(float(model.playhead)))
    painter.setPen(QPen(inks.accent, 1.5))
    painter.drawLine(QLineF(x, 0, x, lanes.height))
    for number in range(len(model.subjects)):
        _draw_runs(painter, pointer, lanes, number)
    for number, subject in enumerate(model.subjects):
        for frame, mode in subject.decisions:
            _draw_decision(
                painter, lanes, Place(number, frame), mode, inks, is_selected=model.selected == (number, frame)
            )
    if model.done is not None:
        _draw_progress(painter, lanes, len(model.subjects), model.done, gutter, width, inks)
    _draw_readout(painter, pointer, lanes, width, inks, metrics)
    painter.setClipping(False)


def _draw_number(painter: QPainter, lanes: Lanes, number: int, gutter: float, inks: Inks, *, is_selected: bool) -> None:
    middle = lanes.middle(number)
    colour = colour_of(number)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(12, middle), 4, 4)
    painter.setPen(colour if is_selected else inks.faint(0.75))
    room = QRectF(0, middle - lanes.row / 2, gutter - 10, lanes.row)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))


def _draw_runs(painter: QPainter, pointer: LanePointer, lanes: Lanes, number: int) -> None:
    middle, colour = lanes.middle(number), colour_of(number)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for run in runs(pointer.model.subjects, number):
        left, right = lanes.span(run)
        tall = lanes.row * (FOCUSED if run.focused else FOLLOWED)
        painter.fillRect(
            QRectF(left, middle - tall / 2, right - left, tall), faded(colour, SEEN if run.seen else HIDDEN)
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _draw_decision(painter: QPainter, lanes: Lanes, place: Place, mode: Mode, inks: Inks, *, is_selected: bool) -> None:
    """A disc follows, a diamond follows strongly, a square is fixed."""
    assert place.frame is not None
    x, y = float(lanes.time.pixel(float(place.frame))), lanes.middle(place.number)
    reach = min(DECISION + 1 if is_selected else DECISION, lanes.row / 2)
    painter.setPen(QPen(inks.accent if is_selected else inks.ground, 2.0))
    painter.setBrush(inks.text)
    match mode:
        case Mode.FOLLOW:
            painter.drawEllipse(QPointF(x, y), reach, reach)
        case Mode.STRONG:
            corners = ((-1.3, 0), (0, -1.3), (1.3, 0), (0, 1.3))
            painter.drawPolygon(QPolygonF([QPointF(x + a * reach, y + b * reach) for a, b in corners]))
        case Mode.FIXED:
            painter.drawRect(QRectF(x - reach, y - reach, 2 * reach, 2 * reach))


def _draw_progress(
    painter: QPainter, lanes: Lanes, number: int, done: float, gutter: float, width: float, inks: Inks
) -> None:
    """In the lane that the subject will have."""
    middle, tall = lanes.middle(number), lanes.row * FOLLOWED
    words = f"Following: {100 * done:.0f} %, Esc gives up"
    wide = painter.fontMetrics().horizontalAdvance("Following: 100 %, Esc gives up") + 12
    room = QRectF(gutter + 8, middle - lanes.row / 2, wide, lanes.row)
    painter.fillRect(room.adjusted(-8, 0, 0, 0), inks.ground)  # the playhead may stand there
    painter.setPen(inks.text)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
    bar = QRectF(room.right(), middle - tall / 2, max(width - room.right() - 12, 0), tall)
    painter.fillRect(bar, inks.faint(0.15))
    bar.setWidth(bar.width() * done)
    painter.fillRect(bar, faded(colour_of(number), SEEN))


def _draw_readout(
    painter: QPainter, pointer: LanePointer, lanes: Lanes, width: float, inks: Inks, metrics: QFontMetricsF
) -> None:
    """The frame of the decision that is being dragged, beside it."""
    place = pointer.model.selected
    if not pointer.is_moving or place is None or place.frame is None:
        return
    words = f"frame {place.frame}"
    wide = metrics.horizontalAdvance(words) + 10
    x = float(lanes.time.pixel(float(place.frame))) + 12
    left = x if x + wide < width else x - 24 - wide
    box = QRectF(left, lanes.middle(place.number) - metrics.height() / 2, wide, metrics.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(inks.ground))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(inks.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
