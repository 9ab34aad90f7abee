"""The temporal fusion block: neighbours aligned by deformable convolution (Eq 5-6), then merged into the frame."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import torch
from torch import Tensor, nn
from torch.nn import functional

from .convolution import activation, conv
from .norm import ChannelNorm

KERNEL = 3
TAPS = KERNEL**2
GROUPS = 4
"""Parts of the channels that are aligned apart from one another."""

REDUCED = 32
"""Channels that are aligned: alignment costs by the channel, and most of what a frame holds need not move."""

FARTHEST = 2.0
"""Positions that a tap may move either way. Unbounded, taps wander out of the picture within a few hundred steps, where
nothing calls them back, and the frame never hears of its neighbours again."""

HASTE = 0.0025
"""Of offsets, to what the network says. A step of the optimiser moves everything alike, whatever it is worth: with more
haste, taps are at the bound long before a neighbour's features mean anything."""


class Fusion(StrEnum):
    """How a frame's features take in its neighbours'; the latter two are the ablations."""

    DEFORMABLE = "deformable"
    PLAIN = "plain"
    NONE = "none"


def deformable_conv(features: Tensor, offsets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A 3x3 convolution, padded with zeros, whose every tap at every position samples elsewhere.

    Args:
        features: (N, C, H, W).
        offsets: (N, groups * 9 * 2, H, W), px, y before x, taps row by row: torchvision's layout.
        weight: (O, C, 3, 3).
        bias: (O,).

    Returns:
        (N, O, H, W).
    """
    # Offsets add to coordinates: half precision would round them to whole pixels.
    with torch.autocast(features.device.type, enabled=False):
        features, offsets = features.float(), offsets.float()
        if features.is_cuda:
            # Imported where it is used: it takes seconds, and only CUDA needs it.
            from torchvision.ops import deform_conv2d

            out: Tensor = deform_conv2d(features, offsets, weight, bias, padding=KERNEL // 2)
            return out
        return _deformable_conv_by_grid_sample(features, offsets, weight, bias)


def _deformable_conv_by_grid_sample(features: Tensor, offsets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The same numbers as torchvision's operator; on a CPU about 2.5 times as fast."""
    n, channels, height, width = features.shape
    groups = offsets.shape[1] // (2 * TAPS)
    moves = offsets.reshape(n * groups, TAPS, 2, height, width)

    reach = torch.arange(KERNEL, device=features.device) - KERNEL // 2
    tap_y, tap_x = (tap.reshape(TAPS, 1, 1) for tap in torch.meshgrid(reach, reach, indexing="ij"))
    # grid_sample's own coordinates, in which pixel centres lie at (2 i + 1) / size - 1.
    y = (2 * (tap_y + torch.arange(height, device=features.device).reshape(height, 1)) + 1) / height - 1
    x = (2 * (tap_x + torch.arange(width, device=features.device)) + 1) / width - 1
    moved = [torch.add(x, moves[:, :, 1], alpha=2 / width), torch.add(y, moves[:, :, 0], alpha=2 / height)]
    grid = torch.stack(moved, dim=-1)

    sampled = functional.grid_sample(
        features.reshape(n * groups, channels // groups, height, width),
        grid.reshape(n * groups, TAPS * height, width, 2),
        mode="bilinear",
        padding_mode="zeros",
        align_corners=False,
    )
    columns = sampled.reshape(n, channels * TAPS, height, width)
    return functional.conv2d(columns, weight.reshape(weight.shape[0], channels * TAPS, 1, 1), bias)


class Alignment(nn.Module):
    """Eq 5-6: features of a neighbour, warped to where the frame has them.

    Offsets come from convolutions on [neighbour, frame] (Eq 5) and steer a deformable convolution of the same
    (Eq 6), both behind one 1x1 reduction. They start at zero: a plain convolution, which `PLAIN` stays.
    """

    def __init__(self, channels: int, fusion: Fusion) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(2 * channels, REDUCED, 1)
        self.align = conv(REDUCED, REDUCED)
        self.offsets: nn.Sequential | None = None
        if fusion is Fusion.DEFORMABLE:
            head = conv(REDUCED, GROUPS * TAPS * 2)
            assert head.bias is not None
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
            self.offsets = nn.Sequential(conv(REDUCED, REDUCED), activation(), head)

    def forward(self, neighbours: Sequence[Tensor], here: Tensor) -> list[Tensor]:
        # What the frame adds to the reduction is the same for every neighbour.
        theirs, ours = self.reduce.weight[:, : here.shape[1]], self.reduce.weight[:, here.shape[1] :]
        known = functional.conv2d(here, ours, self.reduce.bias)
        return [self._aligned(functional.conv2d(neighbour, theirs) + known) for neighbour in neighbours]

    def _aligned(self, both: Tensor) -> Tensor:
        if self.offsets is None:
            plain: Tensor = self.align(both)
            return plain
        assert self.align.bias is not None
        offsets = FARTHEST * torch.tanh(HASTE * self.offsets(both).float())
        return deformable_conv(both, offsets, self.align.weight, self.align.bias)


class TemporalFusionBlock(nn.Module):
    """Figure 4: (N, c, h, w) of a frame and of the frames before and after it, to what the frame then knows."""

    def __init__(self, channels: int, fusion: Fusion) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.align = Alignment(channels, fusion)
        self.merge = nn.Sequential(
            activation(), conv(channels + 2 * REDUCED, channels), activation(), conv(channels, channels)
        )

    def forward(self, before: Tensor, here: Tensor, after: Tensor) -> Tensor:
        earlier, now, later = (self.norm(features) for features in (before, here, after))
        first, last = self.align((earlier, later), now)
        out: Tensor = self.merge(torch.cat([first, now, last], dim=1)) + here
        return out
