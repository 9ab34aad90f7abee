"""Scattered bokeh, the reference: every pixel spreads its light evenly over its own disc, of whatever radius.

A disc is drawn as one span of light a row: a change where the span begins and one where it ends, which a running sum
along the row turns into light. Sums are kept in fixed point, so they are exact and the same in any order, on any
device. Light that leaves the picture comes back over its border, as from a mirror image beyond it.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from .edges import firm_edges
from .light import to_display, to_linear
from .pyramid import FAINT, TINY, fill

FIXED_POINT = 2.0**44
"""Units of light to 1.0: the faintest discs keep six digits, and half a million whole ones may meet in a pixel."""

SHORTEST = 1e-3
"""px: half the span of a sharp pixel, which stays inside that pixel."""


def scatter(frames: Tensor, defocus: Tensor) -> Tensor:
    """Frames as a lens that is so defocused would have shot them.

    Args:
        frames: (..., 3, H, W) display-coded RGB in [0, 1], float32.
        defocus: (..., 1, H, W) signed blur radius in px, positive in front of focus (Eq 2), float32.

    Returns:
        (..., 3, H, W) display-coded RGB. Time and memory grow with the largest radius.
    """
    height, width = frames.shape[-2:]
    linear = to_linear(frames.reshape(-1, 3, height, width))
    signed = firm_edges(defocus.reshape(-1, 1, height, width))
    # A disc wider than twice the picture is not told from a larger one.
    radius = signed.abs().clamp(max=max(height, width)).double()
    in_front = (signed > 0).to(linear.dtype)
    front, cover = _blur_side(linear, radius, in_front)
    # Behind focus the sharper is the nearer; where discs meet there, it has the say.
    ground, known = _blur_side(linear, radius, (1 - in_front) / (1 + radius))
    # What is seen needs no guess; what lies hidden is known as far as discs reach there.
    known = torch.maximum(known.clamp(max=1), 1 - in_front)
    cover = cover.clamp(max=1)
    faint = FAINT * cover * (1 - known)
    ground = fill(torch.cat([ground * known + front * faint, known + faint], 1))
    return to_display(torch.lerp(ground, front, cover)).reshape(frames.shape)


def _blur_side(linear: Tensor, radius: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Colour (B, 3, H, W) and coverage (B, 1, H, W) of the discs of those pixels that have a weight."""
    members = (weight > 0).double()
    light = torch.cat([linear * weight, weight, members], 1).double()
    reach = math.ceil(float((radius * members).amax())) + 1
    spread = _spread(light, _grid_radius(radius), reach)
    sums = _fold(_fold(spread, -1, reach), -2, reach).double() / FIXED_POINT
    return (sums[:, :3] / sums[:, 3:4].clamp(min=TINY)).float(), sums[:, 4:].float()


def _grid_radius(radius: Tensor) -> Tensor:
    """The radius at which discs drawn by the area of the pixels they cover have the second moment of discs that
    integrate a bilinear picture."""
    return (radius.square() + radius.clamp(max=1) / 3).sqrt()


def _fold(spread: Tensor, axis: int, reach: int) -> Tensor:
    """What fell beyond either border, `reach` px on both sides, mirrored back in."""
    size = spread.shape[axis] - 2 * reach
    pictures = -(-reach // size)
    spare = pictures * size - reach
    margins = (spare, spare, 0, 0) if axis == -1 else (0, 0, spare, spare)
    tiles = torch.split(functional.pad(spread, margins), size, axis)
    folded = torch.zeros_like(tiles[pictures])
    for distance, tile in zip(range(-pictures, pictures + 1), tiles, strict=True):
        folded += tile.flip(axis) if distance % 2 else tile
    return folded


def _spread(light: Tensor, radius: Tensor, reach: int) -> Tensor:
    """Discs of light in fixed point, (B, C, H + 2 reach, W + 2 reach), int64.

    Args:
        light: (B, C, H, W) float64, what each pixel spreads; a pixel whose last channel is 0 has nothing.
        radius: (B, 1, H, W) float64, px.
        reach: px beyond the picture, at least the largest radius of a pixel that has light.
    """
    if light.is_cuda:
        return spread_by_tensors(light, radius, reach)
    frames = zip(light.permute(0, 2, 3, 1).contiguous().numpy(), radius[:, 0].contiguous().numpy(), strict=True)
    return torch.stack([torch.from_numpy(spread_by_loops(*frame, reach)) for frame in frames])


def spread_by_tensors(light: Tensor, radius: Tensor, reach: int) -> Tensor:
    """`_spread` for a GPU: each row distance is one operation over all pixels."""
    batch, channels, height, width = light.shape
    total = torch.zeros_like(radius)
    for dy in range(reach + 1):
        half, share = _chord(radius, dy)
        total += (2 if dy else 1) * 2 * half * share
    amount = light / total * FIXED_POINT
    changes = light.new_zeros(batch, channels, height + 2 * reach, width + 2 * reach + 2, dtype=torch.int64)
    centre = torch.arange(width, device=light.device, dtype=light.dtype) + (reach + 0.5)
    for dy in range(-reach, reach + 1):
        half, share = _chord(radius, abs(dy))
        rows = changes[:, :, reach + dy : reach + dy + height]
        row = (amount * share).round()
        for edge, sign in ((centre - half, 1), (centre + half, -1)):
            first = edge.floor()
            here = (row * (first + 1 - edge)).round()
            at = first.long().expand_as(light)
            rows.scatter_add_(-1, at, (sign * here).long())
            rows.scatter_add_(-1, at + 1, (sign * (row - here)).long())
    return changes.cumsum(-1)[..., :-2]


def _chord(radius: Tensor, dy: int) -> tuple[Tensor, Tensor]:
    """Half the length of a disc's span `dy` rows from its centre, and the share of that row's height within it."""
    inner = max(dy - 0.5, 0.0)
    outer = radius.clamp(max=dy + 0.5)
    half = (radius.square() - (inner * inner + inner * outer + outer.square()) / 3).clamp(min=SHORTEST**2).sqrt()
    return half, (radius + (0.5 - dy)).clamp(0, 1)


def spread_by_loops(light: NDArray[np.float64], radius: NDArray[np.float64], reach: int) -> NDArray[np.int64]:
    """`_spread` for the CPU, one frame (H, W, C), by rows on every core."""
    height, width, channels = light.shape
    amount = np.empty_like(light)
    spread = np.empty((channels, height + 2 * reach, width + 2 * reach), np.int64)
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda i: _share_out(light[i::threads], radius[i::threads], amount[i::threads]), range(threads)))
        list(pool.map(lambda i: _draw_rows(amount, radius, reach, i, threads, spread), range(threads)))
    return spread


@njit(cache=True, nogil=True)
def _span(radius: float, dy: int) -> tuple[float, float]:
    inner = max(dy - 0.5, 0.0)
    outer = min(radius, dy + 0.5)
    square = radius * radius - (inner * inner + inner * outer + outer * outer) / 3
    return np.sqrt(max(square, SHORTEST * SHORTEST)), min(max(radius + (0.5 - dy), 0.0), 1.0)


@njit(cache=True, nogil=True)
def _share_out(light: NDArray[np.float64], radius: NDArray[np.float64], amount: NDArray[np.float64]) -> None:
    """Light to light per px² of the disc, in fixed point."""
    for y in range(light.shape[0]):
        for x in range(light.shape[1]):
            total = 0.0
            for dy in range(int(radius[y, x] + 0.5) + 1):
                half, share = _span(radius[y, x], dy)
                total += (2 if dy else 1) * 2 * half * share
            for c in range(light.shape[2]):
                amount[y, x, c] = light[y, x, c] / total * FIXED_POINT


@njit(cache=True, nogil=True)
def _draw_rows(
    amount: NDArray[np.float64],
    radius: NDArray[np.float64],
    reach: int,
    first_row: int,
    step: int,
    spread: NDArray[np.int64],
) -> None:
    """Every `step`-th row of what all discs together make."""
    height, width, channels = amount.shape
    for row in range(first_row, height + 2 * reach, step):
        changes = np.zeros((width + 2 * reach + 2, channels), np.int64)
        for y in range(max(0, row - 2 * reach), min(height, row + 1)):
            dy = abs(row - reach - y)
            for x in range(width):
                if radius[y, x] + 0.5 <= dy or amount[y, x, -1] == 0:
                    continue
                half, share = _span(radius[y, x], dy)
                begin, end = x + (reach + 0.5) - half, x + (reach + 0.5) + half
                left, right = int(begin), int(end)
                for c in range(channels):
                    light = np.rint(amount[y, x, c] * share)
                    here = np.rint(light * (left + 1 - begin))
                    changes[left, c] += int(here)
                    changes[left + 1, c] += int(light - here)
                    here = np.rint(light * (right + 1 - end))
                    changes[right, c] -= int(here)
                    changes[right + 1, c] -= int(light - here)
        for c in range(channels):
            level = 0
            for x in range(width + 2 * reach):
                level += changes[x, c]
                spread[c, row, x] = level
