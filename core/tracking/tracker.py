"""One subject, followed from frame to frame by what it looks like, how near it is and where it was going.

Whoever passes in front neither pulls the template along nor looks like a loss of it (see template.py): the subject is
taken to be where it was going until it shows again, at whatever distance it may have got to meanwhile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from .clicked import LARGEST, SMALLEST, TOLERANCE, clicked
from .template import CELLS, Template, cell_of
from .view import View, patch_at

STRAYING = 0.12
"""Score lost one radius from where the subject was going."""

MISJUDGED = 0.004
"""Score lost for every TOLERANCE that a hidden subject would have come nearer, or gone."""

SEEN = 0.08
"""Least score at which the subject is seen."""

SHOWING = 0.22
"""Least share of the template that must show for the subject to be seen."""

REGAINED = 0.4
"""Of its usual score: the least at which a subject that was hidden is taken to be back."""

BLINK = 2
"""Frames unseen after which a subject counts as hidden."""

DRIFT = 0.015
"""Disparity by which the subject may have come nearer, or gone, for every frame that it was hidden."""

WIDENING = 0.12
"""By how much, for every frame unseen, the search and the leave to stray grow."""

SLOWING = 0.93
"""What remains of a hidden subject's speed from one frame to the next."""

SIZES = (0.97, 1.0, 1.03)
"""Of the subject, from one frame to the next."""

SAME_SIZE = 0.012
"""Likeness by which another size must be better."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sighting:
    """The subject on one frame.

    Attributes:
        centre: (x, y) in px of the view.
        radius: px.
        disparity: of the subject where it is seen; else what it was last taken to be.
        seen: whether it shows.
        outside: share of it that lies beyond the picture.
    """

    centre: Place
    radius: float
    disparity: float
    seen: bool
    outside: float


class Tracker:
    """Follows what was clicked at (x, y) of a first view; `step` takes the views after it, or before it, in order."""

    def __init__(self, view: View, click: Place) -> None:
        subject = clicked(view, click)
        self._template = Template(view, subject)
        self._centre, self._radius, self._nearness = subject.centre, subject.radius, subject.nearness
        self._speed = (0.0, 0.0)
        self._approach = 0.0
        self._unseen = 0
        self._usual_score = 0.4
        self.first = Sighting(self._centre, self._radius, self._nearness, True, 0.0)

    def step(self, view: View) -> Sighting:
        """Where the subject is on the next view."""
        place, nearness, score = self._search(view)
        patch = patch_at(view, place, cell_of(self._radius), CELLS)
        evidence = self._template.evidence(patch, nearness)
        showing = float(evidence.sum() / self._template.mask.sum())
        least = REGAINED * self._usual_score if self._unseen > BLINK else SEEN
        seen = score > max(least, SEEN) and showing > SHOWING
        if seen:
            self._move(place, self._template.nearness(patch, evidence))
            self._usual_score += 0.1 * (score - self._usual_score)
            if self._template.learn(patch, self._nearness):
                self._resize(view)
        else:
            self._drift()
        inside = patch_at(view, self._centre, cell_of(self._radius), CELLS).inside
        return Sighting(self._centre, self._radius, self._nearness, seen, 1 - self._template.share(inside))

    @property
    def _expected(self) -> Place:
        return self._centre[0] + self._speed[0], self._centre[1] + self._speed[1]

    def _search(self, view: View) -> tuple[Place, float, float]:
        """The likeliest place and nearness around the expected ones, and their score: roughly, then finely."""
        expected, cell = self._expected, cell_of(self._radius)
        wider = 1 + WIDENING * self._unseen
        steps = min(math.ceil(DRIFT * self._unseen / TOLERANCE), 6)
        misjudged = torch.arange(-steps, steps + 1)
        nearness = self._nearness + self._approach + misjudged * TOLERANCE
        margin = min(round(CELLS / 2 * min(wider, 3)), math.ceil(max(view.height, view.width) / (2 * cell)))
        patch = patch_at(view, expected, cell, CELLS + 4 * margin)
        scores = self._template.scores(patch, nearness, coarse=True)
        reach = (torch.arange(2 * margin + 1) - margin) * 2 * cell / (self._radius * wider)
        scores = scores - STRAYING * (reach[:, None] ** 2 + reach[None, :] ** 2)
        scores = scores - MISJUDGED * misjudged.abs()[:, None, None]
        which, place = divmod(int(scores.argmax()), scores[0].numel())
        row, column = divmod(place, len(reach))
        rough = expected[0] + (column - margin) * 2 * cell, expected[1] + (row - margin) * 2 * cell

        near = patch_at(view, rough, cell, CELLS + 4)
        fine = self._template.scores(near, nearness[which : which + 1])[0]
        row, column = divmod(int(fine.argmax()), len(fine))
        best = rough[0] + (column - 2) * cell, rough[1] + (row - 2) * cell
        strayed = math.dist(best, expected) / (self._radius * wider)
        return best, float(nearness[which]), float(fine.max()) - STRAYING * strayed**2

    def _move(self, place: Place, nearness: float) -> None:
        """The subject is here, and this near. After a time unseen, how it got here says nothing about its speed."""
        if self._unseen == 0:
            step = place[0] - self._centre[0], place[1] - self._centre[1]
            self._speed = (step[0] + self._speed[0]) / 2, (step[1] + self._speed[1]) / 2
            self._approach = 0.7 * self._approach + 0.3 * (nearness - self._nearness)
        else:
            self._approach = 0.0
        self._centre, self._nearness = place, nearness
        self._unseen = 0

    def _drift(self) -> None:
        """Unseen, the subject goes on as it went, slowing down."""
        self._centre = self._expected
        self._speed = self._speed[0] * SLOWING, self._speed[1] * SLOWING
        self._nearness += self._approach
        self._approach *= SLOWING
        self._unseen += 1

    def _resize(self, view: View) -> None:
        def likeness(size: float) -> float:
            patch = patch_at(view, self._centre, cell_of(self._radius * size), CELLS)
            return self._template.likeness(patch, self._nearness) + (SAME_SIZE if size == 1 else 0)

        radius = self._radius * max(SIZES, key=likeness)
        self._radius = min(max(radius, 0.5 * SMALLEST * view.height), 1.5 * LARGEST * view.height)
