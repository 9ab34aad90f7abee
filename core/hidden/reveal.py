"""What another frame shows of what lies hidden in one, laid where it is hidden."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..frames import Image
from .flow import APART, Mask, at
from .motion import Motion, halvings_of, reduced

CREDIT = 1.5
"""How far a pixel counts as known, to how much of others has come to lie on it: where a surface grows, less does."""

NEARBY = 2
"""px, at the size of motions, around where a pixel comes to lie in which something nearer must be to hide it."""

DOUBTED = 0.1
"""Faith in a motion below which nothing is taken from it."""

DISPARITY, KNOWN, CHANNELS = 3, 4, 5
"""Of what is hidden: after RGB, its disparity and how far it is known; and how many there are."""


class Hiding:
    """A frame's surfaces, and what has been seen of what they hide.

    Args:
        disparity: (H, W).

    Attributes:
        hidden: (H, W, CHANNELS): display-coded RGB and disparity of what lies behind the surface that a pixel shows, or
            behind the nearer one of two that mix in it; and how far that is known, from 0 to 1.
    """

    def __init__(self, disparity: Image) -> None:
        height, width = disparity.shape
        self.hidden: Image = np.zeros((height, width, CHANNELS), np.float32)
        self._disparity = disparity.copy()
        self._halvings = halvings_of(height, width)
        self._meet, self._farthest = _edges(self._disparity)
        self._nearest = _highest_around(reduced(disparity))
        # What comes to lie on each pixel: its way there (2) and its disparity, times how much of it, and how much.
        self._landed: Image = np.zeros((height, width, 4), np.float32)
        self._places: NDArray[np.int32] = np.empty((height * width, 2), np.int32)

    def see(self, frame: Image, disparity: Image, motion: Motion) -> None:
        """Add what another frame (H, W, 3) of that disparity (H, W) shows; the motion is from there to here."""
        count = _land(
            *motion,
            self._halvings,
            disparity,
            self._disparity,
            self._meet,
            self._farthest,
            self._nearest,
            self._landed,
            self._places,
        )
        _merge(self.hidden, self._landed, self._places[:count], frame)


@njit(cache=True, nogil=True)
def _edges(disparity: Image) -> tuple[Mask, Image]:
    height, width = disparity.shape
    meet, farthest = np.zeros((height, width), np.bool_), np.empty((height, width), np.float32)
    highs, lows = np.empty((2, width), np.float32)
    for y in range(height):
        above, here, below = disparity[max(y - 1, 0)], disparity[y], disparity[min(y + 1, height - 1)]
        for x in range(width):
            highs[x], lows[x] = max(max(above[x], here[x]), below[x]), min(min(above[x], here[x]), below[x])
        for x in range(width):
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            farthest[y, x] = min(min(lows[left], lows[x]), lows[right])
            meet[y, x] = max(max(highs[left], highs[x]), highs[right]) - farthest[y, x] > APART
    return meet, farthest


@njit(cache=True, nogil=True)
def _highest_around(picture: Image) -> Image:
    height, width = picture.shape
    highest, wide = np.empty((height, width), np.float32), picture.copy()
    for y in range(height):
        for reach in range(1, NEARBY + 1):
            for x in range(width - reach):
                wide[y, x] = max(wide[y, x], picture[y, x + reach])
                wide[y, x + reach] = max(wide[y, x + reach], picture[y, x])
    for y in range(height):
        for x in range(width):
            highest[y, x] = wide[y, x]
        for other in range(max(y - NEARBY, 0), min(y + NEARBY + 1, height)):
            for x in range(width):
                highest[y, x] = max(highest[y, x], wide[other, x])
    return highest


@njit(cache=True, nogil=True)
def _is_edge(disparity: Image, y: int, x: int) -> bool:
    height, width = disparity.shape
    low = high = disparity[y, x]
    for j in range(max(y - 1, 0), min(y + 2, height)):
        for i in range(max(x - 1, 0), min(x + 2, width)):
            low, high = min(low, disparity[j, i]), max(high, disparity[j, i])
    return bool(high - low > APART)


@njit(cache=True, nogil=True, error_model="numpy")
def _land(
    way: Image,
    faith: Image,
    approach: Image,
    halvings: int,
    theirs: Image,
    disparity: Image,
    meet: Mask,
    farthest: Image,
    nearest: Image,
    landed: Image,
    places: NDArray[np.int32],
) -> int:
    """Lay what is hidden where it is hidden; of two surfaces that come to lie on a pixel, the nearer. Returns on how
    many pixels something lies, and fills in which."""
    height, width = disparity.shape
    rows, columns = faith.shape
    count, factor = 0, np.float32(1 << halvings)
    for small_y in range(rows):
        bottom = height if small_y == rows - 1 else (small_y + 1) << halvings
        for small_x in range(columns):
            sure = faith[small_y, small_x]
            if sure < DOUBTED:
                continue
            right, down = way[small_y, small_x, 0], way[small_y, small_x, 1]
            nearer = approach[small_y, small_x] if approach.size > 1 else approach[0, 0]
            # Most of it shows in both frames.
            there = min(max(small_y + round(down), 0), rows - 1), min(max(small_x + round(right), 0), columns - 1)
            # The way is that of a block's last pixel.
            own = theirs[((small_y + 1) << halvings) - 1, ((small_x + 1) << halvings) - 1]
            if nearest[there] < own + nearer + APART:
                continue
            end = width if small_x == columns - 1 else (small_x + 1) << halvings
            for y in range(small_y << halvings, bottom):
                for x in range(small_x << halvings, end):
                    if abs(theirs[y, x] - own) > APART:
                        continue
                    d, row, column = theirs[y, x] + nearer, y + factor * down, x + factor * right
                    top, left, mixed = int(np.floor(row)), int(np.floor(column)), -1
                    for corner in range(4):
                        r, c = top + corner // 2, left + corner % 2
                        if r < 0 or c < 0 or r >= height or c >= width:
                            continue
                        if disparity[r, c] < d + APART and not (meet[r, c] and abs(farthest[r, c] - d) <= APART):
                            continue
                        if mixed < 0:
                            mixed = _is_edge(theirs, y, x)
                        weight = sure * (1 - abs(row - r)) * (1 - abs(column - c))
                        if mixed or weight <= 0:
                            continue
                        here = landed[r, c]
                        if here[3] == 0:
                            places[count, 0], places[count, 1] = r, c
                            count += 1
                        elif d < here[2] / here[3] - APART:
                            continue
                        elif d > here[2] / here[3] + APART:
                            here[0] = here[1] = here[2] = here[3] = 0
                        here[0] += weight * (x - c)
                        here[1] += weight * (y - r)
                        here[2] += weight * d
                        here[3] += weight
    return count


@njit(cache=True, nogil=True)
def _merge(hidden: Image, landed: Image, places: NDArray[np.int32], frame: Image) -> None:
    """Take up what lies there. What is known already stays, but for a nearer surface of which more is known."""
    for place in range(len(places)):
        y, x = places[place, 0], places[place, 1]
        here, weight = hidden[y, x], landed[y, x, 3]
        right, down, d = landed[y, x, 0] / weight, landed[y, x, 1] / weight, landed[y, x, 2] / weight
        for part in range(4):
            landed[y, x, part] = 0
        known = min(weight * np.float32(CREDIT), np.float32(1))
        if here[KNOWN] > 0:
            if d > here[DISPARITY] + APART and known >= here[KNOWN]:
                here[KNOWN] = 0
            elif abs(d - here[DISPARITY]) > APART:
                continue
        known = min(known, 1 - here[KNOWN])
        if known <= 0:
            continue
        share = known / (here[KNOWN] + known)
        for channel in range(3):
            here[channel] += share * (at(frame[..., channel], y + down, x + right) - here[channel])
        here[DISPARITY] += share * (d - here[DISPARITY])
        here[KNOWN] += known
