"""The two animated parameters, each in its lane."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from ....core.optics import Lens
from ....plugin.curve import Curve, Key
from ....plugin.params import PARAMETERS, Parameter
from ....plugin.state import EffectState


class Lane(StrEnum):
    """Named as the parameter and the field of the state are."""

    FOCUS = "focus_distance"
    APERTURE = "aperture"

    @property
    def parameter(self) -> Parameter:
        return PARAMETERS[self.value]

    def curve(self, state: EffectState) -> Curve:
        return state.focus_distance if self is Lane.FOCUS else state.aperture

    def with_curve(self, state: EffectState, curve: Curve) -> EffectState:
        return replace(state, focus_distance=curve) if self is Lane.FOCUS else replace(state, aperture=curve)

    def limits(self, lens: Lens) -> tuple[float, float]:
        """Lowest and highest level that a key may be dragged to: the parameter's, and focus beyond the focal length."""
        parameter = self.parameter
        bounds = (parameter.scale.encoded(parameter.minimum), parameter.scale.encoded(parameter.maximum))
        low, high = min(bounds), max(bounds)
        # A hair beyond, because focus at the focal length itself has no picture.
        return (low, min(high, 0.999 * 1000 / lens.focal_length)) if self is Lane.FOCUS else (low, high)


class KeyPlace(NamedTuple):
    """Which key: the one of a lane at a frame."""

    lane: Lane
    frame: float


Selection = frozenset[KeyPlace]


def frames_in(selection: Selection, lane: Lane) -> frozenset[float]:
    return frozenset(place.frame for place in selection if place.lane is lane)


def standing(selection: Selection, state: EffectState) -> Selection:
    """The selected keys that the state has."""
    there = {lane: {key.frame for key in lane.curve(state).keys} for lane in Lane} if selection else {}
    return frozenset(place for place in selection if place.frame in there[place.lane])


def selected_keys(selection: Selection, state: EffectState, lane: Lane) -> list[Key]:
    """Those of a lane, in the order of their frames."""
    frames = frames_in(selection, lane)
    return [key for key in lane.curve(state).keys if key.frame in frames]
