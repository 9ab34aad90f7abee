"""The pieces of a sub-module: a small U-Net over pixel-unshuffled pictures."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .convolution import activation, added, conv, rectified
from .norm import ChannelNorm

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


class ResidualBlock(nn.Module):
    """x + conv(act(conv(norm(x)))); starts close to the identity, so that a deep stack does too.

    Without the norm, a rate that learns in reasonable time sooner or later blows up.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.first = conv(channels, channels)
        self.second = conv(channels, channels)
        with torch.no_grad():
            self.second.weight *= 0.1

    def forward(self, x: Tensor, spent: bool = False) -> Tensor:
        """`spent`: nobody needs x again, and the sum may take its place."""
        change = rectified(self.first, self.norm(x))
        if spent:
            return added(self.second, change, x)
        out: Tensor = self.second(change).add_(x)
        return out


class ResidualBlocks(nn.Sequential):
    def __init__(self, channels: int, count: int) -> None:
        super().__init__(*(ResidualBlock(channels) for _ in range(count)))

    def forward(self, x: Tensor, spent: bool = False) -> Tensor:
        for number, block in enumerate(self):
            x = block(x, spent or number > 0)
        return x


class Encoder(nn.Module):
    """Pictures, unshuffled to half their size, (N, 4 in, H/2, W/2), by `enter` and then itself, to features: deep
    (N, d, H/8, W/8) and skip (N, c, H/4, W/4)."""

    def __init__(self, in_channels: int, channels: int, deep: int) -> None:
        super().__init__()
        # The second unshuffle and its convolution in one, for which nothing need be moved.
        self.head = conv(HALF**2 * in_channels, channels, stride=2, size=4)
        self.fine = ResidualBlocks(channels, 3)
        self.down = conv(channels, deep, stride=2)
        self.deep = ResidualBlocks(deep, 3)

    def enter(self, halves: Tensor, above: int) -> Tensor:
        """(N, 4 in, h, w), rows of a picture with `above` more before them and one more after them, as far as it has
        any, to (N, c, rows / 2, w / 2). `above` is even: what it makes of them is left out."""
        known: Tensor = self.head(halves)
        return known[..., above // 2 :, :]

    def forward(self, known: Tensor) -> tuple[Tensor, Tensor]:
        skip: Tensor = self.fine(known, spent=True)
        deep: Tensor = self.deep(self.down(skip), spent=True)
        return deep, skip


class Decoder(nn.Module):
    """Features back to half the resolution: (N, DETAIL, H/2, W/2)."""

    def __init__(self, channels: int, deep: int) -> None:
        super().__init__()
        self.deep = ResidualBlocks(deep, 3)
        self.up = nn.Sequential(conv(deep, 4 * channels), nn.PixelShuffle(2))
        self.fine = ResidualBlocks(channels, 3)
        self.tail = nn.Sequential(conv(channels, 4 * DETAIL), nn.PixelShuffle(2))

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        fine = self.fine(self.up(self.deep(deep)).add_(skip), spent=True)
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
        # Two parts of one convolution: to put what is said beside what is seen costs more than to add them up.
        self.hear, self.see = conv(DETAIL, FINISH), conv(HALF**2 * in_channels, FINISH)
        with torch.no_grad():
            for part in (self.hear, self.see):
                part.weight *= math.sqrt(part.in_channels / (DETAIL + HALF**2 * in_channels))
        self.think = ResidualBlocks(FINISH, 1)
        self.act = activation()
        self.say = conv(FINISH, HALF**2 * out_channels)
        nn.init.zeros_(self.say.weight)

    def start_at(self, channel: int, value: float) -> None:
        assert self.say.bias is not None
        with torch.no_grad():
            self.say.bias[HALF**2 * channel : HALF**2 * (channel + 1)] = value

    def forward(self, detail: Tensor, halves: Tensor) -> Tensor:
        """(N, DETAIL, H/2, W/2) and (N, 4 in, H/2, W/2) to (N, 4 out, H/2, W/2)."""
        known = self.act(added(self.hear, detail, self.see(halves)))
        out: Tensor = self.say(self.act(self.think(known, spent=True)))
        return out
