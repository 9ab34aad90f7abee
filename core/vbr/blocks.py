"""The pieces of a sub-module: a small U-Net over pixel-unshuffled pictures."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

HALF = 2
"""Pixels a side that one position of the finish's features holds."""

STRIDE = 4 * HALF
"""Pixels a side of a position of the deepest features; both sides of what an encoder gets must be a multiple of it."""

DETAIL = 32
"""Channels that the decoder hands to the finish."""

FINISH = 48
"""Channels of the finish's own features."""

FINISH_REACH = 4
"""Positions of the finish's features, either way, that a pixel depends on: one a convolution."""

SLOPE = 0.1
"""Of the leaky rectifiers, below zero."""


def conv(in_channels: int, out_channels: int, stride: int = 1, size: int = 3) -> nn.Conv2d:
    """Padded with zeros; passes on as much as it gets, which PyTorch's own start does not."""
    layer = nn.Conv2d(in_channels, out_channels, size, stride, padding=1)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def activation() -> nn.LeakyReLU:
    """In place, for nobody needs what a convolution gave it again, and memory is what it costs."""
    return nn.LeakyReLU(SLOPE, inplace=True)


class ChannelNorm(nn.Module):
    """Every position's channels (N, C, H, W) to mean 0 and deviation 1, then scaled and shifted by what is learned."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.norm.weight.to(x.dtype), self.norm.bias.to(x.dtype)
        # Sums are float32 within; autocast would have everything copied to float32 and back.
        with torch.autocast(x.device.type, enabled=False):
            shape, epsilon = self.norm.normalized_shape, self.norm.eps
            out = functional.layer_norm(x.permute(0, 2, 3, 1), shape, weight, bias, epsilon)
        return out.permute(0, 3, 1, 2)


class ResidualBlock(nn.Module):
    """x + conv(act(conv(norm(x)))); starts close to the identity, so that a deep stack does too.

    Without the norm, a rate that learns in reasonable time sooner or later blows up.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.first = conv(channels, channels)
        self.act = activation()
        self.second = conv(channels, channels)
        with torch.no_grad():
            self.second.weight *= 0.1

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.second(self.act(self.first(self.norm(x)))).add_(x)
        return out


def residual_blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))


class Encoder(nn.Module):
    """Pictures, unshuffled to half their size, (N, 4 in, H/2, W/2), to features: deep (N, d, H/8, W/8) and skip
    (N, c, H/4, W/4)."""

    def __init__(self, in_channels: int, channels: int, deep: int) -> None:
        super().__init__()
        # The second unshuffle and its convolution in one, for which nothing need be moved.
        self.head = conv(HALF**2 * in_channels, channels, stride=2, size=4)
        self.fine = residual_blocks(channels, 3)
        self.down = conv(channels, deep, stride=2)
        self.deep = residual_blocks(deep, 3)

    def forward(self, halves: Tensor) -> tuple[Tensor, Tensor]:
        skip: Tensor = self.fine(self.head(halves))
        deep: Tensor = self.deep(self.down(skip))
        return deep, skip


class Decoder(nn.Module):
    """Features back to half the resolution: (N, DETAIL, H/2, W/2)."""

    def __init__(self, channels: int, deep: int) -> None:
        super().__init__()
        self.deep = residual_blocks(deep, 3)
        self.up = nn.Sequential(conv(deep, 4 * channels), nn.PixelShuffle(2))
        self.fine = residual_blocks(channels, 3)
        self.tail = nn.Sequential(conv(channels, 4 * DETAIL), nn.PixelShuffle(2))

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        fine = self.fine(self.up(self.deep(deep)) + skip)
        out: Tensor = self.tail(fine)
        return out


class Finish(nn.Module):
    """The last word, pixel by pixel: what the decoder knows of a place beside what was there to be seen.

    Sharp edges are won or lost here: a position of the finer features holds 16 pixels and cannot carry each. Four at a
    time are the cheapest, for a convolution of few channels waits for memory.

    Args:
        in_channels: of a pixel, beside what the decoder says.
        out_channels: of a pixel: zero, or what `start_at` says, until it has learned.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.see = nn.Sequential(conv(DETAIL + HALF**2 * in_channels, FINISH), activation())
        self.think = nn.Sequential(ResidualBlock(FINISH), activation())
        self.say = conv(FINISH, HALF**2 * out_channels)
        nn.init.zeros_(self.say.weight)

    def start_at(self, channel: int, value: float) -> None:
        assert self.say.bias is not None
        with torch.no_grad():
            self.say.bias[HALF**2 * channel : HALF**2 * (channel + 1)] = value

    def forward(self, seen: Tensor) -> Tensor:
        """(N, DETAIL + 4 in, H/2, W/2) to (N, 4 out, H/2, W/2)."""
        out: Tensor = self.say(self.think(self.see(seen)))
        return out
