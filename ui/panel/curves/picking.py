"""What lies under the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Literal, NamedTuple

import numpy as np

from ....plugin.curve import Curve
from ....plugin.state import EffectState
from .chart import DIVIDER, Chart
from .lanes import KeyPlace, Lane, Selection, frames_in

REACH = 8.0
"""Pixels by which a click may miss a key or a handle."""

CURVE_REACH = 5.0

MOST_HANDLES = 40
"""Selected keys beyond which handles would only be in the way, and are not drawn."""

Side = Literal["left", "right"]


class Part(Enum):
    RULER = auto()
    DIVIDER = auto()
    SCALE = auto()
    LANE = auto()
    CURVE = auto()
    KEY = auto()
    HANDLE = auto()


class Hit(NamedTuple):
    """A part of the chart: in which lane, and of a key or handle also which."""

    part: Part
    lane: Lane
    frame: float = 0.0
    side: Side = "left"

    @property
    def key(self) -> KeyPlace:
        return KeyPlace(self.lane, self.frame)


class HandlePlace(NamedTuple):
    """A handle as drawn: its key, its side, and where its end lies."""

    frame: float
    side: Side
    x: float
    y: float


def pick(chart: Chart, state: EffectState, selection: Selection, x: float, y: float) -> Hit:
    """The topmost part at a point: handles lie over keys, keys over the curve."""
    lane = chart.lane_at(y)
    if y < chart.ruler:
        return Hit(Part.RULER, lane)
    if 0 <= y - chart.span(Lane.FOCUS)[1] <= DIVIDER:
        return Hit(Part.DIVIDER, lane)
    if x < chart.gutter:
        return Hit(Part.SCALE, lane)
    curve = lane.curve(state)
    for handle in handle_places(chart, lane, curve, selection):
        if np.hypot(handle.x - x, handle.y - y) <= REACH:
            return Hit(Part.HANDLE, lane, handle.frame, handle.side)
    if curve.keys:
        xs, ys = chart.places(lane, curve)
        distances = np.hypot(xs - x, ys - y)
        nearest = int(distances.argmin())
        if distances[nearest] <= REACH:
            return Hit(Part.KEY, lane, curve.keys[nearest].frame)
    level = curve.levels_at(np.array([chart.time.value(x)]))
    near_curve = abs(chart.levels[lane].pixel(float(level[0])) - y) <= CURVE_REACH
    return Hit(Part.CURVE if near_curve else Part.LANE, lane)


def handle_places(chart: Chart, lane: Lane, curve: Curve, selection: Selection) -> Iterator[HandlePlace]:
    """The handles to draw: those of selected keys, as they act."""
    frames = frames_in(selection, lane)
    if len(frames) > MOST_HANDLES:
        return
    sides: tuple[Side, Side] = ("left", "right")
    chosen = np.isin(curve.key_frames, list(frames))
    for frame, level in zip(curve.key_frames[chosen].tolist(), curve.key_levels[chosen].tolist(), strict=True):
        for side, handle in zip(sides, curve.handles(frame), strict=True):
            if handle.frames or handle.amount:
                yield HandlePlace(frame, side, *chart.place(lane, frame + handle.frames, level + handle.amount))


def boxed(chart: Chart, state: EffectState, corner: tuple[float, float], opposite: tuple[float, float]) -> Selection:
    """The keys in a box, of both lanes where it reaches both."""
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(corner, opposite, strict=True))
    found = set()
    for lane in Lane:
        curve = lane.curve(state)
        xs, ys = chart.places(lane, curve)
        first, last = chart.span(lane)
        inside = (left <= xs) & (xs <= right) & (max(top, first) <= ys) & (ys <= min(bottom, last))
        found |= {KeyPlace(lane, frame) for frame in curve.key_frames[inside].tolist()}
    return frozenset(found)
