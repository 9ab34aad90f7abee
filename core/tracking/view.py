"""A frame as a tracker sees it: picture and disparity, reduced, and looked at through a grid of cells."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..frames import Image, within_display

HEIGHT = 360
"""Px that frames are reduced to: enough to tell a face, and quick."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame.

    Attributes:
        picture: (3, h, w), display-coded, in [0, 1].
        disparity: (h, w).
    """

    picture: Tensor
    disparity: Tensor

    @property
    def height(self) -> int:
        return self.disparity.shape[0]

    @property
    def width(self) -> int:
        return self.disparity.shape[1]


@dataclass(frozen=True, slots=True)
class Patch:
    """What a square grid of cells holds, (n, n) each.

    Attributes:
        colour: (3, n, n), the mean over a cell.
        disparity: of the pixel at a cell's middle, so that no value stands between two surfaces.
        inside: 1 where a cell lies in the picture, 0 beyond.
    """

    colour: Tensor
    disparity: Tensor
    inside: Tensor


def reduced_view(frame: Image, disparity: Image) -> View:
    """A frame (H, W, 3) and its disparity (H, W), at most HEIGHT px high."""
    picture = torch.from_numpy(within_display(frame)).permute(2, 0, 1)[None]
    depth = torch.from_numpy(disparity)[None, None]
    height, width = disparity.shape
    if height > HEIGHT:
        size = (HEIGHT, max(1, round(width * HEIGHT / height)))
        picture = functional.interpolate(picture, size, mode="bilinear", antialias=True)
        depth = functional.interpolate(depth, size, mode="nearest-exact")
    return View(picture[0].contiguous(), depth[0, 0])


def patch_at(view: View, centre: tuple[float, float], cell: float, cells: int) -> Patch:
    """The square of cells x cells, each `cell` px wide, whose middle is `centre` (x, y)."""
    fine = _grid(view, centre, cell / 2, 2 * cells)
    colour = functional.grid_sample(view.picture[None], fine, padding_mode="border", align_corners=False)
    coarse = _grid(view, centre, cell, cells)
    disparity = functional.grid_sample(
        view.disparity[None, None], coarse, mode="nearest", padding_mode="border", align_corners=False
    )
    inside = (coarse.abs() <= 1).all(dim=-1)[0].float()
    return Patch(functional.avg_pool2d(colour, 2)[0], disparity[0, 0], inside)


def _grid(view: View, centre: tuple[float, float], step: float, count: int) -> Tensor:
    """(1, count, count, 2) places in grid_sample's terms: -1 to 1 from edge to edge."""
    reach = (torch.arange(count) - (count - 1) / 2) * step
    x = (2 * (centre[0] + reach) + 1) / view.width - 1
    y = (2 * (centre[1] + reach) + 1) / view.height - 1
    return torch.stack([x[None, :].expand(count, count), y[:, None].expand(count, count)], dim=-1)[None]
