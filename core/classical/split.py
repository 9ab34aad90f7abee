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
from .pyramid import halve, halving_weights


def split(surfaces: Surfaces, plan: Plan, besides: float = 0.0) -> list[tuple[list[Layer], Tensor]]:
    """What levels 1, 2, … have to draw, as far as there is anything.

    Returns:
        Each level's layers, the most blurred first; and, (B, 2, 4 layers + 1, h, w), in front of focus and behind it,
        the light (4) of each in that order, and the coverage of all that is more blurred than any.
    """
    split_level = _split_compiled if surfaces.light.device.type == "cpu" else split_by_tensors
    most = max(_most_blurred(surfaces), besides)
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
    beside = [side.only((side.radius > 0) == front) for side in surfaces.beside_in(range(surfaces.light.shape[-2]))]

    def part(layer: Layer) -> Tensor:
        light = layer.part_of(surfaces.light, surfaces.radius, front=front)
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
    rows, columns = halving_weights(height, level), halving_weights(width, level)
    edges = layer_edges(layers)
    # Unlike torch's, numpy's zeros take no memory where nothing is written.
    parts = torch.from_numpy(
        np.zeros((batch, 2, 4 * len(layers) + 1, -(-height >> level), -(-width >> level)), np.float32)
    )
    for light, radius, out in zip(surfaces.light, surfaces.radius, parts, strict=True):
        _split(light.numpy(), radius[0].numpy(), rows, columns, edges, level, out.numpy())
    for beside in surfaces.beside_in(range(height)):
        at = np.stack([index.numpy() for index in beside.at])
        _add(at, beside.light.numpy(), beside.radius[:, 0].numpy(), rows, columns, edges, level, parts.numpy())
    return parts


@njit(cache=True, nogil=True, inline="always")
def _cell_of(square: float, edges: NDArray[np.float32], cell: int) -> int:
    """The cell between rising edges that a squared radius above the first lies in, looked for from a cell on; beyond
    the last edge, the one after all others."""
    while square < edges[cell]:
        cell -= 1
    while cell < len(edges) - 1 and square >= edges[cell + 1]:
        cell += 1
    return cell


@njit(cache=True, nogil=True, inline="always")
def _share(square: float, edges: NDArray[np.float32], cell: int) -> np.float32:
    """How much goes to the more blurred of the two that share a cell."""
    if cell == len(edges) - 1:
        return np.float32(1)
    if edges[cell + 1] == np.inf:
        return np.float32(0)
    return np.float32((square - edges[cell]) / (edges[cell + 1] - edges[cell]))


@njit(cache=True, nogil=True, inline="always")
def _put(more: float, less: float, cell: int, channel: int, parts: Image, side: int, y: int, x: int) -> None:
    """Add what goes to the more blurred and to the less blurred layer of a cell; layers do not rise."""
    layers = parts.shape[1] // 4
    if cell < layers:
        parts[side, 4 * (layers - 1 - cell) + channel, y, x] += more
    elif channel == 3:
        parts[side, 4 * layers, y, x] += more
    if 0 < cell <= layers:
        parts[side, 4 * (layers - cell) + channel, y, x] += less


@njit(cache=True, nogil=True, error_model="numpy")
def _split(
    light: Image,
    radius: Image,
    rows: NDArray[np.float32],
    columns: NDArray[np.float32],
    edges: NDArray[np.float32],
    level: int,
    parts: Image,
) -> None:
    height, width = radius.shape
    cell, last, none = 0, len(edges) - 1, np.float32(0)
    for y in range(height):
        line, covers = radius[y], light[3, y]
        x = 0
        while x < width:
            square, ahead = line[x] * line[x], line[x] > 0
            if not square > edges[0]:
                x += 1
                continue
            # Neighbours that go to the same place go there together.
            across, end = x >> level, min(((x >> level) + 1) << level, width)
            side = 0 if ahead else 1
            cell = _cell_of(square, edges, cell)
            red, green, blue, cover = none, none, none, none
            more_red, more_green, more_blue, more = none, none, none, none
            if cell == last:
                while x < end and line[x] * line[x] >= edges[last] and (line[x] > 0) == ahead:
                    more += columns[x] * covers[x]
                    x += 1
                parts[side, -1, y >> level, across] += rows[y] * more
                continue
            while x < end:
                square = line[x] * line[x]
                if not edges[0] < square or not edges[cell] <= square < edges[cell + 1] or (line[x] > 0) != ahead:
                    break
                share = _share(square, edges, cell)
                above, below = columns[x] * share, columns[x] * (np.float32(1) - share)
                more_red += above * light[0, y, x]
                more_green += above * light[1, y, x]
                more_blue += above * light[2, y, x]
                more += above * covers[x]
                red += below * light[0, y, x]
                green += below * light[1, y, x]
                blue += below * light[2, y, x]
                cover += below * covers[x]
                x += 1
            row, weight = y >> level, rows[y]
            _put(weight * more_red, weight * red, cell, 0, parts, side, row, across)
            _put(weight * more_green, weight * green, cell, 1, parts, side, row, across)
            _put(weight * more_blue, weight * blue, cell, 2, parts, side, row, across)
            _put(weight * more, weight * cover, cell, 3, parts, side, row, across)


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    at: NDArray[np.int64],
    light: Image,
    radius: Image,
    rows: NDArray[np.float32],
    columns: NDArray[np.float32],
    edges: NDArray[np.float32],
    level: int,
    parts: Image,
) -> None:
    cell = 0
    for n in range(len(radius)):
        frame, y, x = at[0, n], at[1, n], at[2, n]
        square = radius[n] * radius[n]
        if square > edges[0]:
            side = 0 if radius[n] > 0 else 1
            cell = _cell_of(square, edges, cell)
            weight, share = rows[y] * columns[x], _share(square, edges, cell)
            for channel in range(4):
                own = weight * light[n, channel]
                _put(
                    share * own,
                    (np.float32(1) - share) * own,
                    cell,
                    channel,
                    parts[frame],
                    side,
                    y >> level,
                    x >> level,
                )
