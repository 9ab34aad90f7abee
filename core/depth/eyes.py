"""What two eyes agree on, what only one of them sees, and which of them is the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..frames import Image

TOLERANCE = 1.0
"""Px by which the eyes' disparities may differ."""

FAR_BELOW = -9000.0
"""Disparities below mark pixels without a match."""

LEAST_STEP = 2.0
"""Px between two surfaces that hide something from an eye."""

LEAST_VOTES = 30

CLEAR = 3.0
"""Deviations from a draw at which a vote is believed."""

NEARLY_ALL = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """Disparity (H, W) of the first eye, px, and where the second confirms it."""

    disparity: Image
    sound: NDArray[np.bool_]


def agreement(first: Image, second: Image) -> Agreement:
    """The left-right check.

    Args:
        first, second: each eye's disparity (H, W), x_first - x_second, px.
    """
    height, width = first.shape
    there = np.arange(width) - np.round(first)
    within = (first > FAR_BELOW) & (there >= 0) & (there < width)
    column = np.where(within, there, 0).astype(np.intp)
    back = second[np.arange(height)[:, None], column]
    return Agreement(first, within & (np.abs(back - first) <= TOLERANCE))


def filled(found: Agreement) -> Image:
    """Holes get the farther of what bounds them in their row: they are what nearer things hide from the other eye.

    A row without any match gets those of the rows around it.
    """
    disparity, sound = found.disparity, found.sound
    width = disparity.shape[1]
    columns = np.arange(width)
    left = np.maximum.accumulate(np.where(sound, columns, -1), axis=1)
    right = np.minimum.accumulate(np.where(sound, columns, width)[:, ::-1], axis=1)[:, ::-1]
    rows = np.arange(len(disparity))[:, None]
    from_left = np.where(left >= 0, disparity[rows, left.clip(0)], np.inf)
    from_right = np.where(right < width, disparity[rows, right.clip(None, width - 1)], np.inf)
    result = np.where(sound, disparity, np.minimum(from_left, from_right))
    known = np.flatnonzero(sound.any(axis=1))
    if known.size == 0:
        return np.zeros_like(disparity)
    nearest = known[np.abs(rows - known).argmin(axis=1)]
    whole: Image = np.ascontiguousarray(result[nearest], np.float32)
    return whole


def left_is_first(found: Sequence[tuple[Image, Agreement]]) -> bool:
    """Whether the first eye is the left one.

    What only the first eye sees lies at a step up in disparity, from left to right. If that eye is the left one, then
    bigger disparity is nearer, and the hidden strip belongs to the lower side and looks like it; if not, it looks like
    the higher side. Where that is not clear, the left eye comes first, unless everything lies below disparity 0, which
    cameras side by side never see.

    Args:
        found: frames (H, W, 3) of the first eye, and what the second confirms.
    """
    votes = np.array([vote for frame, match in found for vote in _votes(frame, match)])
    if len(votes) >= LEAST_VOTES and abs(votes.sum()) > CLEAR * np.sqrt((votes**2).sum()):
        return bool(votes.sum() > 0)
    disparities = np.concatenate([match.disparity[match.sound] for _, match in found])
    return float((disparities < 0).mean()) < NEARLY_ALL


def _votes(frame: Image, match: Agreement) -> list[float]:
    """For every hidden strip in every other row, from -1, as on its right, to 1, as on its left."""
    votes = []
    for row in range(0, len(frame), 2):
        sound, disparity, colours = match.sound[row], match.disparity[row], frame[row]
        ends = np.flatnonzero(np.diff(sound.astype(np.int8))) + 1
        for start, stop in pairwise(ends):
            if sound[start]:
                continue
            step = disparity[stop] - disparity[start - 1]
            if step < LEAST_STEP or not 0.5 <= (stop - start) / step <= 2:
                continue
            beside = int(step)
            strip = np.median(colours[start:stop], axis=0)
            lower = np.median(colours[max(0, start - beside) : start], axis=0)
            higher = np.median(colours[stop : stop + beside], axis=0)
            to_lower, to_higher = np.abs(strip - lower).sum(), np.abs(strip - higher).sum()
            votes.append(float((to_higher - to_lower) / (to_higher + to_lower + 0.05)))
    return votes
