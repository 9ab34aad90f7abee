"""Soft edges in a disparity map: between which surfaces a pixel lies there, and where there are any."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ..classical.edges import between

REACH = 9
"""px to either side in which a pixel finds the surfaces that it may belong to: how wide an edge is blurred, and how far
it is off its place."""

STEP = (0.02, 0.04)
"""Disparity between two surfaces: one and the same up to the first, two from the second on."""

GRAIN = 1 / 255
"""By how much disparity of 8 bits may rise from a pixel to the next where it only gets rounded."""

SLOPE = (0.18, 0.24)
"""How much of what disparity rises around a pixel goes on rising: 0 at hard edges, 1/2 at soft ones. All edges are hard
up to the first, soft from the second on; true disparity has less than the first nearly everywhere, blurred by 1 to 3
px more than the second [measured]. Edges that were resized, a pixel wide, count as soft."""

STEEP = (1.3, 1.7)
"""How many times steeper an edge is, at its steepest, than one and the same slope from side to side: a tilted surface
up to the first, an edge from the second on."""

TINY = 1e-4


class Beside(NamedTuple):
    """What lies around every pixel, (N, 1, H, W) each.

    Attributes:
        low: the lowest disparity.
        step: from there to the highest.
    """

    low: Tensor
    step: Tensor

    def share(self, disparity: Tensor) -> Tensor:
        """How far up from the lowest to the highest disparity (N, 1, H, W) lies, 0 to 1."""
        return ((disparity - self.low) / self.step.clamp(min=TINY)).clamp(0, 1)


def beside(disparity: Tensor, reach: int) -> Beside:
    """Of disparity (N, 1, H, W), within `reach` px of every pixel."""
    low = lowest(disparity, reach)
    return Beside(low, highest(disparity, reach) - low)


def is_soft(disparity: Tensor) -> Tensor:
    """(N, 1, H, W), 1 where there is a soft edge within REACH, 0 where there is none, and between where that is not
    clear; in a picture no larger than REACH there is none."""
    if min(disparity.shape[-2:]) <= REACH:
        return torch.zeros_like(disparity)
    # What is tilted goes on so beyond the picture.
    beyond = (REACH,) * 4
    wide = 2 * functional.pad(disparity, beyond, mode="replicate") - functional.pad(disparity, beyond, mode="reflect")
    up, down = highest(wide, 1) - wide, wide - lowest(wide, 1)
    rise = up.minimum(down)
    slope = _mean(rise) / _mean(up + down).clamp(min=TINY)
    step = highest(wide, REACH) - lowest(wide, REACH)
    steepness = 2 * REACH * (highest(rise, REACH) - GRAIN) / step.clamp(min=TINY)
    soft = between(slope, SLOPE) * between(step, STEP) * between(steepness, STEEP)
    return soft[..., REACH:-REACH, REACH:-REACH]


def highest(picture: Tensor, reach: int) -> Tensor:
    """Of all within `reach` px to either side, and up and down."""
    window = 2 * reach + 1
    wide = functional.pad(picture, (reach,) * 4, value=-torch.inf)
    for axis in (-1, -2):
        spanned = 1
        while spanned < window:
            # Twice as far at every step, and in the last as far as it takes; pooling looks at every pixel of a window.
            step = min(spanned, window - spanned)
            length = wide.shape[axis] - step
            wide = torch.maximum(wide.narrow(axis, 0, length), wide.narrow(axis, step, length))
            spanned += step
    return wide


def lowest(picture: Tensor, reach: int) -> Tensor:
    return -highest(-picture, reach)


def _mean(picture: Tensor) -> Tensor:
    across = functional.avg_pool2d(picture, (1, 2 * REACH + 1), 1, (0, REACH))
    return functional.avg_pool2d(across, (2 * REACH + 1, 1), 1, (REACH, 0))
