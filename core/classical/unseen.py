"""What the ground is taken to be where the frame does not show it."""

from __future__ import annotations

import torch
from torch import Tensor

from .layers import Plan
from .matte import Surfaces
from .pyramid import fill, halve, rows_of, strips


def unseen(ground: Tensor, surfaces: Surfaces, plan: Plan) -> Tensor:
    """Colour (B, 3, h, w), half the size, of what the ground, light (B, 4, h, w), does not show.

    Behind what is hardly blurred in front of focus only the ground goes on. Behind what is more blurred, what is hardly
    blurred goes on, too.
    """
    hardly = torch.zeros_like(ground)
    for rows in strips(surfaces.radius):
        radius = rows_of(surfaces.radius, rows)
        share = (1 - plan.beyond(radius.square(), 0)) * (radius > 0)
        if share.any():
            half = range(rows.start // 2, (rows.stop + 1) // 2)
            rows_of(hardly, half).copy_(halve(rows_of(surfaces.light, rows) * share))
    behind, shown = fill(ground), hardly[:, 3:]
    return torch.lerp(fill(torch.addcmul(ground, 1 - ground[:, 3:], hardly)), behind, shown) if shown.any() else behind
