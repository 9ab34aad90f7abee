"""What training asks of a data source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypedDict

import torch
from torch import Tensor


class Batch(TypedDict):
    """Windows of T ≥ 2 consecutive frames, display-coded; float32."""

    frames: Tensor
    """(B, T, 3, h, w)"""
    disparity: Tensor
    """(B, T, 1, h, w), as the network is given it: augmented, when it is"""
    defocus: Tensor
    """(B, T, 1, h, w), px, of that disparity"""
    guess: Tensor
    """(B, T, GUESS, h, w): the prior's, of that defocus"""
    bokeh: Tensor
    """(B, T, 3, h, w), the truth"""
    blur: Tensor
    """(B, T), K"""
    focus_disparity: Tensor
    """(B, T)"""


class Batches(Protocol):
    def __call__(self, first_step: int) -> Iterable[Batch]:
        """Batches without end, from the one of step `first_step` on. The batch of a step is always the same, which is
        what lets a resumed run go on as if it had never stopped."""
        ...


def on_device(batch: Batch, device: torch.device) -> Batch:
    return Batch(
        frames=batch["frames"].to(device, non_blocking=True),
        disparity=batch["disparity"].to(device, non_blocking=True),
        defocus=batch["defocus"].to(device, non_blocking=True),
        guess=batch["guess"].to(device, non_blocking=True),
        bokeh=batch["bokeh"].to(device, non_blocking=True),
        blur=batch["blur"].to(device, non_blocking=True),
        focus_disparity=batch["focus_disparity"].to(device, non_blocking=True),
    )
