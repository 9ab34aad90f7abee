"""Firm edges in a defocus map: a pixel is on one surface or on the other, never on a slope that is not there."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..frames import Image
from .pyramid import rows_of, strips, window

REACH = 5
"""px to either side along a soft edge in which a pixel finds the surfaces that it may belong to."""

SLOPE = (0.4, 0.6)
"""px of blur radius a px, up on one side and down on the other: a surface up to the first, a soft edge from the second
on. A hard edge goes up or down, never both."""

ALIKE = 0.2
"""Share of how far a pixel is from both surfaces within which another is on the same as it."""

STEP = (2.0, 4.0)
"""px of blur radius between the two surfaces: a ripple up to the first, an edge from the second on."""

FOREGROUND = (0.35, 0.05)
"""A pixel so far up to the nearer surface is on it already: where that is sharp, and where what is behind it is. What a
soft edge in a disparity map covers is mostly foreground, and a sharp rim of foreground left on the background shows
most of all."""

FIRMNESS = 30.0
"""How many times steeper than it was an edge becomes."""


def firm_edges(defocus: Tensor) -> Tensor:
    """The defocus map (B, 1, H, W) with its soft edges, as depth networks draw them, made steep.

    On a soft edge pixels of either surface get a blur in between, which draws a ghostly ring around the foreground.
    Hard edges, thin things, and surfaces however tilted in practice, stay as they are.
    """
    firm = torch.empty_like(defocus)
    for rows in strips(defocus):
        radius = window(defocus, rows, REACH)
        inside = (..., slice(REACH, -REACH), slice(REACH, -REACH))
        high, low = highest_beside(radius), -highest_beside(-radius)
        slope = torch.minimum(high - radius, radius - low)
        soft = (slope > SLOPE[0]) & ~_on_surface(radius, slope)
        if not soft[inside].any():
            rows_of(firm, rows).copy_(radius[inside])
            continue
        # Up and down along the slope, one px a time, and no further than it goes.
        for _ in range(REACH - 1):
            high = highest_beside(torch.where(soft, high, radius))
            low = -highest_beside(-torch.where(soft, low, radius))
        radius, high, low = radius[inside], high[inside], low[inside]
        step = high - low
        blurred_more = high.abs() / (high.abs() + low.abs()).clamp(min=STEP[0])
        halfway = FOREGROUND[0] + (FOREGROUND[1] - FOREGROUND[0]) * blurred_more
        side = ((radius - low) / step.clamp(min=STEP[0])).sub_(halfway).mul_(FIRMNESS).add_(0.5).clamp_(0, 1)
        edge = between(slope[inside], SLOPE) * soft[inside] * between(step, STEP)
        rows_of(firm, rows).copy_(torch.lerp(radius, torch.addcmul(low, side, step), edge))
    return firm


def _on_surface(radius: Tensor, slope: Tensor) -> Tensor:
    """Of pixels above SLOPE, whether they are on a surface that goes on, between one nearer and one farther: on a soft
    edge two of the neighbours are about as blurred, those along it; on a surface more."""
    if radius.device.type != "cpu":
        return on_surface_by_tensors(radius, slope)
    found = torch.empty_like(radius, dtype=torch.bool)
    for radii, slopes, out in zip(radius[:, 0], slope[:, 0], found[:, 0], strict=True):
        _find_surface(radii.numpy(), slopes.numpy(), out.numpy())
    return found


def on_surface_by_tensors(radius: Tensor, slope: Tensor) -> Tensor:
    """`_on_surface` for a GPU."""
    height, width = radius.shape[-2:]
    wide = functional.pad(radius, (1, 1, 1, 1), mode="replicate")
    alike = torch.zeros_like(radius)
    for y, x in ((y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)):
        alike += (wide[..., y : y + height, x : x + width] - radius).abs() < ALIKE * slope
    return (alike > 2) & (slope > SLOPE[0])


@njit(cache=True, nogil=True)
def _find_surface(radius: Image, slope: Image, found: NDArray[np.bool_]) -> None:
    height, width = radius.shape
    for y in range(height):
        for x in range(width):
            found[y, x] = False
            if slope[y, x] > SLOPE[0]:
                here, limit, alike = radius[y, x], np.float32(ALIKE) * slope[y, x], 0
                for down in range(-1, 2):
                    for across in range(-1, 2):
                        there = radius[min(max(y + down, 0), height - 1), min(max(x + across, 0), width - 1)]
                        alike += abs(there - here) < limit
                found[y, x] = alike > 3


def between(value: Tensor, limits: tuple[float, float]) -> Tensor:
    """0 up to the first, 1 from the second on."""
    return ((value - limits[0]) / (limits[1] - limits[0])).clamp_(0, 1)


def highest_beside(picture: Tensor) -> Tensor:
    """Maximum over a pixel and its eight neighbours; on the rim, over those that there are."""
    if picture.device.type != "cpu":
        return highest_beside_by_tensors(picture)
    highest = torch.empty_like(picture, memory_format=torch.contiguous_format)
    _highest_beside(picture.flatten(0, 1).numpy(), highest.flatten(0, 1).numpy())
    return highest


def highest_beside_by_tensors(picture: Tensor) -> Tensor:
    """`highest_beside` for a GPU."""
    for axis in (-1, -2):
        length = picture.shape[axis] - 1
        first, later = picture.narrow(axis, 0, length), picture.narrow(axis, 1, length)
        pairs = torch.maximum(first, later)
        highest = picture.clone()
        highest.narrow(axis, 0, length).copy_(pairs)
        ahead = highest.narrow(axis, 1, length)
        torch.maximum(ahead, pairs, out=ahead)
        picture = highest
    return picture


@njit(cache=True, nogil=True)
def _highest_beside(planes: Image, out: Image) -> None:
    height, width = planes.shape[1:]
    line = np.empty(width + 2, np.float32)
    for plane in range(len(planes)):
        for y in range(height):
            above, here, below = planes[plane, max(y - 1, 0)], planes[plane, y], planes[plane, min(y + 1, height - 1)]
            for x in range(width):
                line[x + 1] = max(max(above[x], here[x]), below[x])
            line[0], line[-1] = line[1], line[-2]
            for x in range(width):
                out[plane, y, x] = max(max(line[x], line[x + 1]), line[x + 2])
