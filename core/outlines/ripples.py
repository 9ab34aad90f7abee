"""Disparity without the ripples that a codec leaves along its edges.

They are a few per cent of the edge as high. Where the picture behind is in focus that much decides whether a pixel is
sharp, so they come out as a broken line around whatever stands in front.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..frames import Image

BLOCK = 8
"""px a side of what a codec transforms at a time, at least: ripples of an edge are in its own blocks and those beside
them."""

HIGH = 0.1
"""Share of the step between the surfaces around that a ripple is high, at most: what differs by more is a surface."""

STEP = 0.02
"""Disparity between surfaces up to which their edge leaves no ripples worth the name."""

REACH = 2
"""px to either side over which ripples are evened out."""


def calmed(disparity: Image) -> Image:
    """The disparity (H, W) with what ripples near its edges evened out; elsewhere it is the same to the bit."""
    steps = _steps(disparity)
    return _evened(np.pad(disparity, REACH, mode="edge"), steps) if (steps > STEP).any() else disparity


def _steps(disparity: Image) -> Image:
    """From the lowest to the highest disparity in a block and in those around it, block by block."""
    height, width = disparity.shape
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    whole = np.pad(disparity, ((0, rows * BLOCK - height), (0, columns * BLOCK - width)), mode="edge")
    blocks = whole.reshape(rows, BLOCK, columns, BLOCK)
    lows, highs = (np.pad(ends, 1, mode="edge") for ends in (blocks.min((1, 3)), blocks.max((1, 3))))
    around = [np.s_[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    step: Image = np.maximum.reduce([highs[one] for one in around]) - np.minimum.reduce([lows[one] for one in around])
    return step


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _evened(wide: Image, steps: Image) -> Image:
    """`wide` without the REACH px that it has more on every side: each pixel by the mean of those around it that are
    about as high, the nearer in height the more."""
    height, width = wide.shape[0] - 2 * REACH, wide.shape[1] - 2 * REACH
    even = wide[REACH : REACH + height, REACH : REACH + width].copy()
    sums, weights, one, none = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32), np.float32(1), np.float32(0)
    for y in range(height):
        for block in range(steps.shape[1]):
            step = steps[y // BLOCK, block]
            if step <= STEP:
                continue
            left, right = block * BLOCK, min((block + 1) * BLOCK, width)
            scale = one / (np.float32(HIGH) * step)
            sums[:], weights[:] = 0, 0
            here = wide[y + REACH, left + REACH : right + REACH]
            for down in range(2 * REACH + 1):
                for across in range(2 * REACH + 1):
                    there = wide[y + down, left + across : right + across]
                    for x in range(right - left):
                        off = there[x] - here[x]
                        near = off * scale
                        weight = max(one - near * near, none)
                        sums[x] += weight * weight * off
                        weights[x] += weight * weight
            for x in range(right - left):
                even[y, left + x] = here[x] + sums[x] / weights[x]
    return even
