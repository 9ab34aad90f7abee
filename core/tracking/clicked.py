"""What a click means: the surface under it, how near that is, and how large."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .view import View

SMALLEST, LARGEST = 0.035, 0.14
"""Radius of a subject, in picture heights. Of what is larger, the part around the click is followed."""

TOLERANCE = 0.035
"""Disparity within which a surface may be the subject's; twice as far off it is not."""


@dataclass(frozen=True, slots=True)
class Clicked:
    """Attributes:
    nearness: disparity under the click.
    surface: (h, w), 1 where the surface reaches from the click without a step in disparity, else 0.
    radius: px.
    centre: (x, y) px: the surface's own middle where it is small, near the click where it is large.
    """

    nearness: float
    surface: Tensor
    radius: float
    centre: tuple[float, float]


def clicked(view: View, click: tuple[float, float]) -> Clicked:
    """The subject at `click` (x, y), px of the view."""
    x, y = min(max(round(click[0]), 0), view.width - 1), min(max(round(click[1]), 0), view.height - 1)
    reach = max(1, round(0.01 * view.height))
    nearness = float(view.disparity[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1].median())
    surface = _surface(view.disparity, (x, y), nearness)
    down = torch.arange(view.height)[:, None] - click[1]
    across = torch.arange(view.width)[None, :] - click[0]
    near = surface * torch.exp(-0.5 * (across**2 + down**2) / (LARGEST * view.height) ** 2)
    area = float(near.sum())
    radius = min(max(math.sqrt(area / math.pi), SMALLEST * view.height), LARGEST * view.height)
    centre = click[0] + float((near * across).sum()) / area, click[1] + float((near * down).sum()) / area
    if not surface[round(centre[1]), round(centre[0])]:  # in the hollow of a ring, where something else is seen
        centre = (float(x), float(y))
    return Clicked(nearness, surface, radius, centre)


def _surface(disparity: Tensor, place: tuple[int, int], nearness: float) -> Tensor:
    x, y = place
    steps = round(2 * LARGEST * disparity.shape[0])
    left, top = max(x - steps - 1, 0), max(y - steps - 1, 0)
    around = disparity[top : y + steps + 2, left : x + steps + 2]
    alike = ((around - nearness).abs() < TOLERANCE).float()[None]
    reached = torch.zeros_like(alike)
    reached[..., max(y - 1 - top, 0) : y + 2 - top, max(x - 1 - left, 0) : x + 2 - left] = 1
    for _ in range(steps):
        reached = functional.max_pool2d(reached, 3, stride=1, padding=1) * alike
    surface = torch.zeros_like(disparity)
    surface[top : y + steps + 2, left : x + steps + 2] = reached[0]
    surface[y, x] = 1
    return surface
