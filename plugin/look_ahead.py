"""Racks that arrive in time: the future is known, so the focus leaves for the next subject before it matters.

After Zhang et al., "Synthetic Defocus and Look-Ahead Autofocus for Casual Videography" (SIGGRAPH 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..core.errors import CurveError
from .curve import Curve, Key, Scale
from .focus_decisions import Turn
from .spline import Floats

FASTEST = 1.5
"""Dioptres a second: what a rack adds, at its fastest, to the movement of the subjects themselves."""

SHORTEST = 0.4
"""Seconds that the smallest rack takes."""

FINEST = 1e-3
"""Dioptres: keys are not asked to follow more closely; between 10 m and infinity lies a hundred times that."""

SMOOTH_PEAK = 1.5
"""The fastest that an ease from 0 to 1 over a unit of time gets: that of 3u² - 2u³."""


@dataclass(frozen=True, slots=True)
class Rack:
    """The focus goes from one turn's subject to the next one's: off at `start`, there at `arrives`.

    `wanted` is the frame that the next one matters from; `arrives` is later only where decisions follow each other
    too quickly for the bounded speed.
    """

    start: int
    arrives: int
    wanted: int


def racks_between(turns: Sequence[Turn], used: range, rate: float) -> list[Rack]:
    """One rack from each turn to the next.

    Args:
        turns: in the order of their frames.
        used: the frames that the turns' dioptres are of.
        rate: frames a second.
    """
    racks: list[Rack] = []
    free = used.start
    for before, after in pairwise(turns):
        apart = after.dioptres - before.dioptres
        length = max(1, round(SHORTEST * rate))
        while True:
            start = max(after.frame - length, free)
            crossed = np.abs(apart[start - used.start : start + length - used.start + 1])
            fastest = SMOOTH_PEAK / length * rate * crossed.max(initial=0.0)
            if fastest <= FASTEST:
                break
            length = max(length + 1, int(length * min(fastest / FASTEST, 1.1)))
        racks.append(Rack(start, start + length, after.frame))
        free = start + length
    return racks


def pulled(turns: Sequence[Turn], racks: Sequence[Rack], used: range) -> Floats:
    """(n,) dioptres of the focus on the frames used: on each turn's subject, gently over to the next."""
    frames = np.arange(used.start, used.stop)
    focus = turns[0].dioptres
    for turn, rack in zip(turns[1:], racks, strict=True):
        u = np.clip((frames - rack.start) / (rack.arrives - rack.start), 0, 1)
        focus = focus + (u * u * (3 - 2 * u)) * (turn.dioptres - focus)
    return focus


def editable_keys(dioptres: Floats, tolerance: float, start: int, racks: Sequence[Rack] = ()) -> Curve:
    """Few keys with auto-clamped handles, at no frame farther than `tolerance` dioptres from what is asked.

    Handles of their own would save a key here and there, but not survive being typed, nor an editor's hand.

    Args:
        dioptres: (n,) ≥ 0, from frame `start` on.
        tolerance: dioptres, at least FINEST.
        racks: what stands at both ends of them is a key whatever the tolerance, for an editor to take hold of.

    Raises:
        CurveError: a finer tolerance, or values that no lens has.
    """
    if not tolerance >= FINEST:
        raise CurveError(f"a tolerance of {tolerance:g} dioptres is too fine; give one from {FINEST:g}, such as 0.02")
    with np.errstate(divide="ignore"):
        metres = 1 / dioptres

    def through(places: set[int]) -> Curve:
        keys = (Key(start + place, _legible(float(metres[place]))) for place in sorted(places))
        return Curve(Scale.DIOPTRES, float(metres[0]), tuple(keys))

    last = len(metres) - 1
    held = {frame - start for rack in racks for frame in (rack.start, rack.arrives) if 0 <= frame - start <= last}
    places = {0, last if np.ptp(dioptres) else 0} | held
    frames = np.arange(start, start + len(metres), dtype=np.float64)
    while True:
        curve = through(places)
        errors = np.abs(curve.levels_at(frames) - dioptres)
        if errors.max() <= tolerance:
            return _thinned(curve, dioptres, tolerance, start, held)
        worst = {int(a + errors[a:b].argmax()) for a, b in pairwise(sorted(places))}
        places |= {place for place in worst if not errors[place] <= tolerance}  # NaN too, which no key takes


def _thinned(curve: Curve, dioptres: Floats, tolerance: float, start: int, held: set[int]) -> Curve:
    """Without the keys that the curve can do without, but for those `held`.

    An auto-clamped handle leans by the keys beside its own, so a key's going is felt by two segments to either side.
    """
    kept = list(curve.keys)
    needed: set[tuple[Key, ...]] = set()
    before = len(kept) + 1
    while len(kept) < before:  # what one key's going bends, a later one's may mend
        before = len(kept)
        at = 1
        while at < len(kept) - 1:
            around = tuple(kept[max(at - 3, 0) : at + 4])
            if int(kept[at].frame) - start in held or around in needed:
                at += 1
                continue
            nearby = replace(curve, keys=tuple(key for key in around if key is not kept[at]))
            frames = np.arange(kept[max(at - 2, 0)].frame, kept[min(at + 2, len(kept) - 1)].frame + 1)
            errors = np.abs(nearby.levels_at(frames) - dioptres[frames.astype(np.intp) - start])
            if errors.max() <= tolerance:
                del kept[at]
            else:
                needed.add(around)
                at += 1
    return replace(curve, keys=tuple(kept))


def _legible(metres: float) -> float:
    """To five digits, as an editor would type it."""
    return float(f"{metres:.5g}")
