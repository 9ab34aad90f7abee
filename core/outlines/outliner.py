"""The network that tells from a frame on which side of a soft edge in its disparity a pixel lies."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..vbr.blocks import HALF, ResidualBlocks
from ..vbr.convolution import activation, conv
from .soft import REACH, Beside, beside

CLOSE = 4
"""px to either side that a pixel is told of besides REACH."""

SEEN = 3 + 2 * 2
"""Channels of a pixel: its colour; and within either reach how far up it lies, and how high the step is."""

FINE, DEEP = 24, 64
"""Channels at half the resolution, and at a quarter of it."""

STRIDE = 2 * HALF
"""Both sides of what goes through must be a multiple of it."""

STEPPED = 8.0
"""What steps in disparity are raised by, up to 1."""

START = 8.0
"""How much steeper than it is an edge becomes before anything has been learned."""

SAID = 4.0
"""To what the network says, from what its last convolution gives."""


class Outliner(nn.Module):
    """A U-Net of a third of a million parameters. What it makes of all of a picture's edges taken together it is told
    at each of them: how soft, how grown or shrunk they are is the same all over."""

    def __init__(self) -> None:
        super().__init__()
        self.head = conv(HALF**2 * SEEN, FINE)
        self.fine = ResidualBlocks(FINE, 1)
        self.down = conv(FINE, DEEP, stride=2)
        self.near = ResidualBlocks(DEEP, 1)
        last = nn.Linear(DEEP, DEEP)
        self.whole = nn.Sequential(nn.Linear(DEEP, DEEP), activation(), last)
        self.deep = ResidualBlocks(DEEP, 2)
        self.up = nn.Sequential(conv(DEEP, 4 * FINE), nn.PixelShuffle(2))
        self.finish = ResidualBlocks(FINE, 1)
        self.act = activation()
        self.say = conv(FINE, HALF**2)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        nn.init.zeros_(self.say.weight)

    def forward(self, frame: Tensor, disparity: Tensor, soft: Tensor) -> tuple[Tensor, Beside]:
        """Frame (N, 3, H, W), display-coded, its disparity, and where that `is_soft` (N, 1, H, W), to how much of each
        pixel belongs to the nearer of the surfaces beside it (N, 1, H, W), and those, within REACH."""
        wide, close = beside(disparity, REACH), beside(disparity, CLOSE)
        share = wide.share(disparity)
        seen = [frame]
        for around, up in ((wide, share), (close, close.share(disparity))):
            seen += [up, (STEPPED * around.step).clamp(max=1)]
        height, width = frame.shape[-2:]
        margin = (0, -width % STRIDE, 0, -height % STRIDE)
        picture = functional.pad(torch.cat(seen, 1) - 0.5, margin, mode="replicate")
        fine = self.fine(
            self.head(functional.pixel_unshuffle(picture, HALF).contiguous(memory_format=torch.channels_last))
        )
        near = self.near(self.down(fine))
        edges = functional.avg_pool2d(functional.pad(soft, margin), STRIDE)
        of_all = (near * edges).sum((2, 3)) / edges.sum((2, 3)).clamp(min=1)
        deep = self.deep(near + self.whole(of_all)[..., None, None])
        said = self.say(self.act(self.finish(self.up(deep) + fine)))
        said = functional.pixel_shuffle(said, HALF)[..., :height, :width] * SAID
        return torch.sigmoid(START * (share - 0.5) + said), wide
