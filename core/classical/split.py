"""The frame split among the layers of coarser levels, in front of focus and behind it apart: in tensors for a GPU, and
compiled for a CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image
from .layers import Layer, Plan, layer_edges
from .matte import Surfaces
from .pyramid import halve


def split(surfaces: Surfaces, plan: Plan) -> list[tuple[list[Layer], Tensor]]:
    """What levels 1, 2, … have to draw, as far as there is anything.

    Returns:
        Each level's layers, the most blurred first; and, (B, 2, 4 layers + 1, h, w), in front of focus and behind it,
        the light (4) of each in that order, and the coverage of all that is more blurred than any.
    """
    split_level = _split_compiled if surfaces.light.device.type == "cpu" else split_by_tensors
    most = _most_blurred(surfaces)
    levels: list[tuple[list[Layer], Tensor]] = []
    height, width = surfaces.light.shape[-2:]
    while most > plan.left_beyond(len(levels))[0]:
        height, width = -(-height // 2), -(-width // 2)
        coarsest = (height, width) == (1, 1)
        layers = plan.layers(len(levels) + 1, coarsest)
        levels.append((layers, split_level(surfaces, layers, len(levels) + 1)))
        if coarsest:
            break
    return levels


def split_by_tensors(surfaces: Surfaces, layers: list[Layer], level: int) -> Tensor:
    """A level's share, for a GPU."""
    return torch.stack([_side_by_tensors(surfaces, layers, level, front) for front in (True, False)], 1)


def _side_by_tensors(surfaces: Surfaces, layers: list[Layer], level: int, front: bool) -> Tensor:
    own = surfaces.light * ((surfaces.radius > 0) == front)
    beside = [side.only((side.radius > 0) == front) for side in surfaces.beside_in(range(own.shape[-2]))]

    def part(layer: Layer) -> Tensor:
        light = layer.part_of(own, surfaces.radius.square())
        for side in beside:
            side.add(light, side.light * layer.share(side.radius.square()))
        for _ in range(level):
            light = halve(light)
        return light

    parts = [part(layer) for layer in layers]
    most = layers[0]
    beyond = torch.zeros_like(parts[0]) if most.after is None else part(Layer(most.radius, most.after, None, level))
    return torch.cat([*parts, beyond[:, 3:]], 1)


def _most_blurred(surfaces: Surfaces) -> float:
    most = surfaces.radius.abs().max().item()
    return most if surfaces.second is None else max(most, surfaces.second.radius.abs().max().item())


def _split_compiled(surfaces: Surfaces, layers: list[Layer], level: int) -> Tensor:
    batch, _, height, width = surfaces.light.shape
    rows, columns = _weights(height, level), _weights(width, level)
    edges = layer_edges(layers).astype(np.float64)
    parts = surfaces.light.new_zeros(batch, 2, 4 * len(layers) + 1, -(-height >> level), -(-width >> level))
    for light, radius, out in zip(surfaces.light, surfaces.radius, parts, strict=True):
        _split(light.numpy(), radius[0].numpy(), rows, columns, edges, level, out.numpy())
    for beside in surfaces.beside_in(range(height)):
        at = np.stack([index.numpy() for index in beside.at])
        _add(at, beside.light.numpy(), beside.radius[:, 0].numpy(), rows, columns, edges, level, parts.numpy())
    return parts


def _weights(side: int, level: int) -> NDArray[np.float32]:
    """Of each pixel along a side, when it is halved so many times; an odd last one counts twice each time."""
    weights = np.ones(side, np.float32)
    for done in range(level):
        length = -(-side >> done)
        alone = (np.arange(side) >> done == length - 1) & (length % 2 == 1)
        weights *= np.where(alone, np.float32(1), np.float32(0.5))
    return weights


@njit(cache=True, nogil=True, inline="always")
def _put(light: Image, square: float, weight: float, edges: NDArray[np.float64], parts: Image, y: int, x: int) -> None:
    """Add light (4,) to the parts of its layers; `edges` rise, layers do not."""
    layers = len(edges) - 2
    if square >= edges[-1]:
        parts[4 * layers, y, x] += weight * light[3]
        return
    cell = 0
    while square >= edges[cell + 1]:
        cell += 1
    share = (square - edges[cell]) / (edges[cell + 1] - edges[cell]) if edges[cell + 1] < np.inf else 0.0
    # Of the layer above the cell, if the level has it, and of the one below.
    if cell < layers:
        for channel in range(4):
            parts[4 * (layers - 1 - cell) + channel, y, x] += np.float32(weight * share) * light[channel]
    else:
        parts[4 * layers, y, x] += np.float32(weight * share) * light[3]
    if cell > 0:
        for channel in range(4):
            parts[4 * (layers - cell) + channel, y, x] += np.float32(weight * (1 - share)) * light[channel]


@njit(cache=True, nogil=True)
def _split(
    light: Image,
    radius: Image,
    rows: NDArray[np.float32],
    columns: NDArray[np.float32],
    edges: NDArray[np.float64],
    level: int,
    parts: Image,
) -> None:
    height, width = radius.shape
    for y in range(height):
        for x in range(width):
            square = radius[y, x] * radius[y, x]
            if square > edges[0]:
                side = parts[0 if radius[y, x] > 0 else 1]
                _put(light[:, y, x], square, rows[y] * columns[x], edges, side, y >> level, x >> level)


@njit(cache=True, nogil=True)
def _add(
    at: NDArray[np.int64],
    light: Image,
    radius: Image,
    rows: NDArray[np.float32],
    columns: NDArray[np.float32],
    edges: NDArray[np.float64],
    level: int,
    parts: Image,
) -> None:
    for n in range(len(radius)):
        frame, y, x = at[0, n], at[1, n], at[2, n]
        square = radius[n] * radius[n]
        if square > edges[0]:
            side = parts[frame, 0 if radius[n] > 0 else 1]
            _put(light[n], square, rows[y] * columns[x], edges, side, y >> level, x >> level)
