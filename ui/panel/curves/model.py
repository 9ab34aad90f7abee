"""What the curve editor shows and what is selected in it. It holds no truth: edits go out, and come back as shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ....plugin.curve import Key
from ....plugin.spline import Floats
from ....plugin.state import EffectState
from .chart import Chart, chart_of
from .edits import is_broken
from .lanes import KeyPlace, Lane, Selection, selected_keys, standing


@dataclass(slots=True)
class Clipboard:
    """Copied keys, at the frames where they stood; it outlives the clip that they were copied from."""

    keys: Mapping[Lane, tuple[Key, ...]] = field(default_factory=dict)


class CurveModel:
    """The state in view with its selection.

    Args:
        frames: of the media; keys stay on them.
        disparity: under the focus point, one for each of `frames`, or None.
        edited: takes every new state, and the key that binds the edits of one gesture together.
        sought: takes the frame that the playhead is to go to.
    """

    def __init__(
        self,
        state: EffectState,
        playhead: int,
        frames: range,
        disparity: Floats | None,
        clipboard: Clipboard,
        edited: Callable[[EffectState, str], None],
        sought: Callable[[int], None],
    ) -> None:
        self.clipboard = clipboard
        self.lane = Lane.FOCUS
        self.selection: Selection = frozenset()
        self.loose: Selection = frozenset()
        """Keys whose handles, though still in one line, break at the next pull."""
        self.state, self.playhead, self.frames = state, playhead, frames
        self._disparity = disparity
        self.subject = _dioptres(disparity, state)
        """Dioptres under the focus point, for each of the frames."""
        self.chart: Chart = chart_of(state, frames)
        self._edited, self._sought = edited, sought
        self._gestures = 0

    def show(self, state: EffectState, playhead: int, frames: range, disparity: Floats | None) -> None:
        """Another state; of another clip it is framed anew."""
        if state.uuid != self.state.uuid or frames != self.frames:
            before = self.chart
            fresh = chart_of(state, frames).laid(before.width, before.height, before.gutter, before.ruler)
            self.chart = fresh.shared(before.share).framing_all(state, frames)
            self.selection = self.loose = frozenset()
        elif state is not self.state:
            self.selection, self.loose = standing(self.selection, state), standing(self.loose, state)
        if disparity is not self._disparity or state.lens != self.state.lens:
            self._disparity, self.subject = disparity, _dioptres(disparity, state)
        self.state, self.playhead, self.frames = state, playhead, frames

    def lay_out(self, width: float, height: float, gutter: float, ruler: float) -> None:
        """On a canvas of another size; where everything was in view, everything stays in view."""
        shows_all = self.chart == self.chart.framing_all(self.state, self.frames)
        self.chart = self.chart.laid(width, height, gutter, ruler)
        if shows_all:
            self.chart = self.chart.framing_all(self.state, self.frames)

    def gesture(self) -> str:
        """A key for the edits of one gesture, unlike every other."""
        self._gestures += 1
        return f"curves {id(self):x} {self._gestures}"

    def commit(self, state: EffectState, selection: Selection, gesture: str = "") -> None:
        """Hand out an edit, with the keys that are selected after it."""
        self.selection = selection
        if state != self.state:
            self._edited(state, gesture)

    def seek(self, frame: float) -> None:
        if self.frames:
            self._sought(round(min(max(frame, self.frames.start), self.frames.stop - 1)))

    @property
    def selected_key(self) -> tuple[KeyPlace, Key] | None:
        """The selected key, when it is the only one."""
        if len(self.selection) != 1:
            return None
        (place,) = self.selection
        keys = selected_keys(self.selection, self.state, place.lane)
        return (place, keys[0]) if keys else None

    def breaks(self, lane: Lane, key: Key) -> bool:
        """Whether pulling a handle of a key leaves the opposite one where it is."""
        return is_broken(key) or KeyPlace(lane, key.frame) in self.loose

    @property
    def selected_lanes(self) -> tuple[Lane, ...]:
        return tuple(lane for lane in Lane if any(place.lane is lane for place in self.selection))


def _dioptres(disparity: Floats | None, state: EffectState) -> Floats | None:
    if disparity is None:
        return None
    dioptres: Floats = 1 / state.lens.far + disparity * state.lens.dioptre_range
    return dioptres
