"""What each layer of level 0 is made of."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image
from .layers import Layer, Plan, layer_edges
from .matte import Beside

RUN = 64
"""px that are looked at together."""


def parts_of(
    light: Tensor, radius: Tensor, layers: list[Layer], beside: list[Beside], plan: Plan, *, front: bool
) -> tuple[list[Tensor | None], Tensor]:
    """What the layers of level 0 are made of in front of focus, or behind it, None where there is nothing; and the
    coverage (B, 1, h, w) of what is more blurred than all of them.

    Args:
        light: (B, 4, h, w).
        radius: (B, 1, h, w), signed.
        beside: what else there is in the same pixels.
    """
    beside = [side.only((side.radius > 0) == front) for side in beside]
    found = _found(
        [radius, *(side.radius for side in beside)], [light, *(side.light for side in beside)], layers, front
    )
    rest = Layer(*plan.left_beyond(0), None, 0)
    beyond = rest.part_of(light[:, 3:], radius, front=front)
    squares = [side.radius.square() for side in beside]
    for side, square in zip(beside, squares, strict=True):
        side.add(beyond, side.light[:, 3:] * rest.share(square))
    parts: list[Tensor | None] = []
    for layer, drawn in zip(layers, found, strict=True):
        part = layer.part_of(light, radius, front=front) if drawn else None
        parts.append(part)
        if part is not None:
            for side, square in zip(beside, squares, strict=True):
                side.add(part, side.light * layer.share(square))
    return parts, beyond


def _found(radii: list[Tensor], lights: list[Tensor], layers: list[Layer], front: bool) -> list[bool]:
    """Which layers have a share of any pixel on that side of focus that there is light in."""
    edges = layer_edges(layers)
    cells = np.zeros(len(edges) - 1, np.bool_)
    for radius, light in zip(radii, lights, strict=True):
        cover = light[:, 3:].flatten(1)
        if radius.device.type != "cpu":
            cells |= found_by_tensors(radius.flatten(1), cover, edges, front)
        else:
            find(radius.flatten(1).numpy(), cover.numpy(), edges, front, cells)
    return [bool(cell) for cell in (cells[:-1] | cells[1:])[::-1]]


def found_by_tensors(radii: Tensor, lights: Tensor, edges: NDArray[np.float32], front: bool) -> NDArray[np.bool_]:
    """`find` for a GPU."""
    square = radii[((radii > 0) if front else (radii < 0)) & (lights > 0)].square()
    cell = torch.bucketize(square, torch.from_numpy(edges).to(square.device), right=True)
    cells: NDArray[np.bool_] = (cell.bincount(minlength=len(edges) + 1)[1:-1] > 0).cpu().numpy()
    return cells


@njit(cache=True, nogil=True)
def find(radii: Image, lights: Image, edges: NDArray[np.float32], front: bool, cells: NDArray[np.bool_]) -> None:
    """Mark which of the cells between rising edges hold the square of a radius on that side of focus that there is
    light with."""
    cell, sign, low, high = 0, np.float32(1 if front else -1), edges[-1], edges[0]
    for frame in range(len(radii)):
        for start in range(0, radii.shape[1], RUN):
            line, covers = radii[frame, start : start + RUN], lights[frame, start : start + RUN]
            # Most pixels lie where their neighbours do: there is no news of them, which is soon seen.
            news = 0
            for n in range(len(line)):
                ahead = sign * line[n]
                square = ahead * ahead
                news += (ahead > 0) & (covers[n] > 0) & ((square < low) | (square >= high))
            if not news:
                continue
            for n in range(len(line)):
                square = line[n] * line[n]
                if sign * line[n] > 0 and covers[n] > 0 and edges[0] <= square < edges[-1]:
                    while square < edges[cell]:
                        cell -= 1
                    while square >= edges[cell + 1]:
                        cell += 1
                    cells[cell], low, high = True, edges[cell], edges[cell + 1]
