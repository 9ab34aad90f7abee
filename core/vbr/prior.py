"""What the coarse generator starts from."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..classical.layered import layered
from .configuration import Configuration

Prior = Callable[[Tensor, Tensor], Tensor]
"""Frames (..., 3, H, W) and defocus (..., 1, H, W), px, to guesses at the bokeh (..., guesses, 3, H, W)."""


def prior_of(configuration: Configuration) -> Prior:
    return classical_renderings if configuration.prior else no_prior


def classical_renderings(frames: Tensor, defocus: Tensor) -> Tensor:
    """Layered, then scatter. Where they differ lie the occlusion boundaries, which neither gets right."""
    from ..classical.scatter import scatter

    return torch.stack([layered(frames, defocus, quality="final"), scatter(frames, defocus)], dim=-4)


def no_prior(frames: Tensor, defocus: Tensor) -> Tensor:
    return frames.unsqueeze(-4)[..., :0, :, :, :]
