"""The pointer in the lanes: what a press selects, and decisions that are dragged, in device-independent pixels."""

from __future__ import annotations

from dataclasses import dataclass

from ....plugin.state import EffectState
from .lanes import Lanes
from .model import Place, SubjectsModel

STILL = 3.0
"""Pixels by which a click may wander without becoming a drag."""


@dataclass(frozen=True, slots=True)
class Drag:
    """A decision, pulled along its lane; reckoned from the state in which it began."""

    state: EffectState
    place: Place
    start: float
    gesture: str


class LanePointer:
    """What the pointer does to a model."""

    def __init__(self, model: SubjectsModel) -> None:
        self.model = model
        self.drag: Drag | None = None
        self.is_moving = False

    def press(self, lanes: Lanes, x: float, y: float) -> None:
        model = self.model
        self.is_moving = False
        model.selected = place = lanes.hit(model.subjects, x, y)
        if place is not None and place.frame is not None and model.state is not None:
            self.drag = Drag(model.state, place, x, model.gesture())

    def move(self, lanes: Lanes, x: float) -> None:
        """To whole frames."""
        drag = self.drag
        if drag is None or drag.place.frame is None or (not self.is_moving and abs(x - drag.start) < STILL):
            return
        self.is_moving = True
        by = round((x - drag.start) * lanes.time.per_pixel)
        self.model.move(drag.state, drag.place, drag.place.frame + by, drag.gesture)

    def release(self) -> None:
        self.drag, self.is_moving = None, False

    def cancel(self) -> bool:
        """Give a drag up, with all that it did. Returns whether there was one."""
        drag, was_moving = self.drag, self.is_moving
        self.release()
        if drag is not None and was_moving:
            self.model.restore(drag.state, drag.gesture)
            self.model.selected = drag.place
        return drag is not None

    def shown(self, state: EffectState | None) -> None:
        """A state is about to be shown; one that came from elsewhere (an undo) ends the drag of what was there."""
        if self.drag is not None and state not in (self.drag.state, self.model.handed_out):
            self.release()

    def double_click(self, lanes: Lanes, x: float, y: float) -> None:
        """Decide on a subject where its lane is free."""
        place = lanes.hit(self.model.subjects, x, y)
        if place is not None and place.frame is None:
            self.model.decide(place.number, lanes.frame_at(x))
