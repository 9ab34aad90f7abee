"""One side of focus, layer by layer: each convolved with its disc."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from .layers import Layer, Plan, layer_edges
from .matte import Beside


def parts_of(
    light: Tensor, square: Tensor, layers: list[Layer], beside: list[Beside], plan: Plan
) -> tuple[list[Tensor | None], Tensor]:
    """What a side's layers at level 0 are made of, None where there is nothing; and the coverage (B, 1, h, w) of what
    is more blurred than all of them.

    Args:
        light: (B, 4, h, w).
        square: (B, 1, h, w) squared radius.
        beside: what else there is in the same pixels.
    """
    squares = [square, *(side.radius.square() for side in beside)]
    lights = [light[:, 3:], *(side.light[:, 3:] for side in beside)]
    found = _found(squares, lights, layers)
    beyond = light[:, 3:] * plan.beyond(square, 0)
    for side, radii in zip(beside, squares[1:], strict=True):
        side.add(beyond, side.light[:, 3:] * plan.beyond(radii, 0))
    parts: list[Tensor | None] = []
    for layer, drawn in zip(layers, found, strict=True):
        part = layer.part_of(light, square) if drawn else None
        parts.append(part)
        if part is not None:
            for side, radii in zip(beside, squares[1:], strict=True):
                side.add(part, side.light * layer.share(radii))
    return parts, beyond


def _found(squares: list[Tensor], lights: list[Tensor], layers: list[Layer]) -> list[bool]:
    """Which layers have a share of any pixel that there is light in."""
    edges = layer_edges(layers)
    cells = np.zeros(len(edges) - 1, np.bool_)
    for square, light in zip(squares, lights, strict=True):
        if square.device.type != "cpu":
            cells |= found_by_tensors(square, light, edges)
        else:
            find(square.flatten().numpy(), light.flatten().numpy(), edges, cells)
    return [bool(cell) for cell in (cells[:-1] | cells[1:])[::-1]]


def found_by_tensors(square: Tensor, light: Tensor, edges: NDArray[np.float32]) -> NDArray[np.bool_]:
    """`find` for a GPU."""
    cell = torch.bucketize(square[light > 0], torch.from_numpy(edges).to(square.device), right=True)
    cells: NDArray[np.bool_] = (cell.bincount(minlength=len(edges) + 1)[1:-1] > 0).cpu().numpy()
    return cells


@njit(cache=True, nogil=True)
def find(squares: np.ndarray, lights: np.ndarray, edges: np.ndarray, cells: np.ndarray) -> None:
    """Mark which of the cells between rising edges hold a squared radius that there is light with."""
    cell = 0
    for n in range(len(squares)):
        # Most pixels lie where their neighbours do.
        if lights[n] <= 0 or (edges[cell] <= squares[n] < edges[cell + 1] and cells[cell]):
            continue
        if edges[0] <= squares[n] < edges[-1]:
            while squares[n] < edges[cell]:
                cell -= 1
            while squares[n] >= edges[cell + 1]:
                cell += 1
            cells[cell] = True
