"""Where each parameter stands in the state, and how it is set there. `quality` is the panel's own and stands beside."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from ....core.errors import ParameterError
from ....core.media.disparity import DisparityReading
from ....core.optics import defocus_of
from ....plugin.curve import Curve
from ....plugin.params import PARAMETERS
from ....plugin.state import EffectState
from ..curves.edits import key_at, without

CURVES = ("focus_distance", "aperture")
LENS = ("focal_length", "near", "far")
READING = {
    "disparity_near_is_bright": "near_is_bright",
    "disparity_black": "black",
    "disparity_white": "white",
    "disparity_offset": "offset",
}
"""Parameters of the disparity clip, and the fields of its reading."""


class Keyed(Enum):
    """Whether a parameter is animated here: what its diamond shows."""

    NOT_ANIMATED = "no keys"
    ON_CURVE = "between keys"
    ON_KEY = "on a key"


class Neighbours(NamedTuple):
    """The frames of the keys before and after the playhead, where there are any."""

    previous: int | None
    next: int | None


def value_of(state: EffectState, name: str, frame: int) -> float | bool | None:
    """What a parameter is at a frame; None for the disparity's while there is no disparity clip."""
    if name in CURVES:
        return curve_of(state, name).value(frame)
    if name in LENS:
        return float(getattr(state.lens, name))
    if state.disparity is None:
        return None
    value: float | bool | None = getattr(state.disparity.reading, READING[name])
    return 0 if value is None else value  # an offset that nobody said


def with_value(state: EffectState, name: str, value: float | bool, frame: int) -> EffectState:
    """The state with a parameter set; one that has keys gets a key at the frame.

    Raises:
        ParameterError: a value out of range, or one that does not go with the others.
    """
    PARAMETERS[name].check(value)
    if name in CURVES:
        curve = curve_of(state, name)
        if not curve.keys:
            changed = _with_curve(state, name, replace(curve, rest=value))
        else:
            standing = key_at(curve, frame)
            changed = _with_curve(state, name, curve.insert(standing.frame if standing else frame, value))
    elif name in LENS:
        changed = replace(state, lens=replace(state.lens, **{name: value}))
    elif state.disparity is None:
        raise ParameterError("there is no disparity clip to read; choose one first")
    else:
        reading = _with_reading(state.disparity.reading, name, value)
        changed = replace(state, disparity=replace(state.disparity, reading=reading))
    if name in ("focus_distance", "focal_length"):
        _check_focus(changed)
    return changed


def with_default(state: EffectState, name: str) -> EffectState:
    """The state with a parameter as it comes out of the box, without keys.

    Raises:
        ParameterError: the default does not go with the other values.
    """
    default = PARAMETERS[name].default
    assert not isinstance(default, str)
    if name in CURVES:
        state = _with_curve(state, name, replace(curve_of(state, name), keys=()))
    return with_value(state, name, default, 0)


def is_default(state: EffectState, name: str) -> bool:
    keyed = name in CURVES and bool(curve_of(state, name).keys)
    return not keyed and value_of(state, name, 0) == PARAMETERS[name].default


def keyed(state: EffectState, name: str, frame: int) -> Keyed:
    curve = curve_of(state, name)
    if not curve.keys:
        return Keyed.NOT_ANIMATED
    return Keyed.ON_KEY if key_at(curve, frame) else Keyed.ON_CURVE


def with_key_toggled(state: EffectState, name: str, frame: int) -> EffectState:
    """Without the key that stands at a frame, or with one where there is none; the value there stays as it is."""
    curve = curve_of(state, name)
    standing = key_at(curve, frame)
    if standing is None:
        return _with_curve(state, name, curve.insert(frame))
    return _with_curve(state, name, without(curve, {standing.frame}))


def neighbours(state: EffectState, name: str, frame: int) -> Neighbours:
    frames = [round(key.frame) for key in curve_of(state, name).keys]
    return Neighbours(
        max((at for at in frames if at < frame), default=None), min((at for at in frames if at > frame), default=None)
    )


def curve_of(state: EffectState, name: str) -> Curve:
    return state.focus_distance if name == "focus_distance" else state.aperture


def _with_curve(state: EffectState, name: str, curve: Curve) -> EffectState:
    return replace(state, focus_distance=curve) if name == "focus_distance" else replace(state, aperture=curve)


def _with_reading(reading: DisparityReading, name: str, value: float | bool) -> DisparityReading:
    match name:
        case "disparity_near_is_bright":
            return replace(reading, near_is_bright=bool(value))
        case "disparity_black":
            return replace(reading, black=value)
        case "disparity_white":
            return replace(reading, white=value)
        case _:
            return replace(reading, offset=int(value))


def _check_focus(state: EffectState) -> None:
    """Nothing is keyed nearer than the lens can focus."""
    curve = state.focus_distance
    nearest = min((key.value for key in curve.keys), default=curve.rest)
    defocus_of(1.0, nearest, state.lens, 1)
