"""One side of focus, layer by layer: each convolved with its disc, and all composited in order of depth."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from .discs import spread
from .layers import Layer, layer_edges
from .matte import Beside
from .pyramid import TINY

SOLID = 2.5
"""px: a surface blurred by less hides what is behind it as if it were sharp. Where its pixels alternate between layers,
as disparity does that wavers around the focal plane, each layer alone would be too thin to."""

Disc = tuple[Tensor, Tensor]
"""A layer's light, convolved; and its share of each pixel as the frame shows it."""


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
        inside = (..., slice(spare, light.shape[-2] - spare), slice(spare, light.shape[-1] - spare))
        masked = layer.part_of(light[inside], square[inside])
        for side, radii in zip(beside, squares[1:], strict=True):
            side.add(masked, side.light * layer.share(radii), spare)
        disc = spread(masked, layer.kernel.to(light.device))
        shown = masked[:, 3:, layer.reach :, layer.reach :][..., : disc.shape[-2], : disc.shape[-1]]
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


# Layers share the pixels of one surface, so coverages add up, to 1: half a pixel in one and half in the next let
# nothing through from behind. A layer gets the room that all nearer ones leave.


def composite_front(discs: list[Disc | None], coarser: Tensor | None) -> Tensor | None:
    """Light (B, 4, h, w). In front of focus the more blurred is the nearer."""
    drawn = coarser
    for disc in discs:
        if disc is not None:
            drawn = disc[0] if drawn is None else torch.addcmul(drawn, _room(drawn[:, 3:], disc[0]), disc[0])
    return drawn


def composite_behind(discs: list[Disc | None], coarser: Tensor | None, taken: Tensor | None = None) -> Tensor | None:
    """Light (B, 8, h, w): of the nearest layer, and of all others in the room that it leaves.

    Behind focus the less blurred is the nearer. The nearest stays apart for the finer level to come, with whose
    farthest layer it shares pixels: the two together may leave the others no room. `taken` is coverage that leaves
    them none from the start.
    """
    layers: list[Tensor | None] = [] if coarser is None else [coarser[:, 4:], coarser[:, :4]]
    layers += _closed(discs, None if coarser is None else coarser[:, 3:4] + coarser[:, 7:])
    nearest, others = layers[-1], None
    if nearest is not None:
        taken = nearest[:, 3:] if taken is None else taken + nearest[:, 3:]
    for light in reversed(layers[:-1]):
        if light is None:
            continue
        room = torch.ones_like(light[:, 3:]) if taken is None else _room(taken, light)
        taken = room * light[:, 3:] if taken is None else taken + room * light[:, 3:]
        others = room * light if others is None else torch.addcmul(others, room, light)
    if others is None:
        return None if nearest is None else torch.cat([nearest, torch.zeros_like(nearest)], 1)
    return torch.cat([torch.zeros_like(others) if nearest is None else nearest, others], 1)


def _closed(discs: list[Disc | None], farther: Tensor | None) -> list[Tensor | None]:
    """Light of layers that close their holes. `farther` is the coverage of what lies behind them all.

    Where discs leave a hole, as they do beside what is sharper, none from behind shows through: the layers that the
    frame shows there close it, each as much as it has of the pixel.
    """
    drawn = [disc[0] for disc in discs if disc is not None]
    if not drawn:
        return [None] * len(discs)
    covered = sum((light[:, 3:] for light in drawn[1:]), start=drawn[0][:, 3:])
    hole = (1 - (covered if farther is None else covered + farther)).clamp_(min=0)
    return [None if disc is None else disc[0] * (1 + disc[1] * hole / disc[0][:, 3:].clamp(min=TINY)) for disc in discs]


def _room(taken: Tensor, farther: Tensor) -> Tensor:
    """Share of a farther layer's light that there is room for, where coverage `taken` is nearer."""
    return (1 - taken).clamp_(min=0).div_(farther[:, 3:].clamp(TINY, 1)).clamp_(max=1)
