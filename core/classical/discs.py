"""Discs of light as convolution kernels: what one blurred point becomes on the pixel grid.

A frame between its pixels is bilinear, and a lens integrates it over the disc. So a kernel is the disc's even light,
shared bilinearly among the pixels that it falls between.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

RINGS = 256
SPOKES = 32
"""Points that stand for a quarter of the unit disc, each for the same share of its area."""


def _quarter() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius = np.sqrt((np.arange(RINGS) + 0.5) / RINGS)[:, None]
    angle = (np.arange(SPOKES) + 0.5) * (math.pi / 2 / SPOKES)
    return (radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel()


_X, _Y = _quarter()


def disc_variance(radius: float) -> float:
    """Second moment per axis, px², of a disc on the pixel grid."""
    x = radius * _X
    fraction = x - np.floor(x)
    return float(np.mean(x * x + fraction * (1 - fraction)))


def disc_kernel(radius: float) -> NDArray[np.float64]:
    """Kernel (2 reach + 1, 2 reach + 1) that sums to 1, of a disc of `radius` ≥ 0 px."""
    x, y = radius * _X, radius * _Y
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    reach = math.ceil(radius)
    quarter = np.zeros((reach + 2, reach + 2))
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - (x - left)) * np.abs(1 - below - (y - top))
            np.add.at(quarter, (top + below, left + right), share)
    half = np.concatenate([quarter[:0:-1], 2 * quarter[:1], quarter[1:]])
    whole = np.concatenate([half[:, :0:-1], 2 * half[:, :1], half[:, 1:]], 1)[1:-1, 1:-1]
    return np.asarray(whole / whole.sum())


@cache
def level_kernel(radius: float, level: int) -> NDArray[np.float64]:
    """Kernel for a disc of `radius` full-resolution px, at a level that is half the size `level` times over.

    Halving (2 x 2 averages) and doubling (bilinear) together blur by 1 px² of the larger picture. The disc drawn in
    between is so much smaller that with all of them it has the second moment of the full-resolution disc.
    """
    wanted = (disc_variance(radius) - (4**level - 1) / 3) / 4**level
    small, large = 0.0, radius
    for _ in range(30):
        middle = (small + large) / 2
        small, large = (middle, large) if disc_variance(middle) < wanted else (small, middle)
    return disc_kernel(small)


def spread(light: Tensor, kernel: Tensor) -> Tensor:
    """Light (B, C, H, W) convolved with a disc (2 reach + 1, 2 reach + 1); `reach` px fewer on every side come out."""
    channels = light.shape[1]
    return functional.conv2d(light, kernel.expand(channels, 1, -1, -1), groups=channels)
