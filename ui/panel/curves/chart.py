"""What is in view: both lanes over one time axis, with a ruler above and a scale beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ....core.optics import Lens
from ....plugin.curve import Curve
from ....plugin.spline import Floats
from ....plugin.state import EffectState
from .axis import Axis
from .lanes import Lane, Selection, frames_in

DIVIDER = 7.0
"""Pixels between the lanes, to drag them taller by."""

SHORTEST_LANE = 24.0
MARGIN = 22.0
"""Pixels left free around what is framed."""

TITLE_GAP = 6.0
"""Pixels between a lane's title and what is framed."""

DEFAULT_SHARE = 0.64
"""Of the height, for the focus lane."""

LEAST_FRAMED = {Lane.FOCUS: 0.1, Lane.APERTURE: 2.0}
"""Dioptres and stops that framing shows at least."""

LEAST_FRAMES = 10.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Geometry in device-independent pixels, y downwards. In the focus lane ∞ is up; in the aperture lane, f/32."""

    width: float
    height: float
    gutter: float
    ruler: float
    share: float
    time: Axis
    levels: Mapping[Lane, Axis]

    def place(self, lane: Lane, frame: float, level: float) -> tuple[float, float]:
        return self.time.pixel(frame), self.levels[lane].pixel(level)

    def places(self, lane: Lane, curve: Curve) -> tuple[Floats, Floats]:
        """x and y of every key, (n,) each."""
        return self.time.pixel(curve.key_frames), self.levels[lane].pixel(curve.key_levels)

    def span(self, lane: Lane) -> tuple[float, float]:
        """Top and bottom of a lane."""
        axis = self.levels[lane]
        return axis.origin, axis.origin + axis.length

    def lane_at(self, y: float) -> Lane:
        return Lane.FOCUS if y < self.span(Lane.FOCUS)[1] + DIVIDER / 2 else Lane.APERTURE

    def laid(self, width: float, height: float, gutter: float, ruler: float) -> Chart:
        """The same frames and levels on a canvas of another size."""
        return replace(self, width=width, height=height, gutter=gutter, ruler=ruler)._arranged()

    def divided(self, y: float) -> Chart:
        """With the divider at y."""
        room = max(self.height - self.ruler - DIVIDER, 1.0)
        least = min(SHORTEST_LANE / room, 0.5)
        share = min(max((y - self.ruler - DIVIDER / 2) / room, least), 1 - least)
        return replace(self, share=share)._arranged()

    def shared(self, share: float = DEFAULT_SHARE) -> Chart:
        """With that share of the height for the focus lane."""
        return replace(self, share=share)._arranged()

    def zoomed_time(self, x: float, factor: float) -> Chart:
        return replace(self, time=self.time.zoomed(x, factor))

    def zoomed_levels(self, lane: Lane, y: float, factor: float) -> Chart:
        return self._with_levels(lane, self.levels[lane].zoomed(y, factor))

    def panned(self, lane: Lane | None, dx: float, dy: float) -> Chart:
        """Moved with the pointer; up and down only the one lane."""
        chart = replace(self, time=self.time.panned(dx))
        return chart._with_levels(lane, self.levels[lane].panned(dy)) if lane else chart

    def framing_all(self, state: EffectState, frames: range) -> Chart:
        """The whole clip, all keys, and the distances that the footage shows."""
        first, last = float(frames.start), float(max(frames.stop - 1, frames.start + 1))
        chart = replace(self, time=self.time.fitted(first, last, MARGIN, MARGIN))
        shown = np.linspace(first, last, 257)
        for lane in Lane:
            curve = lane.curve(state)
            levels = np.concatenate([curve.levels_at(shown), curve.key_levels])
            if lane is Lane.FOCUS:
                levels = np.append(levels, _footage(state.lens))
            chart = chart._fitted(lane, levels)
        return chart

    def framing(self, state: EffectState, selection: Selection) -> Chart:
        """The selected keys."""
        chart = self
        frames = [place.frame for place in selection]
        if frames:
            low, high = _widened(min(frames), max(frames), LEAST_FRAMES)
            chart = replace(chart, time=chart.time.fitted(low, high, MARGIN, MARGIN))
        for lane in Lane:
            selected = frames_in(selection, lane)
            curve = lane.curve(state)
            levels = [
                level for frame, level in zip(curve.key_frames, curve.key_levels, strict=True) if frame in selected
            ]
            if levels:
                chart = chart._fitted(lane, np.array(levels))
        return chart

    def revealing(self, frame: float) -> Chart:
        """Moved in time as little as shows a frame."""
        x = self.time.pixel(frame)
        inside = min(max(x, self.gutter + MARGIN), self.width - MARGIN)
        return replace(self, time=self.time.panned(inside - x))

    def _fitted(self, lane: Lane, levels: Floats) -> Chart:
        low, high = _widened(float(levels.min()), float(levels.max()), LEAST_FRAMED[lane])
        axis = self.levels[lane]
        # A lane's title stands at its top, about as high as the ruler.
        above, below = min(self.ruler + TITLE_GAP, axis.length / 3), min(MARGIN, axis.length / 6)
        return self._with_levels(lane, axis.fitted(low, high, above, below))

    def _with_levels(self, lane: Lane, axis: Axis) -> Chart:
        return replace(self, levels={**self.levels, lane: axis})

    def _arranged(self) -> Chart:
        room = max(self.height - self.ruler - DIVIDER, 2.0)
        focus = room * self.share
        below = self.ruler + focus + DIVIDER
        levels = {
            Lane.FOCUS: self.levels[Lane.FOCUS].placed(self.ruler, focus),
            Lane.APERTURE: self.levels[Lane.APERTURE].placed(below, room - focus),
        }
        return replace(self, time=self.time.placed(self.gutter, self.width - self.gutter), levels=levels)


def chart_of(state: EffectState, frames: range) -> Chart:
    """The whole clip on a canvas that has yet to be laid out."""
    length = max(len(frames), 1)
    beyond = max(25.0, length / 2)
    time = Axis(0.0, 1.0, 0.0, 1.0, frames.start - beyond, frames.stop + beyond, 4.0)
    # Distances that the parameter does not take may still come with a timeline, and are to be seen.
    nearest = max([20.0, *state.focus_distance.key_levels.tolist()])
    focus = Axis(0.0, 1.0, 0.0, 1.0, -0.1 * nearest, 1.1 * nearest, 0.004)
    aperture = Axis(1.0, 0.0, 0.0, 1.0, -5.0, 18.0, 0.1)
    chart = Chart(100.0, 100.0, 0.0, 0.0, DEFAULT_SHARE, time, {Lane.FOCUS: focus, Lane.APERTURE: aperture})
    return chart._arranged().framing_all(state, frames)


def _footage(lens: Lens) -> tuple[float, float]:
    """Dioptres that the disparity spans."""
    return 1 / lens.far, 1 / lens.near


def _widened(low: float, high: float, least: float) -> tuple[float, float]:
    short = max(least - (high - low), 0.0) / 2
    return low - short, high + short
