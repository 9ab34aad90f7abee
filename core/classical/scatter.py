"""Scattered bokeh, the reference: every pixel spreads its light evenly over its own disc, of whatever radius.

A disc is drawn as one span of light a row: a change where the span begins and one where it ends, which a running sum
along the row turns into light. Sums are kept in fixed point, so they are exact and the same in any order, on any
device. Light that leaves the picture comes back over its border, as from a mirror image beyond it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .edges import firm_edges
from .light import to_display, to_linear
from .pyramid import TINY, fill

FIXED_POINT = 2.0**44
"""Units of light to 1.0: the faintest discs keep six digits, and half a million whole ones may meet in a pixel."""

NEARNESS = 1.0
"""Where discs on one side of focus meet, they count by (1 + radius) to this power, in favour of the nearer ones."""


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
    in_front = (signed > 0).to(linear.dtype)
    front, cover = _blur_side(linear, signed.abs(), in_front, NEARNESS)
    ground, known = _blur_side(linear, signed.abs(), 1 - in_front, -NEARNESS)
    # What is seen needs no guess; what lies hidden is known as far as discs reach there.
    known = torch.maximum(known.clamp(max=1), 1 - in_front)
    ground = fill(torch.cat([ground * known, known], 1))
    return to_display(torch.lerp(ground, front, cover.clamp(max=1))).reshape(frames.shape)


def _blur_side(linear: Tensor, radius: Tensor, members: Tensor, nearness: float) -> tuple[Tensor, Tensor]:
    """Colour (B, 3, H, W) and coverage (B, 1, H, W) of the discs of those pixels that are members."""
    radius = radius.double()
    weight = members * (1 + radius).pow(nearness)
    light = torch.cat([linear * weight, weight, members], 1)
    height, width = linear.shape[-2:]
    reach = min(math.ceil(float((radius * members).amax()) + 1), height, width)
    spread = _spread(light, _grid_radius(radius), reach)
    for axis in (-1, -2):
        spread = _fold(spread, axis, reach)
    sums = spread.double() / FIXED_POINT
    return (sums[:, :3] / sums[:, 3:4].clamp(min=TINY)).float(), sums[:, 4:].float()


def _grid_radius(radius: Tensor) -> Tensor:
    """The radius at which discs drawn by the area of the pixels that they cover have the second moment of discs that
    integrate a bilinear picture."""
    return (radius.square() + radius.clamp(max=1) / 3).sqrt()


def _fold(spread: Tensor, axis: int, reach: int) -> Tensor:
    """What fell beyond either border, mirrored back in."""
    size = spread.shape[axis] - 2 * reach
    inside = spread.narrow(axis, reach, size).clone()
    inside.narrow(axis, 0, reach).add_(spread.narrow(axis, 0, reach).flip(axis))
    inside.narrow(axis, size - reach, reach).add_(spread.narrow(axis, size + reach, reach).flip(axis))
    return inside


def _spread(light: Tensor, radius: Tensor, reach: int) -> Tensor:
    """Discs of light, in fixed point: (B, C, H + 2 reach, W + 2 reach), int64.

    Args:
        light: (B, C, H, W) float64, what each pixel has to spread.
        radius: (B, 1, H, W) float64, px.
        reach: px beyond the picture; what would fall farther out is lost.
    """
    if light.is_cuda:
        return spread_by_tensors(light, radius, reach)
    return torch.from_numpy(_spread_by_loops(light.numpy(), radius[:, 0].numpy(), reach))


def spread_by_tensors(light: Tensor, radius: Tensor, reach: int) -> Tensor:
    """`_spread` for a GPU."""
    batch, channels, height, width = light.shape
    rows = range(-reach, reach + 1)
    area = torch.zeros_like(radius)
    for dy in rows:
        area += 2 * _half_span(radius, dy)
    amount = light / area.clamp(min=TINY) * FIXED_POINT
    changes = torch.zeros(batch, channels, height + 2 * reach, width + 2 * reach + 2, dtype=torch.int64, device=light.device)
    column = torch.arange(width, device=light.device) + reach + 0.5
    for dy in rows:
        pass
    return changes
