"""Disparity without the ripples that a codec leaves along its edges.

They are a few per cent of the edge as high. Where the picture behind is in focus that much decides whether a pixel is
sharp, so they come out as a broken line around whatever stands in front.
"""

from __future__ import annotations

import numpy as np
import torch
from numba import njit

from ..frames import Image
from .soft import highest, lowest

NEAR = 12
"""px from an edge within which its ripples lie: a codec transforms 8 px a side, or more, at a time."""

HIGH = 0.1
"""Share of the step between the surfaces around that a ripple is high, at most: what differs by more is a surface."""

STEP = 0.02
"""Disparity between surfaces up to which their edge leaves no ripples worth the name."""

REACH = 2
"""px to either side over which ripples are evened out."""


def calmed(disparity: Image) -> Image:
    """The disparity (H, W) with what ripples near its edges evened out; elsewhere it is the same to the bit."""
    # A copy: what a cache lends is read-only.
    picture = torch.tensor(disparity)[None, None]
    limits = (HIGH * (highest(picture, NEAR) - lowest(picture, NEAR) - STEP))[0, 0].numpy()
    return _evened(np.pad(disparity, REACH, mode="edge"), limits) if (limits > 0).any() else disparity


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _evened(wide: Image, limits: Image) -> Image:
    """`wide` without the REACH px that it has more on every side: each pixel by the mean of those around it that differ
    by less than its limit, the nearer in height the more."""
    height, width = limits.shape
    even = wide[REACH : REACH + height, REACH : REACH + width].copy()
    sums, weights, scale = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    one, none = np.float32(1), np.float32(0)
    for y in range(height):
        rippled = np.flatnonzero(limits[y] > 0)
        if not len(rippled):
            continue
        left, right = rippled[0], rippled[-1] + 1
        for x in range(left, right):
            scale[x] = one / max(limits[y, x], np.float32(1e-6))
            sums[x], weights[x] = none, none
        for down in range(2 * REACH + 1):
            for across in range(2 * REACH + 1):
                here, there = wide[y + REACH, REACH:], wide[y + down, across:]
                for x in range(left, right):
                    off = there[x] - here[x]
                    near = off * scale[x]
                    weight = max(one - near * near, none)
                    sums[x] += weight * weight * off
                    weights[x] += weight * weight
        for x in range(left, right):
            if limits[y, x] > 0:
                even[y, x] += sums[x] / weights[x]
    return even
