"""One layer convolved with its disc, continued behind what is nearer, and composited with what is drawn: in tensors for
a GPU, and compiled for a CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image
from .discs import spread
from .layers import Layer
from .pyramid import TINY

SOLID = 1.2
"""px: a surface blurred by less covers its own pixels as if it were sharp. Its edge lies within a pixel or two, where
the defocus map cannot tell."""

KNOWN = 1e-2
"""Share of a disc that must be known at least for a layer to be told from it whole."""


def overlay(layer: Layer, part: Tensor, known: Tensor, drawn: Tensor | None, reach: int, *, nearer: bool) -> Tensor:
    """What is drawn and a layer that is nearer, or one that is farther.

    Args:
        part: light (B, 4, h + 2 reach, w + 2 reach) that the layer is made of.
        known: (B, 1, h + 2 reach, w + 2 reach), how much of each pixel is not hidden from the layer.
        drawn: light (B, 4, h, w), changed in place on a CPU; None is nothing.
    """
    if part.device.type != "cpu":
        return overlay_by_tensors(layer, part, known, drawn, reach, nearer=nearer)
    height, width = (side - 2 * reach for side in part.shape[-2:])
    drawn = part.new_zeros(len(part), 4, height, width) if drawn is None else drawn
    quarter = layer.kernel[layer.reach :, layer.reach :].numpy()
    for planes, plane, out in zip(part, known, drawn, strict=True):
        _overlay(planes.numpy(), plane[0].numpy(), reach, quarter, layer.radius < SOLID, nearer, out.numpy())
    return drawn


def overlay_by_tensors(
    layer: Layer, part: Tensor, known: Tensor, drawn: Tensor | None, reach: int, *, nearer: bool
) -> Tensor:
    """`overlay` for a GPU."""
    disc = _continued(layer, part, known, reach)
    if drawn is None:
        return disc
    first, second = (disc, drawn) if nearer else (drawn, disc)
    return torch.addcmul(first, 1 - first[:, 3:], second)


def _continued(layer: Layer, part: Tensor, known: Tensor, reach: int) -> Tensor:
    """A layer's disc, light (B, 4, h, w), where only the `known` of each pixel is not hidden."""
    spare = reach - layer.reach
    near = torch.cat([part, known], 1)
    near = near[..., spare : near.shape[-2] - spare, spare : near.shape[-1] - spare]
    disc = spread(near, layer.kernel.to(part.device))
    cover = disc[:, 3:4] / disc[:, 4:].clamp(min=KNOWN)
    if layer.radius < SOLID:
        own = near[..., layer.reach : near.shape[-2] - layer.reach, layer.reach : near.shape[-1] - layer.reach]
        cover = torch.maximum(cover, own[:, 3:4] / own[:, 4:].clamp(min=KNOWN))
    cover = cover.clamp(max=1)
    return torch.cat([disc[:, :3] * (cover / disc[:, 3:4].clamp(min=TINY)), cover], 1)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _overlay(part: Image, known: Image, reach: int, quarter: Image, solid: bool, nearer: bool, drawn: Image) -> None:
    height, width = drawn.shape[1:]
    tiny, least, one = np.float32(TINY), np.float32(KNOWN), np.float32(1)
    radius = len(quarter) - 1
    firsts, lasts = _lit(part[3])
    disc, sums = np.empty((5, width), np.float32), np.empty(width + 2 * radius, np.float32)
    for y in range(height):
        near = slice(y + reach - radius, y + reach + radius + 1)
        # Where nothing of the layer is within a disc, nothing is drawn.
        left = max(firsts[near].min() - reach - radius, 0)
        right = min(lasts[near].max() - reach + radius, width)
        if left >= right:
            continue
        columns = slice(left + reach - radius, right + reach + radius)
        for channel in range(4):
            _disc_line(part[channel, near, columns], quarter, sums, disc[channel, left:right])
        _disc_line(known[near, columns], quarter, sums, disc[4, left:right])

        cover, seen, light = disc[3, left:right], disc[4, left:right], drawn[:, y, left:right]
        for x in range(right - left):
            seen[x] = cover[x] / max(seen[x], least)
        if solid:
            shown, unhidden = part[3, y + reach, left + reach :], known[y + reach, left + reach :]
            for x in range(right - left):
                seen[x] = max(seen[x], shown[x] / max(unhidden[x], least))
        for x in range(right - left):
            seen[x] = min(seen[x], one)
            cover[x] = seen[x] / max(cover[x], tiny)
        for channel in range(3):
            line = disc[channel, left:right]
            for x in range(right - left):
                line[x] *= cover[x]
        for x in range(right - left):
            cover[x] = seen[x]
            seen[x] = one - (cover[x] if nearer else light[3, x])
        for channel in range(4):
            line, out = disc[channel, left:right], light[channel]
            if nearer:
                for x in range(right - left):
                    out[x] = line[x] + seen[x] * out[x]
            else:
                for x in range(right - left):
                    out[x] += seen[x] * line[x]


@njit(cache=True, nogil=True)
def _lit(cover: Image) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each row, the first column that has any coverage, and the one after the last."""
    height, width = cover.shape
    firsts, lasts = np.full(height, width), np.zeros(height, np.int64)
    for y in range(height):
        line, first, last = cover[y], 0, width
        while first < width and line[first] == 0:
            first += 1
        while last > first and line[last - 1] == 0:
            last -= 1
        if first < last:
            firsts[y], lasts[y] = first, last
    return firsts, lasts


@njit(cache=True, nogil=True, fastmath={"contract"})
def _disc_line(plane: Image, quarter: Image, sums: Image, out: Image) -> None:
    """A row convolved with a disc, from the rows that the disc reaches; mirrored rows and columns weigh the same."""
    radius, width = len(quarter) - 1, len(out)
    out[:] = 0
    for k in range(radius + 1):
        above, below, weights = plane[radius - k], plane[radius + k], quarter[k]
        taps = radius + 1
        while taps and weights[taps - 1] == 0:
            taps -= 1
        if k == 0:
            for x in range(width + 2 * radius):
                sums[x] = above[x]
        elif taps:
            for x in range(width + 2 * radius):
                sums[x] = above[x] + below[x]
        for j in range(taps):
            left, right, weight = sums[radius - j :], sums[radius + j :], weights[j]
            if j == 0:
                for x in range(width):
                    out[x] += weight * left[x]
            else:
                for x in range(width):
                    out[x] += weight * (left[x] + right[x])
