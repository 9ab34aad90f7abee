"""Half the size and back, and what lies in between: the resampling under the layered renderer."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..frames import Image

STRIP = 48
"""Rows that the CPU takes a picture in at a time, so that what is made of them stays in its cache. Even."""

TINY = 1e-8
"""Coverage that is as good as none."""

FAINT = 1e-3
"""How much a blurred foreground counts as its own background: it is all there is where it hides everything else."""


def strips(picture: Tensor) -> list[range]:
    """Row ranges that cover a picture (..., H, W), each from an even row on; a GPU takes it whole."""
    height = picture.shape[-2]
    rows = height if picture.is_cuda else STRIP
    return [range(top, min(top + rows, height)) for top in range(0, height, rows)]


def rows_of(picture: Tensor, rows: range) -> Tensor:
    """A view of these rows."""
    return picture[..., rows.start : rows.stop, :]


def window(picture: Tensor, rows: range, reach: int) -> Tensor:
    """These rows and `reach` px more on every side; beyond the picture its outermost pixels go on."""
    top, bottom = rows.start - reach, rows.stop + reach
    above, below = max(0, -top), max(0, bottom - picture.shape[-2])
    inside = picture[..., top + above : bottom - below, :]
    return functional.pad(inside, (reach, reach, above, below), mode="replicate")


def halve(picture: Tensor) -> Tensor:
    """2 x 2 averages; an odd last row or column counts twice."""
    if picture.device.type != "cpu":
        return halve_by_tensors(picture)
    small = picture.new_empty(*picture.shape[:2], *(-(-side // 2) for side in picture.shape[-2:]))
    _halve(picture.flatten(0, 1).numpy(), small.flatten(0, 1).numpy())
    return small


def halving_weights(side: int, level: int) -> NDArray[np.float32]:
    """Of each pixel along a side, when it is halved so many times; an odd last one counts twice each time."""
    weights = np.ones(side, np.float32)
    for done in range(level):
        length = -(-side >> done)
        alone = (np.arange(side) >> done == length - 1) & (length % 2 == 1)
        weights *= np.where(alone, np.float32(1), np.float32(0.5))
    return weights


def halve_by_tensors(picture: Tensor) -> Tensor:
    """`halve` for a GPU."""
    height, width = picture.shape[-2:]
    if height % 2 or width % 2:
        picture = functional.pad(picture, (0, width % 2, 0, height % 2), mode="replicate")
    pairs = picture[..., ::2, :] + picture[..., 1::2, :]
    return (pairs[..., ::2] + pairs[..., 1::2]).mul_(0.25)


@njit(cache=True, nogil=True)
def _halve(planes: Image, out: Image) -> None:
    height, width = planes.shape[1:]
    for plane in range(len(planes)):
        for row in range(out.shape[1]):
            first, second = planes[plane, 2 * row], planes[plane, min(2 * row + 1, height - 1)]
            line = out[plane, row]
            for n in range(width // 2):
                line[n] = ((first[2 * n] + second[2 * n]) + (first[2 * n + 1] + second[2 * n + 1])) * np.float32(0.25)
            if width % 2:
                line[-1] = (first[-1] + second[-1]) * np.float32(0.5)


def double(coarse: Tensor, rows: range, width: int) -> Tensor:
    """These rows of a picture `width` wide from one half its size; bilinear, which grows smooth when repeated.

    Faster than `functional.interpolate` several times over, on a CPU many times.
    """
    if coarse.device.type != "cpu":
        return double_by_tensors(coarse, rows, width)
    wide = coarse.new_empty(*coarse.shape[:2], len(rows), width)
    _double(coarse.flatten(0, 1).numpy(), rows.start, wide.flatten(0, 1).numpy())
    return wide


def double_by_tensors(coarse: Tensor, rows: range, width: int) -> Tensor:
    """`double` for a GPU."""
    batch, channels = coarse.shape[:2]
    near = window(coarse, range(rows.start // 2, (rows.stop + 1) // 2), 1)
    height, columns = near.shape[-2] - 2, near.shape[-1]
    tall = near.new_empty(batch, channels, height, 2, columns)
    for side, neighbour in enumerate((near[..., :-2, :], near[..., 2:, :])):
        torch.lerp(near[..., 1:-1, :], neighbour, 0.25, out=tall[..., side, :])
    tall = tall.flatten(2, 3)
    wide = near.new_empty(batch, channels, 2 * height, columns - 2, 2)
    for side, neighbour in enumerate((tall[..., :-2], tall[..., 2:])):
        torch.lerp(tall[..., 1:-1], neighbour, 0.25, out=wide[..., side])
    return wide.flatten(3)[..., : len(rows), :width]


@njit(cache=True, nogil=True)
def _double(coarse: Image, top: int, wide: Image) -> None:
    height, columns = coarse.shape[1:]
    quarter, width = np.float32(0.25), wide.shape[2]
    tall = np.empty(columns + 2, np.float32)
    for plane in range(len(coarse)):
        for row in range(wide.shape[1]):
            at = (top + row) // 2
            near = coarse[plane, at]
            other = coarse[plane, min(max(at + 2 * ((top + row) % 2) - 1, 0), height - 1)]
            for n in range(columns):
                tall[n + 1] = near[n] + quarter * (other[n] - near[n])
            tall[0], tall[-1] = tall[1], tall[-2]
            line = wide[plane, row]
            for n in range((width + 1) // 2):
                line[2 * n] = tall[n + 1] + quarter * (tall[n] - tall[n + 1])
            for n in range(width // 2):
                line[2 * n + 1] = tall[n + 1] + quarter * (tall[n + 2] - tall[n + 1])


def fill(light: Tensor) -> Tensor:
    """Colour (B, 3, H, W) everywhere, from light (B, 4, H, W) that has it only where there is coverage.

    Where coverage is missing the colour is that of the surroundings, the nearer the more.
    """
    height, width = light.shape[-2:]
    if (height, width) == (1, 1):
        return light[:, :3] / light[:, 3:].clamp(min=TINY)
    around = double(fill(halve(light)), range(height), width)
    return torch.addcmul(light[:, :3], 1 - light[:, 3:], around)
