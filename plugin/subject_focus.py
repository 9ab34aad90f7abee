"""The focus that decisions ask for, as keys.

As long as the keys are those that the decisions made, they are made anew whenever a decision changes. What an editor
did to them by hand stays, to the last bit, on all frames on which nothing new is asked for; only on its way from a key
set by hand the focus comes to what is new in time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from ..core.optics import Lens, disparity_at, distance_at
from .curve import CLOSEST_KEYS, Curve, Handle, Interpolation, Key
from .focus_decisions import Decision, Mode, turns_of
from .key_pieces import keys_in_pieces
from .look_ahead import Rack, editable_keys, pulled, racks_between
from .spline import Floats
from .state import EffectState
from .subject import Subject

Side = Literal["left", "right"]

TOLERANCE = 0.02
"""Dioptres that keys may stray from what is followed."""

SAME = 1e-9
"""Dioptres by which arithmetic alone may differ."""


def with_subjects(state: EffectState, subjects: tuple[Subject, ...], used: range, rate: float) -> EffectState:
    """The effect following other subjects, or the same ones on other decisions, with its focus keyed accordingly.

    Keys stay as they are on frames on which the decisions ask for nothing new, whatever an editor made of them.

    Args:
        used: the media frames that the clip shows.
        rate: frames a second.
    """
    after = _pull(subjects, state.lens, used, rate)
    if after is None:
        return replace(state, subjects=subjects)
    before, curve = _pull(state.subjects, state.lens, used, rate), state.focus_distance
    if before is None or _is_as_made(curve, before, used):
        curve = _rekeyed(curve, after, 0, len(used) - 1)
    else:
        changed = np.flatnonzero(np.abs(before.dioptres - after.dioptres) > SAME)
        if len(changed):
            curve = _tied(curve, after, int(changed[0]), int(changed[-1]))
    return replace(state, subjects=subjects, focus_distance=curve)


def refocused(before: EffectState, after: EffectState, used: range, rate: float) -> EffectState:
    """An edited effect, its focus where it was in the scene though the lens spans other distances now.

    Keys that nobody touched are made anew, all others are carried along. Only while the focus follows subjects: without
    them, and where the edit sets the keys itself, metres are metres.

    Args:
        used, rate: see `with_subjects`.
    """
    lenses = before.lens, after.lens
    spans = [(lens.near, lens.far) for lens in lenses]
    kept = (before.focus_distance, before.subjects) == (after.focus_distance, after.subjects)
    was, now = (_pull(after.subjects, lens, used, rate) for lens in lenses)
    if spans[0] == spans[1] or not kept or was is None or now is None:
        return after
    curve = _carried(after.focus_distance, *lenses)
    if _is_as_made(after.focus_distance, was, used):
        curve = _rekeyed(curve, now, 0, len(used) - 1)
    return replace(after, focus_distance=curve)


def detached(state: EffectState) -> EffectState:
    """The effect following nothing; its keys stay."""
    return replace(state, subjects=())


@dataclass(frozen=True, eq=False)
class _Pull:
    """The focus on every frame used, (n,), and the racks in it."""

    dioptres: Floats
    racks: list[Rack]
    start: int


@lru_cache(maxsize=4)
def _pull(subjects: tuple[Subject, ...], lens: Lens, used: range, rate: float) -> _Pull | None:
    """None where nothing is decided. Kept, because a drag asks for where it began again and again."""
    decisions = _on_used([decision for subject in subjects for decision in subject.as_decisions()], used)
    if not decisions:
        return None
    turns = turns_of(decisions, lens, used)
    racks = racks_between(turns, used, rate)
    return _Pull(pulled(turns, racks, used), racks, used.start)


@lru_cache(maxsize=4)
def _keys(pull: _Pull, first: int, last: int) -> tuple[Key, ...]:
    """For the used frames number `first` to `last`."""
    return keys_in_pieces(pull.dioptres[first : last + 1], TOLERANCE, pull.start + first, pull.racks)


def _on_used(decisions: list[Decision], used: range) -> list[Decision]:
    """Those that count in what the clip shows, which may have been trimmed since: of earlier ones the last lasts."""
    on = [decision for decision in decisions if decision.frame in used]
    earlier = [decision for decision in decisions if decision.frame < used.start]
    if earlier and all(decision.frame != used.start for decision in on):
        last = max(earlier, key=lambda decision: decision.frame)
        gone = last.track.last < used.start
        mode = Mode.FIXED if gone else last.mode
        # What is fixed stays at the distance that it had at its own frame.
        on.append(last if last.mode is Mode.FIXED else Decision(used.start, last.track, mode))
    return on


def _rekeyed(curve: Curve, pull: _Pull, first: int, last: int) -> Curve:
    """The curve with the keys of the used frames number `first` to `last` in place of what stood there."""
    replaced = range(pull.start + first, pull.start + last + 1)
    frames = np.arange(replaced.start, replaced.stop, dtype=np.float64)
    wanted = pull.dioptres[first : last + 1]
    kept = tuple(key for key in curve.keys if not _is_on(key, replaced))
    around = max(first - 1, 0), min(last + 1, len(pull.dioptres) - 1)
    fresh = tuple(key for key in _keys(pull, *around) if _is_on(key, replaced))
    while True:
        whole = replace(curve, keys=tuple(sorted((*kept, *fresh), key=lambda key: key.frame)))
        errors = np.abs(whole.levels_at(frames) - wanted)
        worst = int(errors.argmax())
        if errors[worst] <= TOLERANCE:
            return whole
        # Handles lean by the keys that were kept, too.
        fresh += editable_keys(wanted[worst : worst + 1], TOLERANCE, replaced[worst]).keys


def _tied(curve: Curve, pull: _Pull, first: int, last: int) -> Curve:
    """The curve, keyed anew on the used frames number `first` to `last`, and to the last bit as it was elsewhere.

    Where it is not on what is followed just outside, as on its way to a key set by hand, it is led there from that key.
    """
    sides: dict[int, Side] = {first - 1: "left", last + 1: "right"}
    joints = [
        (pull.start + at, float(pull.dioptres[at]), side) for at, side in sides.items() if 0 <= at < len(pull.dioptres)
    ]
    astray = [joint for joint in joints if abs(curve.levels_at(np.array([joint[0]]))[0] - joint[1]) > TOLERANCE]
    # What outside stays as it acts, before anything bends.
    for joint in joints:
        frame, _, side = joint
        anchor = _next_key(curve, frame, side) if joint in astray else frame
        curve = curve.insert(anchor).pinned(anchor, side)
    for frame, dioptres, side in astray:
        (key,) = editable_keys(np.array([dioptres]), TOLERANCE, frame).keys
        curve = curve.insert(frame, key.value).with_handle(frame, side, None)
    for frame, _, side in joints:
        curve = curve.with_handle(frame, "right" if side == "left" else "left", None, broken=True)
        if side == "left":
            curve = curve.with_interpolation(frame, Interpolation.BEZIER)
    return _rekeyed(curve, pull, first, last)


def _next_key(curve: Curve, frame: int, side: Side) -> float:
    """Where the nearest key to that side of a frame stands; the frame itself where there is none."""
    if side == "left":
        return max((key.frame for key in curve.keys if key.frame <= frame - CLOSEST_KEYS), default=frame)
    return min((key.frame for key in curve.keys if key.frame >= frame + CLOSEST_KEYS), default=frame)


def _carried(curve: Curve, before: Lens, after: Lens) -> Curve:
    """Every key at the disparity at which it was."""
    grown = after.dioptre_range / before.dioptre_range

    def metres(value: float) -> float:
        return distance_at(disparity_at(value, before), after)

    def handle(old: Handle | None) -> Handle | None:
        return replace(old, amount=old.amount * grown) if old else None

    keys = (replace(key, value=metres(key.value), left=handle(key.left), right=handle(key.right)) for key in curve.keys)
    return replace(curve, rest=metres(curve.rest), keys=tuple(keys))


def _is_as_made(curve: Curve, pull: _Pull, used: range) -> bool:
    """Whether the keys on the frames used are those that the decisions made."""
    return tuple(key for key in curve.keys if _is_on(key, used)) == _keys(pull, 0, len(used) - 1)


def _is_on(key: Key, frames: range) -> bool:
    return frames[0] - CLOSEST_KEYS <= key.frame <= frames[-1] + CLOSEST_KEYS
