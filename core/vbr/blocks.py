"""The pieces of a sub-module: a small U-Net over pixel-unshuffled pictures."""

from __future__ import annotations

import torch
from torch import Tensor, nn

UNSHUFFLE = 4
"""Pixels a side that one position of the finer features holds; the deeper ones hold twice as many."""

STRIDE = 2 * UNSHUFFLE
"""Both sides of what an encoder gets must be a multiple of this."""


DETAIL = 8
"""Channels of the decoder's features at full resolution."""

SLOPE = 0.1
"""Of the leaky rectifiers, below zero."""


def conv(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """3x3, padded with zeros; passes on as much as it gets, which PyTorch's own start does not."""
    layer = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def activation() -> nn.LeakyReLU:
    return nn.LeakyReLU(SLOPE)


class ResidualBlock(nn.Module):
    """x + conv(act(conv(x))); starts close to the identity, so that a deep stack does too."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv(channels, channels)
        self.act = activation()
        self.second = conv(channels, channels)
        with torch.no_grad():
            self.second.weight *= 0.1

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.second(self.act(self.first(x)))
        return out


def residual_blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))


class Encoder(nn.Module):
    """Pictures (N, in, H, W) to features: deep (N, 2c, H/8, W/8) and skip (N, c, H/4, W/4)."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.head = nn.Sequential(nn.PixelUnshuffle(UNSHUFFLE), conv(in_channels * UNSHUFFLE**2, channels))
        self.fine = residual_blocks(channels, 2)
        self.down = conv(channels, 2 * channels, stride=2)
        self.deep = residual_blocks(2 * channels, 3)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        skip: Tensor = self.fine(self.head(pictures))
        deep: Tensor = self.deep(self.down(skip))
        return deep, skip


class Decoder(nn.Module):
    """Features back to full resolution: (N, DETAIL, H, W)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.deep = residual_blocks(2 * channels, 3)
        self.up = nn.Sequential(conv(2 * channels, 4 * channels), nn.PixelShuffle(2))
        self.fine = residual_blocks(channels, 2)
        self.tail = nn.Sequential(conv(channels, DETAIL * UNSHUFFLE**2), nn.PixelShuffle(UNSHUFFLE))

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        fine = self.fine(self.up(self.deep(deep)) + skip)
        out: Tensor = self.tail(fine)
        return out


class Finish(nn.Module):
    """The last word, pixel by pixel: what the decoder knows of a place beside what was there to be seen.

    Sharp edges are won or lost here: a position of the features holds UNSHUFFLE² pixels and cannot carry each.

    Args:
        in_channels: of the full-resolution inputs.
        out_channels: zero, or what `start_at` says, until it has learned.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.see = conv(DETAIL + in_channels, 2 * DETAIL)
        self.act = activation()
        self.say = conv(2 * DETAIL, out_channels)
        nn.init.zeros_(self.say.weight)

    def start_at(self, channel: int, value: float) -> None:
        assert self.say.bias is not None
        with torch.no_grad():
            self.say.bias[channel] = value

    def forward(self, detail: Tensor, inputs: Tensor) -> Tensor:
        out: Tensor = self.say(self.act(self.see(torch.cat([detail, inputs], dim=1))))
        return out
