"""Subjects to follow: how near each is grows by a thousandth a frame, so that frames can be told apart."""

from collections.abc import Iterable

import numpy as np
from focuspuller.core.tracking.track import End, Track
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.subject import Decided, Subject, subject_of


def track(disparity: float, first: int = 0, last: int = 99, hidden: range = range(0)) -> Track:
    length = last - first + 1
    seen = np.array([frame not in hidden for frame in range(first, last + 1)])
    slope = np.linspace(disparity + 0.001 * first, disparity + 0.001 * last, length)
    return Track(first, slope, np.full((length, 2), (63.5, 35.5)), np.full(length, 7.2), seen, End.CLIP, End.CLIP)


def subject(
    disparity: float,
    first: int = 0,
    last: int = 99,
    hidden: range = range(0),
    decided: Iterable[int] = (),
    mode: Mode = Mode.FOLLOW,
) -> Subject:
    """In the middle of the picture."""
    plain = subject_of(track(disparity, first, last, hidden), 128, 72)
    decisions = tuple(Decided(frame, mode) for frame in decided)
    return Subject(
        plain.first, plain.disparity, plain.across, plain.down, plain.radius, plain.seen, End.CLIP, End.CLIP, decisions
    )
