"""Where layers of equal blur lie, and how a pixel is shared among them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..frames import Image
from .discs import level_kernel

FIRST = 0.5**0.5
"""px: radius of the least blurred layer but for the sharp one."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The disc of one radius, and which pixels take part in it: those from the radius `before` to the one `after`, the
    nearer the more. None: all that are more blurred."""

    before: float
    radius: float
    after: float | None
    level: int

    def share(self, square: Tensor) -> Tensor:
        """How much (0 to 1) of a pixel of that squared radius is in this layer."""
        share = _beyond(square, self.before, self.radius)
        return share if self.after is None else share.sub_(_beyond(square, self.radius, self.after))

    def more(self, square: Tensor) -> Tensor:
        """How much of such a pixel is in more blurred layers."""
        return torch.zeros_like(square) if self.after is None else _beyond(square, self.radius, self.after)

    def no_less(self, square: Tensor) -> Tensor:
        """How much of it is in this layer and in more blurred ones."""
        return _beyond(square, self.before, self.radius)

    def part_of(self, light: Tensor, radius: Tensor, *, front: bool) -> Tensor:
        """What this layer has in front of focus, or behind it, of light (B, C, h, w) whose signed radii (B, 1, h, w)
        are those."""
        if light.device.type != "cpu":
            return self.part_by_tensors(light, radius, front=front)
        part = torch.empty_like(light, memory_format=torch.contiguous_format)
        before, own, after = (0.0 if end is None else end**2 for end in (self.before, self.radius, self.after))
        for planes, radii, out in zip(light, radius, part, strict=True):
            _share_of(planes.numpy(), radii[0].numpy(), front, before, own, after, self.after is None, out.numpy())
        return part

    def part_by_tensors(self, light: Tensor, radius: Tensor, *, front: bool) -> Tensor:
        """`part_of` for a GPU."""
        return light * (self.share(radius.square()) * ((radius > 0) == front))

    @property
    def kernel(self) -> Tensor:
        return torch.from_numpy(level_kernel(self.radius, self.level)).float()

    @property
    def reach(self) -> int:
        return len(level_kernel(self.radius, self.level)) // 2


@njit(cache=True, nogil=True, error_model="numpy")
def _share_of(
    light: Image, radius: Image, front: bool, before: float, own: float, after: float, last: bool, out: Image
) -> None:
    """`Layer.share` of one side's light, in one pass; the three are squared radii."""
    zero, one = np.float32(0), np.float32(1)
    start, middle, rise, fall = np.float32(before), np.float32(own), np.float32(own - before), np.float32(after - own)
    channels, height, width = out.shape
    share, square, sign = np.empty(width, np.float32), np.empty(width, np.float32), np.float32(1 if front else -1)
    for y in range(height):
        line = radius[y]
        for x in range(width):
            ahead = max(sign * line[x], zero)
            square[x] = ahead * ahead
        for x in range(width):
            share[x] = min(max((square[x] - start) / rise, zero), one)
        if not last:
            for x in range(width):
                share[x] -= min(max((square[x] - middle) / fall, zero), one)
        for channel in range(channels):
            source = light[channel, y]
            for x in range(width):
                out[channel, y, x] = source[x] * share[x]


def layer_edges(layers: list[Layer]) -> NDArray[np.float32]:
    """Squared radii, rising, between which pixels are shared by the same two of a level's layers, the most blurred of
    which come first; below the first edge and from the last one on, no layer takes part."""
    after = layers[0].after
    radii = [layers[-1].before, *(layer.radius for layer in reversed(layers)), math.inf if after is None else after]
    return np.array(radii, np.float32) ** 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Where layers lie: from FIRST px up, `per_octave` of them an octave. Level 0 draws those below `fine` px, every
    other level those left that are below `widest` of its own pixels. `matted`: edge pixels are parted first."""

    per_octave: int
    fine: float
    widest: float
    matted: bool

    def radii(self, level: int) -> list[float]:
        """Full-resolution px, rising."""
        below = [0.0, *(self.fine if i == 0 else self.widest * 2**i for i in range(level + 1))]
        start, stop = (round(self.per_octave * math.log2(max(limit / FIRST, 1))) for limit in below[-2:])
        return [FIRST * 2 ** (i / self.per_octave) for i in range(start, stop)]

    def layers(self, level: int, coarsest: bool = False) -> list[Layer]:
        """A level's layers, the most blurred first; those of the coarsest level take all that is left."""
        radii = self.radii(level)
        before = [self.radii(level - 1)[-1] if level else 0.0, *radii[:-1]]
        after = [*radii[1:], None if coarsest else self.radii(level + 1)[0]]
        return [Layer(*layer, level) for layer in zip(before, radii, after, strict=True)][::-1]

    def beyond(self, square: Tensor, level: int) -> Tensor:
        """How much of a pixel a level leaves to coarser ones."""
        return _beyond(square, *self.left_beyond(level))

    def left_beyond(self, level: int) -> tuple[float, float]:
        """Radii, px, from which on a level leaves some of a pixel to coarser ones, and all of it."""
        return self.radii(level)[-1], self.radii(level + 1)[0]

    def blurred(self, square: Tensor) -> Tensor:
        """How much of a pixel is in any layer; the rest of it is sharp."""
        return _beyond(square, 0.0, self.radii(0)[0])


PLANS = {
    "draft": Plan(2, 4 * 2**0.5, 4 * 2**0.5, matted=False),
    "guess": Plan(3, 4 * 2**0.5, 8.0, matted=True),
    "final": Plan(6, 8.0, 12.0, matted=True),
}


def _beyond(square: Tensor, radius: float, after: float) -> Tensor:
    """How much of a pixel of that squared radius is beyond `radius`: none up to there, all of it from `after` on."""
    return square.sub(radius**2).div_(after**2 - radius**2).clamp_(0, 1)
