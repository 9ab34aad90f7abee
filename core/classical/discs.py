"""Discs of light as convolution kernels: what one blurred point becomes on the pixel grid.

A frame between its pixels is bilinear, and a lens integrates it over the disc; so a kernel is the disc's even
distribution of light, shared bilinearly among the pixels it falls between.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

RINGS = 48
SPOKES = 128
"""Points that stand for the unit disc, each for the same share of its area: enough for discs of a dozen pixels."""


def _points() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius = np.sqrt((np.arange(RINGS) + 0.5) / RINGS)[:, None]
    angle = (np.arange(SPOKES) + 0.5) * (2 * math.pi / SPOKES)
    return (radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel()


def disc_variance(radius: float) -> float:
    """Second moment per axis, px², of the disc of that radius on the pixel grid."""
    x = radius * _points()[0]
    fraction = x - np.floor(x)
    return float(np.mean(x * x + fraction * (1 - fraction)))


def disc_kernel(radius: float) -> NDArray[np.float64]:
    """Kernel (2n+1, 2n+1) that sums to 1; `radius` ≥ 0 in px."""
    x, y = (radius * axis for axis in _points())
    reach = max(0, math.ceil(radius))
    left, top = np.floor(x), np.floor(y)
    kernel = np.zeros((2 * reach + 2, 2 * reach + 2))
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - (x - left)) * np.abs(1 - below - (y - top))
            np.add.at(kernel, ((top + below + reach).astype(int), (left + right + reach).astype(int)), share)
    kernel = kernel[:-1, :-1]
    kernel += kernel[::-1]
    kernel += kernel[:, ::-1]
    kernel /= kernel.sum()
    return kernel


@cache
def level_kernel(radius: float, level: int) -> NDArray[np.float64]:
    """Kernel for a disc of `radius` full-resolution px, at a level of half size `level` times over.

    Halving (2 x 2 averages) and doubling (bilinear) blur by 1 px² of the finer level a step; the disc drawn in between
    is that much smaller, so that all together have the second moment of the full-resolution disc.
    """
    resampling = (4**level - 1) / 3
    wanted = (disc_variance(radius) - resampling) / 4**level
    small, large = 0.0, radius
    for _ in range(40):
        middle = (small + large) / 2
        small, large = (middle, large) if disc_variance(middle) < wanted else (small, middle)
    return disc_kernel(large if wanted > 0 else 0.0)
