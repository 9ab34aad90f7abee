"""What the frame passes on to coarser levels, in front of focus and behind it apart: in tensors for a GPU, and compiled
for a CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from torch import Tensor

from ..frames import Image
from .layers import Plan
from .matte import Surfaces
from .pyramid import halve


def split(surfaces: Surfaces, plan: Plan) -> tuple[Tensor, Tensor]:
    """The blurred pictures (B, 5, h, w) that level 1 gets: in front of focus, and behind it."""
    if surfaces.light.device.type != "cpu":
        return split_by_tensors(surfaces, plan)
    batch, _, height, width = surfaces.light.shape
    sides = surfaces.light.new_zeros(batch, 2, 5, -(-height // 2), -(-width // 2))
    start, stop = (radius**2 for radius in plan.left_beyond(0))
    for light, radius, out in zip(surfaces.light, surfaces.radius, sides, strict=True):
        _split(light.numpy(), radius[0].numpy(), start, stop, out.numpy())
    for beside in surfaces.beside_in(range(height)):
        at = np.stack([index.numpy() for index in beside.at])
        _add(at, beside.light.numpy(), beside.radius[:, 0].numpy(), start, stop, height, width, sides.numpy())
    return sides[:, 0], sides[:, 1]


def split_by_tensors(surfaces: Surfaces, plan: Plan) -> tuple[Tensor, Tensor]:
    """`split` for a GPU."""
    blurred = _blurred(surfaces.light, surfaces.radius, plan)
    front = blurred * (surfaces.radius > 0)
    behind = blurred - front
    for beside in surfaces.beside_in(range(surfaces.light.shape[-2])):
        values = _blurred(beside.light, beside.radius, plan)
        beside.add(front, values * (beside.radius > 0))
        beside.add(behind, values * (beside.radius <= 0))
    return halve(front), halve(behind)


def _blurred(light: Tensor, radius: Tensor, plan: Plan) -> Tensor:
    square = radius.square()
    return torch.cat([light, light[:, 3:] * square], 1) * plan.beyond(square, 0)


@njit(cache=True, nogil=True)
def _split(light: Image, radius: Image, start: float, stop: float, sides: Image) -> None:
    height, width = radius.shape
    rise, quarter = np.float32(stop - start), np.float32(0.25)
    shares, value = np.empty((2, width), np.float32), np.empty(width, np.float32)
    for y in range(height + height % 2):
        row = min(y, height - 1)
        for x in range(width):
            square = radius[row, x] * radius[row, x]
            share = min(max((square - np.float32(start)) / rise, np.float32(0)), np.float32(1)) * quarter
            shares[0, x] = share if radius[row, x] > 0 else np.float32(0)
            shares[1, x] = share - shares[0, x]
        for channel in range(5):
            for x in range(width):
                value[x] = light[min(channel, 3), row, x]
            if channel == 4:
                for x in range(width):
                    value[x] *= radius[row, x] * radius[row, x]
            for side in range(2):
                line = sides[side, channel, y // 2]
                for n in range(width // 2):
                    line[n] += value[2 * n] * shares[side, 2 * n] + value[2 * n + 1] * shares[side, 2 * n + 1]
                if width % 2:
                    line[-1] += 2 * value[-1] * shares[side, width - 1]


@njit(cache=True, nogil=True)
def _add(
    at: np.ndarray,
    light: np.ndarray,
    radius: np.ndarray,
    start: float,
    stop: float,
    height: int,
    width: int,
    sides: np.ndarray,
) -> None:
    frames, rows, columns = at
    for n in range(len(rows)):
        square = radius[n] * radius[n]
        share = min(max((square - start) / (stop - start), 0.0), 1.0) / 4
        # An odd last row or column counts twice.
        share *= (2 if rows[n] == height - 1 and height % 2 else 1) * (
            2 if columns[n] == width - 1 and width % 2 else 1
        )
        place = sides[frames[n], 0 if radius[n] > 0 else 1]
        for channel in range(4):
            place[channel, rows[n] // 2, columns[n] // 2] += share * light[n, channel]
        place[4, rows[n] // 2, columns[n] // 2] += share * light[n, 3] * square
