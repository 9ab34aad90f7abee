"""Depth edges drawn to where the picture has them."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.nn import functional

from ..frames import Image

STEPS = np.array([-4, -2, -1, 0, 1, 2, 4])
"""Px, across and down, at which a pixel's surroundings are looked at."""

LEAST_EDGE = 0.02
"""Difference in disparity, within the surroundings, that is worth a look."""

COLOUR_TOLERANCE = 0.05
"""Difference in colour at which a neighbour hardly counts."""


def drawn_to_picture(disparity: Tensor, frame: Tensor, stretch: int = 1) -> Tensor:
    """Disparity (1, 1, H, W) where it is even; near edges, the median of those surroundings that look alike.

    Args:
        frame: the picture (1, 3, H, W).
        stretch: how many px one step is: more where disparity was enlarged, and its edges with it.
    """
    steps = STEPS * stretch
    high, low = _greatest(disparity, int(steps.max())), -_greatest(-disparity, int(steps.max()))
    ys, xs = np.nonzero(((high - low)[0, 0] > LEAST_EDGE).cpu().numpy())
    # Of one memory layout, so that `_draw` is compiled once.
    given, colours, ys, xs = map(
        np.ascontiguousarray, (disparity[0, 0].cpu().numpy(), frame[0].permute(1, 2, 0).cpu().numpy(), ys, xs)
    )
    drawn = given.copy()
    _draw(given, colours, ys, xs, steps, COLOUR_TOLERANCE, drawn)
    return torch.from_numpy(drawn)[None, None].to(disparity.device)


def _greatest(image: Tensor, reach: int) -> Tensor:
    """Of the square around each pixel; rows and columns apart, which costs by its side and not by its area."""
    rows = functional.max_pool2d(image, (2 * reach + 1, 1), stride=1, padding=(reach, 0))
    return functional.max_pool2d(rows, (1, 2 * reach + 1), stride=1, padding=(0, reach))


@njit(cache=True, nogil=True, fastmath=True)
def _draw(
    disparity: Image, frame: Image, ys: np.ndarray, xs: np.ndarray, steps: np.ndarray, tolerance: float, drawn: Image
) -> None:
    height, width = disparity.shape
    count = len(steps) ** 2
    values, weights = np.empty(count, np.float32), np.empty(count, np.float32)
    near = np.exp(-2 * (steps / steps.max()) ** 2)
    for n in range(len(ys)):
        y, x = ys[n], xs[n]
        total = 0.0
        held = 0
        for i in range(len(steps)):
            row = min(max(y + steps[i], 0), height - 1)
            for j in range(len(steps)):
                column = min(max(x + steps[j], 0), width - 1)
                difference = 0.0
                for channel in range(3):
                    difference += abs(frame[row, column, channel] - frame[y, x, channel])
                weight = near[i] * near[j] * np.exp(-0.5 * (difference / (3 * tolerance)) ** 2)
                value = disparity[row, column]
                place = held
                while place > 0 and values[place - 1] > value:
                    values[place], weights[place] = values[place - 1], weights[place - 1]
                    place -= 1
                values[place], weights[place] = value, weight
                held += 1
                total += weight
        reached = 0.0
        for k in range(count):
            reached += weights[k]
            if reached >= 0.5 * total:
                drawn[y, x] = values[k]
                break
