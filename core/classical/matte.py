"""Edge pixels parted into the two surfaces that meet there.

A pixel on an edge shows a mixture, but a defocus map says one surface for it. Drawn as that one, it leaves a rim of
the other's colour, sharp where it should be blurred or blurred where it should be sharp.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .edges import highest_beside
from .pyramid import rows_of, strips, window

EDGE = 0.5
"""px of blur radius between neighbouring pixels from which on they are on two surfaces."""

AROUND = {(y, x): (2 - abs(y)) * (2 - abs(x)) / 16 for y in (-1, 0, 1) for x in (-1, 0, 1)}
"""A pixel and its neighbours, and how much each has to say on how much there is of either surface."""

MIXED = 1e-2
"""What a neighbour that lies on the edge itself counts for, where a surface's colour is asked for."""

DOUBT, NOISE = 30.0, 1e-3
"""Colours are half trusted on how much of a pixel is whose when their contrast, squared, is DOUBT times their variance,
of which there is always NOISE."""

SOFT = 0.7
"""How far the edge's course is believed, against the defocus map that gives each pixel to one surface whole."""

At = tuple[Tensor, Tensor, Tensor]
"""Frame, row and column of N pixels."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The second surface of N edge pixels: light (N, 4) and radius (N, 1) as in `Surfaces`."""

    at: At
    light: Tensor
    radius: Tensor

    def only(self, which: Tensor) -> Beside:
        """Those of which (N, 1) is true."""
        kept = which[:, 0]
        frame, row, column = self.at
        return Beside((frame[kept], row[kept], column[kept]), self.light[kept], self.radius[kept])

    def add(self, picture: Tensor, values: Tensor, cropped: int = 0) -> None:
        """Add values (N, C) to a picture (B, C, h, w) that has lost `cropped` px on every side."""
        frame, row, column = self.at
        if cropped:
            row, column = row - cropped, column - cropped
            kept = (row >= 0) & (row < picture.shape[-2]) & (column >= 0) & (column < picture.shape[-1])
            frame, row, column, values = frame[kept], row[kept], column[kept], values[kept]
        picture.permute(0, 2, 3, 1)[frame, row, column] += values


@dataclass(frozen=True, slots=True)
class Surfaces:
    """What every pixel of a frame shows: one surface, or, on an edge, two.

    Args:
        light: (B, 4, H, W), linear RGB times the surface's share of the pixel, then that share.
        radius: (B, 1, H, W), signed px.
        second: the second surfaces, row by row; the two shares of a pixel add up to 1. Beyond the picture its
            outermost pixels go on, on every side as far as they are asked for.
    """

    light: Tensor
    radius: Tensor
    second: Beside | None = None

    def beside_in(self, rows: range, reach: int = 0) -> list[Beside]:
        """The second surfaces of these rows and `reach` px more on every side, if there are any."""
        if self.second is None:
            return []
        at, these = window_of(self.second.at, rows, reach, self.radius.shape[-1])
        near = Beside(at, self.second.light[these], self.second.radius[these])
        return [near] if len(near.light) else []


def window_of(at: At, rows: range, reach: int, width: int) -> tuple[At, Tensor]:
    """Places, ordered by rows, within these rows and `reach` px more on every side, as counted from there; and which
    of all they are."""
    top = rows.start - reach
    first, last = torch.searchsorted(at[1], at[1].new_tensor([top, rows.stop + reach])).tolist()
    column = at[2][first:last]
    these = first + ((column >= -reach) & (column < width + reach)).nonzero()[:, 0]
    frame, row, column = (index[these] for index in at)
    return (frame, row - top, column + reach), these


def matted(light: Tensor, radius: Tensor, reach: int = 0, hidden: Tensor | None = None) -> Surfaces:
    """A frame's light, each pixel all of one surface, with its edge pixels parted.

    How much of a pixel each surface covers is what the colours beside it say where they differ enough, and what the
    edge's course says otherwise. The two colours are those nearest by, shifted so that they mix to the pixel's own.

    Args:
        light, radius: as in `Surfaces`; the light is changed in place.
        reach: px beyond the picture that second surfaces go on.
        hidden: (B, 5, H, W), as `hidden_behind` takes it: where the farther surface's own colour is known, it is that.
    """
    high, low = torch.empty_like(radius), torch.empty_like(radius)
    for rows in strips(radius):
        near, inside = window(radius, rows, 1), (..., slice(1, -1), slice(1, -1))
        rows_of(high, rows).copy_(highest_beside(near)[inside])
        rows_of(low, rows).copy_(-highest_beside(-near)[inside])
    edge = high - low > EDGE
    frame, row, column = edge[:, 0].nonzero(as_tuple=True)
    if not len(frame):
        return Surfaces(light, radius)
    at = frame, row, column
    nearest, farthest = high[:, 0][at][:, None], low[:, 0][at][:, None]
    own = radius[:, 0][at][:, None] > (nearest + farthest) / 2
    near, far, share = _parted(light, radius, edge, at, (nearest + farthest) / 2, hidden)
    near, far = torch.cat([near * share, share], 1), torch.cat([far * (1 - share), 1 - share], 1)

    second = Beside(at, torch.where(own, far, near), torch.where(own, farthest, nearest))
    light.permute(0, 2, 3, 1)[at] = torch.where(own, near, far)
    return Surfaces(light, radius, _row_by_row(second, (radius.shape[-2], radius.shape[-1]), reach))


def _row_by_row(beside: Beside, size: tuple[int, int], reach: int) -> Beside:
    """What lies at a picture's pixels, ordered by rows, and on beyond its outermost ones."""
    (frame, row, column), which = row_by_row(beside.at, size, reach)
    return Beside((frame, row, column), beside.light[which], beside.radius[which])


def row_by_row(at: At, size: tuple[int, int], reach: int) -> tuple[At, Tensor]:
    """Places in a picture in order of their rows, going on for `reach` px beyond its outermost pixels; and which of
    those given each is."""
    which = torch.arange(len(at[0]), device=at[0].device)
    steps = torch.arange(1, reach + 1, device=which.device)
    for axis, side in ((1, size[0]), (2, size[1])):
        for end, away in ((0, -1), (side - 1, 1)):
            rim = (at[axis] == end).nonzero()[:, 0]
            moved = [index[rim].repeat(reach) for index in at]
            moved[axis] += away * steps.repeat_interleave(len(rim))
            at = torch.cat([at[0], moved[0]]), torch.cat([at[1], moved[1]]), torch.cat([at[2], moved[2]])
            which = torch.cat([which, which[rim].repeat(reach)])
    frame, row, column = at
    order = row.argsort(stable=True)
    return (frame[order], row[order], column[order]), which[order]


def _parted(
    light: Tensor, radius: Tensor, edge: Tensor, at: At, middle: Tensor, hidden: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Linear colours (N, 3) of the nearer surface, whose radius is above the middle (N, 1), and of the farther; and the
    nearer's share (N, 1)."""
    colours, radii, edges = (picture.permute(0, 2, 3, 1) for picture in (light, radius, edge))
    frame, row, column = at
    bottom, right = radius.shape[-2] - 1, radius.shape[-1] - 1
    nearer, farther = middle.new_zeros(2, len(middle), 7)
    course = torch.zeros_like(middle)
    for (down, along), say in AROUND.items():
        there = frame, (row + down).clamp(0, bottom), (column + along).clamp(0, right)
        colour, near = colours[there][:, :3], radii[there] > middle
        weight = torch.where(edges[there], MIXED * say, say)
        moments = weight * torch.cat([colour, colour.square(), torch.ones_like(weight)], 1)
        nearer += moments * near
        farther += moments * ~near
        course += say * near
    (near, near_noise), (far, far_noise) = _mean_and_variance(nearer), _mean_and_variance(farther)

    if hidden is not None:
        behind = hidden.permute(0, 2, 3, 1)[at]
        known = behind[:, 4:] * (behind[:, 3:4] < middle)
        far, far_noise = torch.lerp(far, behind[:, :3], known), far_noise * (1 - known)
    pixel, difference = colours[at][:, :3], near - far
    contrast = _sum(difference.square())
    told = _sum((pixel - far) * difference) / contrast.clamp(min=1e-9)
    # Which of the two covers more, the defocus map knows.
    own = (radii[at] > middle).to(told.dtype)
    told = told.clamp(min=0.5 * own).clamp(max=0.5 + 0.5 * own)
    trust = contrast / (contrast + DOUBT * (near_noise + far_noise + NOISE))
    course = torch.lerp(own, course, SOFT)
    share = torch.lerp(course, told, trust)

    missing = (pixel - torch.lerp(far, near, share)) / (share.square() + (1 - share).square())
    # What a pixel lacks may make a surface no lighter than white, or than what is there.
    most = torch.maximum(torch.maximum(near, far), pixel).clamp(min=1)
    near, far = ((of + missing * part).clamp(min=0).minimum(most) for of, part in ((near, share), (far, 1 - share)))
    return near, far, share


def _mean_and_variance(moments: Tensor) -> tuple[Tensor, Tensor]:
    """(N, 3), and (N, 1) of all channels together, from sums (N, 7) of colours, their squares, and their weights."""
    mean, square = torch.split(moments[:, :6] / moments[:, 6:], 3, dim=1)
    return mean, _sum((square - mean.square()).clamp(min=0))


def _sum(colours: Tensor) -> Tensor:
    """Over the channels of (N, 3), (N, 1); in one order, whatever N is."""
    return colours[:, :1] + colours[:, 1:2] + colours[:, 2:]
