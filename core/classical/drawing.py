"""One side of focus, layer by layer: each convolved with its disc."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from .composite import Disc
from .discs import spread
from .layers import Layer, layer_edges
from .matte import Beside
from .pyramid import TINY

SOLID = 2.5
"""px: a surface blurred by less hides what is behind it as if it were sharp. Where its pixels alternate between layers,
as disparity does that wavers around the focal plane, each layer alone would be too thin to."""


def draw(light: Tensor, square: Tensor, layers: list[Layer], beside: list[Beside]) -> list[Disc | None]:
    """One side's layers, `reach` px smaller on every side than the light that they are made of.

    Args:
        light: (B, 4, h + 2 reach, w + 2 reach); reach is that of the widest layer.
        square: (B, 1, h + 2 reach, w + 2 reach) squared radius.
        beside: what else there is in the same pixels.
    """
    reach = max(layer.reach for layer in layers)
    squares = [square, *(side.radius.square() for side in beside)]
    lights = [light[:, 3:], *(side.light[:, 3:] for side in beside)]
    found = _found(squares, lights, layers)
    discs: list[Disc | None] = []
    for layer, drawn in zip(layers, found, strict=True):
        if not drawn:
            discs.append(None)
            continue
        spare = reach - layer.reach
        masked = layer.part_of(light, square, spare)
        for side, radii in zip(beside, squares[1:], strict=True):
            side.add(masked, side.light * layer.share(radii), spare)
        disc = spread(masked, layer.kernel.to(light.device))
        shown = masked[:, 3:, layer.reach :, layer.reach :][..., : disc.shape[-2], : disc.shape[-1]].contiguous()
        if layer.radius < SOLID:
            disc *= (shown / disc[:, 3:].clamp(min=TINY)).clamp_(min=1)
        discs.append((disc, shown))
    return discs


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
