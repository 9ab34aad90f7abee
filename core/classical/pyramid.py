"""Half the size and back, and what lies in between: the resampling under the layered renderer."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

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
    height, width = picture.shape[-2:]
    if height % 2 or width % 2:
        picture = functional.pad(picture, (0, width % 2, 0, height % 2), mode="replicate")
    pairs = picture[..., ::2, :] + picture[..., 1::2, :]
    return (pairs[..., ::2] + pairs[..., 1::2]).mul_(0.25)


def double(coarse: Tensor, rows: range, width: int) -> Tensor:
    """These rows of a picture `width` wide from one half its size; bilinear, which grows smooth when repeated.

    Faster than `functional.interpolate` several times over.
    """
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


def fill(light: Tensor) -> Tensor:
    """Colour (B, 3, H, W) everywhere, from light (B, 4, H, W) that has it only where there is coverage.

    Where coverage is missing the colour is that of the surroundings, the nearer the more.
    """
    height, width = light.shape[-2:]
    if (height, width) == (1, 1):
        return light[:, :3] / light[:, 3:].clamp(min=TINY)
    around = double(fill(halve(light)), range(height), width)
    return torch.addcmul(light[:, :3], 1 - light[:, 3:], around)
