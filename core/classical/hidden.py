"""What is known to lie behind the surfaces that a frame shows, as its neighbours have seen it.

In the layers behind the surface that hides it, it takes the place of what those would be continued with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image
from .layers import Layer, Plan
from .matte import EDGE, At, Surfaces, row_by_row, window_of
from .pyramid import halving_weights

SHUT = 32.0
"""A surface is split between the two layers beside it. Seen through at the farther one, it would let light through:
that is shut to what it hides as soon as it holds 1 / SHUT of it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """N hidden surfaces, frame by frame; `halved`, row by row, as `Surfaces.second` are.

    Attributes:
        light: (N, 4), linear RGB times share, then the share of the pixel that is known to hide it.
        radius: (N, 1), signed px.
        hider: (N, 1), signed px: of the surface that hides it; of two, of the farther.
    """

    at: At
    light: Tensor
    radius: Tensor
    hider: Tensor

    @property
    def largest(self) -> float:
        return self.radius.abs().max().item()

    def halved(self, level: int, size: tuple[int, int], reach: int) -> Hidden:
        """The same in a picture of (height, width) `size`, halved `level` times, going on `reach` px beyond it."""
        frame, row, column = self.at
        down, across = (torch.from_numpy(halving_weights(side, level)).to(row.device) for side in size)
        weight = down[row] * across[column]
        small = -(-size[0] >> level), -(-size[1] >> level)
        at, which = row_by_row((frame, row >> level, column >> level), small, reach)
        return Hidden(at, self.light[which] * weight[which, None], self.radius[which], self.hider[which])

    def within(self, rows: range, reach: int, width: int) -> Hidden | None:
        """Those of these rows and `reach` px more on every side of a picture so wide, if there are any."""
        at, these = window_of(self.at, rows, reach, width)
        return Hidden(at, self.light[these], self.radius[these], self.hider[these]) if len(these) else None

    def planes(self, layers: list[Layer], like: Tensor, *, front: bool) -> list[Tensor | None]:
        """`part` of each layer as a picture (B, 5, h, w), as large as another; None where there is nothing."""
        return [self._plane(self.part(layer, front=front), like) for layer in layers]

    def _plane(self, values: Tensor, like: Tensor) -> Tensor | None:
        if not values[:, 4].any():
            return None
        plane = like.new_zeros(len(like), 5, *like.shape[-2:])
        self.add(plane, values)
        return plane

    def part(self, layer: Layer, *, front: bool) -> Tensor:
        """(N, 5): the light that a layer has of each in front of focus, or behind it; and how much of each pixel the
        layer is told about, for it has none of what lies farther."""
        radius, hider = self.radius.square(), self.hider.square()
        ahead, hider_ahead = self.radius > 0, self.hider > 0
        if front:
            hiding = layer.more(hider) * hider_ahead
            farther = 1 - layer.more(radius) * ahead
        else:
            hiding = 1 - layer.no_less(hider) * ~hider_ahead
            farther = layer.no_less(radius) * ~ahead
        share = layer.share(radius) * (ahead == front)
        return self._shares(share, farther, hiding)

    def sharp(self, plan: Plan) -> Tensor:
        """`part` of what is sharp."""
        blurred, hider_blurred = (plan.blurred(radius.square()) for radius in (self.radius, self.hider))
        return self._shares(1 - blurred, 1 - blurred * (self.radius > 0), hider_blurred * (self.hider > 0))

    def _shares(self, own: Tensor, farther: Tensor, hiding: Tensor) -> Tensor:
        open_ = (1 - SHUT * (1 - hiding)).clamp(min=0)
        return torch.cat([self.light * (own * open_), self.light[:, 3:] * (farther * open_)], 1)

    def add(self, picture: Tensor, values: Tensor) -> None:
        """Add values (N, C) to a picture (B, C, h, w)."""
        if picture.device.type == "cpu":
            # Several may fall on a pixel: torch would add them in as many ways as there are threads.
            _add(np.stack([index.numpy() for index in self.at]), values.numpy(), picture.numpy())
        else:
            picture.permute(0, 2, 3, 1).index_put_(self.at, values, accumulate=True)


def hidden_behind(surfaces: Surfaces, known: Tensor) -> Hidden | None:
    """What lies behind them.

    Args:
        known: (B, 5, H, W): linear RGB, signed radius in px, and how far that is known, from 0 to 1.
    """
    radius = known[:, 3:4]
    nearer = surfaces.radius > radius + EDGE
    share = surfaces.light[:, 3:] * nearer
    hider = torch.where(nearer, surfaces.radius, torch.inf)
    for side in surfaces.beside_in(range(radius.shape[-2])):
        behind = side.radius > radius[:, 0][side.at][:, None] + EDGE
        side.add(share, side.light[:, 3:] * behind)
        lower = torch.minimum(hider[:, 0][side.at][:, None], torch.where(behind, side.radius, torch.inf))
        hider[:, 0][side.at] = lower[:, 0]
    share = share * known[:, 4:]
    frame, row, column = share[:, 0].nonzero(as_tuple=True)
    if not len(frame):
        return None
    at = frame, row, column
    shares = share[:, 0][at][:, None]
    light = torch.cat([known.permute(0, 2, 3, 1)[at][:, :3] * shares, shares], 1)
    return Hidden(at, light, radius[:, 0][at][:, None], hider[:, 0][at][:, None])


@njit(cache=True, nogil=True)
def _add(at: NDArray[np.int64], values: Image, picture: Image) -> None:
    for n in range(len(values)):
        frame, y, x = at[0, n], at[1, n], at[2, n]
        for channel in range(values.shape[1]):
            picture[frame, channel, y, x] += values[n, channel]
