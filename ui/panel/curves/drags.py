"""What a press begins and the pointer then pulls along. Each is reckoned from the state in which it began."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ....plugin.curve import Handle
from ....plugin.state import EffectState
from . import edits
from .chart import Chart
from .lanes import KeyPlace, Lane, Selection, frames_in
from .picking import Side, boxed


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class KeysDrag:
    """Selected keys, pulled by one of them."""

    state: EffectState
    selection: Selection
    grabbed: KeyPlace
    start: Point
    frames: range

    def at(self, chart: Chart, point: Point, locked: bool) -> tuple[EffectState, Selection]:
        """The grabbed key on a whole frame, the others as far from it as they were.

        Args:
            locked: only along the axis on which the pointer went farther.
        """
        across, down = _travel(self.start, point, locked)
        lane, frame = self.grabbed
        target = round(frame + across * chart.time.per_pixel)
        by_frames = target - frame if across else 0.0
        by_level = down * chart.levels[lane].per_pixel
        return shifted(self.state, self.selection, self.frames, by_frames, by_level, lane)


@dataclass(frozen=True, slots=True)
class StretchDrag:
    """Selected keys on at least two frames, pulled apart or together in time by one of them; the end farther from it
    stays."""

    state: EffectState
    selection: Selection
    grabbed: KeyPlace
    start: Point
    frames: range

    def at(self, chart: Chart, point: Point) -> tuple[EffectState, Selection]:
        """The grabbed key on a whole frame; all stay apart, in their order, and on the media."""
        times, grabbed = sorted({place.frame for place in self.selection}), self.grabbed.frame
        if grabbed - times[0] >= times[-1] - grabbed:
            pivot, end, edge = times[0], times[-1], self.frames.stop - 1
        else:
            pivot, end, edge = times[-1], times[0], self.frames.start
        target = round(grabbed + (point.x - self.start.x) * chart.time.per_pixel)
        least = 1 / min(after - before for before, after in pairwise(times))
        factor = min(max((target - pivot) / (grabbed - pivot), least), (edge - pivot) / (end - pivot))
        state = self.state
        for lane in Lane:
            if chosen := frames_in(self.selection, lane):
                state = lane.with_curve(state, edits.stretched(lane.curve(state), chosen, pivot, factor))
        return state, frozenset(
            KeyPlace(place.lane, edits.stretched_to(place.frame, pivot, factor)) for place in self.selection
        )


@dataclass(frozen=True, slots=True)
class HandleDrag:
    """One handle of a key; the opposite one turns with it unless broken."""

    state: EffectState
    key: KeyPlace
    side: Side
    broken: bool
    start: Point

    def at(self, chart: Chart, point: Point, locked: bool) -> EffectState:
        lane, frame = self.key
        curve = lane.curve(self.state)
        before = curve.handles(frame)[self.side == "right"]
        across, down = _travel(self.start, point, locked)
        frames = before.frames + across * chart.time.per_pixel
        frames = min(frames, 0.0) if self.side == "left" else max(frames, 0.0)
        handle = Handle(frames, before.amount + down * chart.levels[lane].per_pixel)
        return lane.with_curve(self.state, curve.with_handle(frame, self.side, handle, broken=self.broken))


@dataclass(frozen=True, slots=True)
class BoxDrag:
    """A box that selects what it holds, beside what was selected."""

    kept: Selection
    start: Point

    def at(self, chart: Chart, state: EffectState, point: Point) -> Selection:
        return self.kept | boxed(chart, state, self.start, point)


@dataclass(frozen=True, slots=True)
class PanDrag:
    """The view, pulled along; levels only in the lane where it began, time only where `across`."""

    chart: Chart
    lane: Lane | None
    start: Point
    across: bool

    def at(self, point: Point) -> Chart:
        dx = point.x - self.start.x if self.across else 0.0
        return self.chart.panned(self.lane, dx, point.y - self.start.y)


@dataclass(frozen=True, slots=True)
class ScrubDrag:
    """The playhead."""


@dataclass(frozen=True, slots=True)
class DividerDrag:
    """The line between the lanes."""


Drag = KeysDrag | StretchDrag | HandleDrag | BoxDrag | PanDrag | ScrubDrag | DividerDrag


def shifted(
    state: EffectState, selection: Selection, frames: range, by_frames: float, by_level: float, lane: Lane
) -> tuple[EffectState, Selection]:
    """Selected keys moved together, as far as all of them stay on the media and on the lens.

    Args:
        frames: of the media.
        by_level: for the keys in `lane`; those of the other lane keep their values.
    """
    times = [place.frame for place in selection]
    by_frames = _within(by_frames, min(times), max(times), frames.start, frames.stop - 1)
    curve = lane.curve(state)
    chosen = frames_in(selection, lane)
    levels = [level for frame, level in zip(curve.key_frames, curve.key_levels, strict=True) if frame in chosen]
    if levels:
        by_level = _within(by_level, min(levels), max(levels), *lane.limits(state.lens))
    for each in Lane:
        moving = frames_in(selection, each)
        if moving:
            moved = edits.moved(each.curve(state), moving, by_frames, by_level if each is lane else 0.0)
            state = each.with_curve(state, moved)
    return state, frozenset(KeyPlace(place.lane, place.frame + by_frames) for place in selection)


def _within(by: float, low: float, high: float, lowest: float, highest: float) -> float:
    """As far of `by` as low to high stay inside the bounds; where they are outside already, no farther out."""
    return float(min(max(by, min(lowest - low, 0.0)), max(highest - high, 0.0)))


def _travel(start: Point, point: Point, locked: bool) -> tuple[float, float]:
    across, down = point.x - start.x, point.y - start.y
    if not locked:
        return across, down
    return (across, 0.0) if abs(across) >= abs(down) else (0.0, down)
