"""The pointer in the curves: presses, drags, releases, double clicks and the wheel, in device-independent pixels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ....plugin.state import EffectState
from .drags import BoxDrag, DividerDrag, Drag, HandleDrag, KeysDrag, PanDrag, Point, ScrubDrag, StretchDrag
from .lanes import KeyPlace, Selection, selected_keys
from .model import CurveModel
from .operations import insert
from .picking import Hit, Part, pick

STILL = 3.0
"""Pixels by which a click may wander without becoming a drag."""

WHEEL_STEP = 0.85
"""Of the view that is left after zooming in by a notch of the wheel."""

WHEEL_PAN = 60.0


class Modifiers(NamedTuple):
    shift: bool = False
    control: bool = False
    alt: bool = False


class Pointer:
    """What the pointer does to a model.

    Args:
        entry: called when a key is double-clicked, for its numbers to be typed.
    """

    def __init__(self, model: CurveModel, entry: Callable[[], None]) -> None:
        self.model = model
        self.drag: Drag | None = None
        self.at = Point(0.0, 0.0)
        self.is_moving = False
        self._entry = entry
        self._start = self.at
        self._gesture = ""
        self._click: Selection = frozenset()
        self._emitted: EffectState | None = None

    @property
    def box(self) -> tuple[Point, Point] | None:
        """Corners of the selection box, while there is one."""
        return (self.drag.start, self.at) if isinstance(self.drag, BoxDrag) and self.is_moving else None

    def hit(self, at: Point) -> Hit:
        return pick(self.model.chart, self.model.state, self.model.selection, at.x, at.y)

    def hover(self, at: Point) -> Hit:
        """Keys act in the lane under the pointer."""
        hit = self.hit(at)
        if hit.part not in (Part.RULER, Part.DIVIDER):
            self.model.lane = hit.lane
        return hit

    def press(self, at: Point, modifiers: Modifiers, *, pans: bool = False) -> None:
        """Args:
        pans: pressed with the button that drags the view.
        """
        model = self.model
        self.at = self._start = at
        self.is_moving = False
        self._gesture = model.gesture()
        hit = self.hit(at)
        if pans or modifiers.alt:
            self.drag = PanDrag(model.chart, None if hit.part is Part.RULER else hit.lane, at, across=True)
            return
        self._click = model.selection
        match hit.part:
            case Part.RULER:
                self.drag = ScrubDrag()
                model.seek(model.chart.time.value(at.x))
                return
            case Part.DIVIDER:
                self.drag = DividerDrag()
                return
            case Part.SCALE:
                self.drag = PanDrag(model.chart, hit.lane, at, across=False)
            case Part.HANDLE:
                key = selected_keys(frozenset({hit.key}), model.state, hit.lane)[0]
                broken = modifiers.control or model.breaks(hit.lane, key)
                self.drag = HandleDrag(model.state, hit.key, hit.side, broken, at)
            case Part.KEY:
                self._press_key(hit.key, extends=modifiers.shift or modifiers.control)
                stretches = modifiers.control and len({place.frame for place in model.selection}) > 1
                kind = StretchDrag if stretches else KeysDrag
                self.drag = kind(model.state, model.selection, hit.key, at, model.frames)
            case Part.LANE | Part.CURVE:
                self._click = kept = model.selection if modifiers.shift or modifiers.control else frozenset()
                self.drag = BoxDrag(kept, at)
        model.lane = hit.lane

    def move(self, at: Point, modifiers: Modifiers) -> None:
        """Shift locks a drag to one axis."""
        self.at = at
        model, drag = self.model, self.drag
        if not self.is_moving and math.dist(at, self._start) < STILL:
            return
        self.is_moving = True
        match drag:
            case KeysDrag():
                self._commit(*drag.at(model.chart, at, modifiers.shift))
            case StretchDrag():
                self._commit(*drag.at(model.chart, at))
            case HandleDrag():
                self._commit(drag.at(model.chart, at, modifiers.shift), model.selection)
            case BoxDrag():
                model.selection = drag.at(model.chart, model.state, at)
            case PanDrag():
                model.chart = drag.at(at)
            case ScrubDrag():
                model.seek(model.chart.time.value(at.x))
            case DividerDrag():
                model.chart = model.chart.divided(at.y)

    def release(self) -> None:
        if isinstance(self.drag, KeysDrag | StretchDrag | BoxDrag) and not self.is_moving:
            self.model.selection = self._click
        self.drag = None
        self.is_moving = False

    def cancel(self) -> bool:
        """Give a drag up, with all that it did. Returns whether there was one."""
        drag, was_moving = self.drag, self.is_moving
        self.drag, self.is_moving = None, False
        if isinstance(drag, KeysDrag | StretchDrag) and was_moving:
            self.model.commit(drag.state, drag.selection, self._gesture)
        elif isinstance(drag, HandleDrag) and was_moving:
            self.model.commit(drag.state, self.model.selection, self._gesture)
        elif isinstance(drag, PanDrag):
            self.model.chart = drag.chart
        elif isinstance(drag, BoxDrag):
            self.model.selection = self._click
        return drag is not None

    def shown(self, state: EffectState) -> None:
        """A state is about to be shown; one that came from elsewhere (an undo) ends the drag of what was there."""
        if isinstance(self.drag, KeysDrag | StretchDrag | HandleDrag) and state not in (self.drag.state, self._emitted):
            self.drag = None

    def double_click(self, at: Point) -> None:
        model, hit = self.model, self.hit(at)
        frame = round(min(max(model.chart.time.value(at.x), model.frames.start), model.frames.stop - 1))
        match hit.part:
            case Part.KEY:
                self._entry()
            case Part.CURVE:
                insert(model, hit.lane, frame, None)
            case Part.LANE:
                low, high = hit.lane.limits(model.state.lens)
                level = min(max(model.chart.levels[hit.lane].value(at.y), low), high)
                insert(model, hit.lane, frame, hit.lane.parameter.scale.decoded(level))
            case Part.DIVIDER:
                model.chart = model.chart.shared()

    def wheel(self, at: Point, notches: float, sideways: float, modifiers: Modifiers) -> None:
        """Zooms time about the pointer; with Ctrl or over the scale it zooms levels, with Shift it moves along."""
        chart, hit = self.model.chart, self.hit(at)
        is_sideways = abs(sideways) > abs(notches)
        if modifiers.shift or is_sideways:
            self.model.chart = chart.panned(None, (sideways if is_sideways else notches) * WHEEL_PAN, 0.0)
        elif modifiers.control or hit.part is Part.SCALE:
            self.model.chart = chart.zoomed_levels(hit.lane, at.y, WHEEL_STEP**notches)
        else:
            self.model.chart = chart.zoomed_time(at.x, WHEEL_STEP**notches)

    def _press_key(self, key: KeyPlace, *, extends: bool) -> None:
        """Select a key at once, so that it can be dragged; what a mere click leaves selected is known at its end."""
        selection = self.model.selection
        if extends:
            self.model.selection = selection | {key}
            self._click = selection ^ {key}
        else:
            self._click = frozenset({key})
            if key not in selection:
                self.model.selection = self._click

    def _commit(self, state: EffectState, selection: Selection) -> None:
        self._emitted = state
        self.model.commit(state, selection, self._gesture)
