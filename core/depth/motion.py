"""What moved where between frames, and what of it can be believed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

TOLERANCE = 0.7
"""Px by which the way there and back may miss where it began, besides a share of the way."""

SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Motion:
    """From one frame to another: what is at p there is at p + flow here.

    Attributes:
        flow: (1, 2, H, W) px, x and y.
        trust: (1, 1, H, W) from 0 to 1: 0 where the way back leads elsewhere, as in what is hidden in the other frame.
    """

    flow: Tensor
    trust: Tensor

    @staticmethod
    def of(there: Tensor, back: Tensor) -> Motion:
        """Args: there, back: flow (1, 2, H, W) to the other frame, and from it."""
        miss = (there + warped(back, there)).norm(dim=1, keepdim=True)
        allowed = TOLERANCE + SHARE * there.norm(dim=1, keepdim=True)
        return Motion(there, (1 + (miss / allowed) ** 4).reciprocal() * inside(there))

    def then(self, on: Motion) -> Motion:
        """This way and, from where it ends, another."""
        flow = self.flow + warped(on.flow, self.flow)
        return Motion(flow, self.trust * warped(on.trust, self.flow) * inside(flow))


def warped(image: Tensor, flow: Tensor) -> Tensor:
    """An image (1, C, H, W) looked up at p + flow, so that it lies as the frame that the flow starts from."""
    height, width = image.shape[-2:]
    grid = _pixels(flow) + flow
    unit = torch.tensor([2 / max(width - 1, 1), 2 / max(height - 1, 1)], device=flow.device).view(1, 2, 1, 1)
    # What padding_mode="border" does, which PyTorch before 2.13 lacks on Apple's GPUs.
    looked_up = (grid * unit - 1).clamp(-1, 1).permute(0, 2, 3, 1)
    return functional.grid_sample(image, looked_up, align_corners=True)


def inside(flow: Tensor) -> Tensor:
    """(1, 1, H, W): 1 where p + flow lies in the picture, else 0."""
    height, width = flow.shape[-2:]
    there = _pixels(flow) + flow
    x, y = there[:, :1], there[:, 1:]
    within: Tensor = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return within.float()


def _pixels(flow: Tensor) -> Tensor:
    height, width = flow.shape[-2:]
    y, x = torch.meshgrid(
        torch.arange(height, device=flow.device), torch.arange(width, device=flow.device), indexing="ij"
    )
    return torch.stack([x, y])[None].float()
