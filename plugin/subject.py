"""A subject that is followed, as an effect carries it: where it is and how near, and when the focus is on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..core.errors import ParameterError
from ..core.tracking.steady import Series, bridged
from ..core.tracking.track import End, Track
from .focus_decisions import Decision, Mode
from .key import FRAME_LIMIT

Numbers = tuple[float, ...]

PLACE_DIGITS, DISPARITY_DIGITS = 4, 5
"""Decimals that are kept: of a place in the picture a tenth of a pixel or so, of disparity what 16 bits hold."""


class Decided(NamedTuple):
    """From `frame` on the focus is on the subject, in this mode."""

    frame: int
    mode: Mode = Mode.FOLLOW


@dataclass(frozen=True, slots=True)
class Subject:
    """On the media frames `first`, `first` + 1, …, in plain numbers, which compare and can be written down.

    Attributes:
        disparity: n ≥ 1 of them, how near it is; bridged where it is hidden.
        across, down: n each, its centre, in picture widths and heights.
        radius: n, in picture heights.
        seen: n, whether it shows.
        begins, ends: why it is followed no further, at either end.
        decisions: in the order of their frames, each on a frame on which it is followed.

    Raises:
        ParameterError: anything of this is not so.
    """

    first: int
    disparity: Numbers
    across: Numbers
    down: Numbers
    radius: Numbers
    seen: tuple[bool, ...]
    begins: End
    ends: End
    decisions: tuple[Decided, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.disparity)
        if n == 0 or any(len(values) != n for values in (self.across, self.down, self.radius, self.seen)):
            raise ParameterError("a subject's numbers are not one for each of its frames; follow it anew")
        if not -FRAME_LIMIT <= self.first <= FRAME_LIMIT - n:
            raise ParameterError(f"a subject at frame {self.first} is not possible; follow it anew")
        disparity = np.array(self.disparity)  # of an hour, in a hundredth of a second
        if not ((disparity >= 0) & (disparity <= 1)).all() or not any(self.seen):
            raise ParameterError("a subject's disparity is not between 0 and 1, or it never shows; follow it anew")
        frames = [decision.frame for decision in self.decisions]
        if any(after <= before for before, after in pairwise(frames)) or not all(f in self.frames for f in frames):
            raise ParameterError(
                f"a subject that is followed from frame {self.first} to {self.last} has decisions at {frames}; "
                "follow it anew"
            )

    @property
    def last(self) -> int:
        return self.first + len(self.disparity) - 1

    @property
    def frames(self) -> range:
        return range(self.first, self.last + 1)

    def as_decisions(self) -> list[Decision]:
        """Its decisions, each with the track."""
        centre = np.stack([np.array(self.across), np.array(self.down)], axis=1)
        seen = np.array(self.seen, dtype=bool)
        track = Track(self.first, np.array(self.disparity), centre, np.array(self.radius), seen, self.begins, self.ends)
        return [Decision(decision.frame, track, decision.mode) for decision in self.decisions]


def subject_of(track: Track, width: int, height: int) -> Subject:
    """A track over a picture of `width` x `height` px as a subject, with nothing decided."""
    return Subject(
        track.first,
        _rounded(track.disparity, DISPARITY_DIGITS),
        _rounded((track.centre[:, 0] + 0.5) / width, PLACE_DIGITS),
        _rounded((track.centre[:, 1] + 0.5) / height, PLACE_DIGITS),
        _rounded(track.radius / height, PLACE_DIGITS),
        tuple(track.seen.tolist()),
        track.begins,
        track.ends,
    )


def retracked(subject: Subject, fresh: Subject, frame: int) -> Subject:
    """The subject as it was before `frame`, and from there on as it was followed anew.

    Between the two it is hidden, where they do not meet. Decisions on frames on which it is not followed any more are
    dropped.
    """
    if frame <= subject.first:
        return _deciding(fresh, subject)
    kept = min(frame, subject.last + 1) - subject.first
    begin = frame - fresh.first
    gap = frame - subject.first - kept
    seen = (*subject.seen[:kept], *(False for _ in range(gap)), *fresh.seen[begin:])
    known = np.ones(len(seen), dtype=bool)
    known[kept : kept + gap] = False

    def joined(old: Numbers, new: Numbers, digits: int) -> Numbers:
        return _rounded(bridged(np.array([*old[:kept], *(0.0 for _ in range(gap)), *new[begin:]]), known), digits)

    whole = replace(
        subject,
        disparity=joined(subject.disparity, fresh.disparity, DISPARITY_DIGITS),
        across=joined(subject.across, fresh.across, PLACE_DIGITS),
        down=joined(subject.down, fresh.down, PLACE_DIGITS),
        radius=joined(subject.radius, fresh.radius, PLACE_DIGITS),
        seen=seen,
        ends=fresh.ends,
        decisions=(),
    )
    return _deciding(whole, subject)


def _deciding(subject: Subject, before: Subject) -> Subject:
    return replace(subject, decisions=tuple(d for d in before.decisions if d.frame in subject.frames))


def _rounded(values: Series, digits: int) -> Numbers:
    return tuple(round(value, digits) for value in values.tolist())
