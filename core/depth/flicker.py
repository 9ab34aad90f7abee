"""What trembles in a place while the thing there does not: a median along the motion, as far back as ahead."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from .motion import warped
from .window import Neighbour

REACH = 3
"""Frames looked at on each side."""

PICTURE_TOLERANCE = 0.06
"""Difference in colour beyond which a neighbour's pixel is not the same thing."""

SPREAD = 0.02
"""Disparity around the median within which values are averaged; what lies beyond is another surface."""


def without_flicker(frame: Tensor, disparity: Tensor, neighbours: Sequence[Neighbour]) -> Tensor:
    """The disparity (1, 1, H, W) that a frame (1, 3, H, W) and its neighbours agree on."""
    values, weights = [disparity], [torch.ones_like(disparity)]
    for neighbour in neighbours:
        flow = neighbour.motion.flow
        difference = (warped(neighbour.frame, flow) - frame).abs().mean(dim=1, keepdim=True)
        alike = torch.exp(-0.5 * (_smoothed(difference) / PICTURE_TOLERANCE) ** 2)
        values.append(warped(neighbour.disparity, flow))
        weights.append(neighbour.motion.trust * alike)
    value, weight = torch.cat(values), torch.cat(weights)
    median = weighted_median(value, weight)
    weight = weight * torch.exp(-0.5 * ((value - median) / SPREAD) ** 2)
    return (value * weight).sum(0, keepdim=True) / weight.sum(0, keepdim=True)


def weighted_median(value: Tensor, weight: Tensor) -> Tensor:
    """Along the first dimension, which stays as 1: the smallest value with at least half of the weight up to it."""
    ordered, order = value.sort(dim=0)
    reached = weight.gather(0, order).cumsum(0)
    first = (reached < 0.5 * reached[-1:]).sum(0, keepdim=True).clamp_max(len(value) - 1)
    return ordered.gather(0, first)


def _smoothed(image: Tensor) -> Tensor:
    """Averaged over 3x3 px."""
    return functional.avg_pool2d(image, 3, stride=1, padding=1, count_include_pad=False)
