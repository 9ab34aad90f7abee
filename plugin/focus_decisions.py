"""Who has the focus when: decisions in time, as in a camera's cinematic mode, and what becomes of each.

A decision says that from its frame on a subject matters. It keeps the focus until the next decision, or, when it is
followed weakly, until it is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.optics import Lens
from ..core.tracking.track import Track
from .spline import Floats

PATIENCE = 12
"""Frames that a weakly followed subject may be hidden before it counts as lost: half a second."""


class Mode(StrEnum):
    """How a decision keeps its subject in focus."""

    FIXED = "fixed"
    """At the distance that it had at the decision, whatever it does."""
    FOLLOW = "follow"
    """While it shows: lost, it hands over to another decision's subject that shows, or its distance is held."""
    STRONG = "strong"
    """Through all that hides it; where its track ends, its distance is held."""


@dataclass(frozen=True, slots=True)
class Decision:
    """From `frame` on, the subject of `track` matters."""

    frame: int
    track: Track
    mode: Mode = Mode.FOLLOW


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has the focus from `frame` until the next turn.

    Attributes:
        dioptres: (n,) where the focus would be on every frame if it had it throughout.
    """

    frame: int
    dioptres: Floats


def turns_of(decisions: Sequence[Decision], lens: Lens, used: range) -> list[Turn]:
    """Who has the focus on the frames `used`, one turn after the other; the first has it from the start.

    Raises:
        UsageError: two decisions on one frame.
    """
    ordered = sorted(decisions, key=lambda decision: decision.frame)
    for number, decision in enumerate(ordered[1:]):
        if decision.frame == ordered[number].frame:
            raise UsageError(f"two decisions on frame {decision.frame}; the focus can go to one subject at a time")
    subjects = [_dioptres(decision, lens, used) for decision in ordered]
    starts = [used.start, *(decision.frame for decision in ordered[1:])]
    stops = [*starts[1:], used.stop]
    turns: list[Turn] = []
    for number, decision in enumerate(ordered):
        turns.append(Turn(starts[number], subjects[number]))
        lost = _lost_after(decision, stops[number]) if decision.mode is Mode.FOLLOW else None
        if lost is not None:
            successor = Turn(lost, _successor(ordered, subjects, number, lost, used))
            if lost == starts[number]:
                turns.pop()  # hidden from the first: focus does not go there to leave at once
            turns.append(successor)
    return turns


def _successor(
    decisions: Sequence[Decision], subjects: Sequence[Floats], number: int, lost: int, used: range
) -> Floats:
    """What takes over from a lost subject: the nearest decision's whose subject shows then, later ones before earlier
    ones; else the distance at which it was lost."""
    others: list[int] = [*range(number + 1, len(decisions)), *reversed(range(number))]
    for other in others:
        track = decisions[other].track
        if track.first <= lost <= track.last and track.seen[lost - track.first]:
            return subjects[other]
    return np.full(len(used), subjects[number][lost - used.start], dtype=np.float64)


def _lost_after(decision: Decision, stop: int) -> int | None:
    """The frame, after the decision and before `stop`, from which its subject is not seen for longer than PATIENCE."""
    track = decision.track
    hidden = ~track.seen[decision.frame - track.first :]
    run = 0
    for frame, unseen in enumerate(hidden, decision.frame):
        run = run + 1 if unseen else 0
        if run > PATIENCE and frame - PATIENCE < stop:
            return frame - PATIENCE
    return track.last + 1 if track.last + 1 < stop else None


def _dioptres(decision: Decision, lens: Lens, used: range) -> Floats:
    """(n,) over the frames used; where there is no track its end is held."""
    track = decision.track
    frames: NDArray[np.intp] = np.arange(used.start, used.stop)
    if decision.mode is Mode.FIXED:
        frames = np.full(len(used), decision.frame)
    nearness = track.disparity[np.clip(frames - track.first, 0, len(track.disparity) - 1)]
    return np.asarray(1 / lens.far + nearness * lens.dioptre_range)
