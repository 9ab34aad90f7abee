"""The lanes in pixels: a row for each subject, runs of frames along it, and what lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ....plugin.subject import Subject
from ..curves.axis import Axis
from .model import Place

ROW, GAP = 18.0, 3.0
"""Pixels of a lane, and around all of them."""

MOST = 6
"""Lanes beyond which they share the height."""

REACH = 7.0
"""Pixels by which a click may miss a decision."""


class Run(NamedTuple):
    """Media frames [first, last] alike: whether the subject shows there, and whether it was decided on."""

    first: int
    last: int
    seen: bool
    focused: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """Args:
    time: media frames along the pixels.
    count: of lanes.
    """

    time: Axis
    count: int

    @property
    def row(self) -> float:
        """Pixels of a lane's height."""
        return ROW * min(MOST / max(self.count, 1), 1.0)

    @property
    def height(self) -> float:
        return 2 * GAP + self.row * self.count if self.count else 0.0

    def middle(self, number: int) -> float:
        """y of a lane's middle."""
        return GAP + (number + 0.5) * self.row

    def number_at(self, y: float) -> int | None:
        number = int((y - GAP) // self.row)
        return number if 0 <= number < self.count else None

    def frame_at(self, x: float) -> int:
        """The whole frame nearest to x."""
        return round(float(self.time.value(x)))

    def span(self, run: Run) -> tuple[float, float]:
        """x of a run's beginning and end, each frame being a cell about its middle."""
        return float(self.time.pixel(run.first - 0.5)), float(self.time.pixel(run.last + 0.5))

    def hit(self, subjects: tuple[Subject, ...], x: float, y: float) -> Place | None:
        """The decision under the pointer, or else the lane."""
        number = self.number_at(y)
        if number is None or number >= len(subjects):
            return None
        frames = [decision.frame for decision in subjects[number].decisions]
        nearest = min(frames, key=lambda frame: abs(self.time.pixel(float(frame)) - x), default=None)
        if nearest is None or abs(self.time.pixel(float(nearest)) - x) > REACH:
            return Place(number)
        return Place(number, nearest)


def runs(subjects: tuple[Subject, ...], number: int) -> list[Run]:
    """A subject's frames, in runs."""
    subject = subjects[number]
    seen = np.array(subject.seen, dtype=bool)
    decided = sorted((decision.frame, which) for which, one in enumerate(subjects) for decision in one.decisions)
    # Before the first decision its subject has the focus already.
    lasting = np.searchsorted([frame for frame, _ in decided], subject.frames, side="right") - 1
    owners = np.array([which for _, which in decided] or [-1])
    focused = owners[np.maximum(lasting, 0)] == number
    kinds = 2 * focused + seen
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    return [Run(subject.first + a, subject.first + b - 1, bool(seen[a]), bool(focused[a])) for a, b in pairwise(edges)]
