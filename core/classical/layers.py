"""Where layers of equal blur lie, and how a pixel is shared among them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .discs import level_kernel

FIRST = 0.5**0.5
"""px: radius of the least blurred layer but for the sharp one."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The disc of one radius, and which pixels take part in it: those from the radius `before` to the one `after`, the
    nearer the more. None: all that there are on that side."""

    before: float | None
    radius: float
    after: float | None
    level: int

    def share(self, square: Tensor) -> Tensor:
        """How much (0 to 1) of a pixel of that squared radius is in this layer."""
        share = torch.ones_like(square) if self.before is None else _beyond(square, self.before, self.radius)
        return share if self.after is None else share.sub_(_beyond(square, self.radius, self.after))

    @property
    def kernel(self) -> Tensor:
        return torch.from_numpy(level_kernel(self.radius, self.level)).float()

    @property
    def reach(self) -> int:
        return len(level_kernel(self.radius, self.level)) // 2


def layer_edges(layers: list[Layer]) -> NDArray[np.float32]:
    """Squared radii, rising, between which pixels are shared by the same two of a level's layers, the most blurred of
    which come first; below the first edge and from the last one on, no layer takes part."""
    before, after = layers[-1].before, layers[0].after
    squares = [layer.radius**2 for layer in reversed(layers)]
    return np.array(
        [-1 if before is None else before**2, *squares, math.inf if after is None else after**2], np.float32
    )


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
        before = [None if level else 0.0, *radii[:-1]]
        after = [*radii[1:], None if coarsest else self.radii(level + 1)[0]]
        return [Layer(*layer, level) for layer in zip(before, radii, after, strict=True)][::-1]

    def beyond(self, square: Tensor, level: int) -> Tensor:
        """How much of a pixel a level leaves to coarser ones."""
        return _beyond(square, self.radii(level)[-1], self.radii(level + 1)[0])

    def blurred(self, square: Tensor) -> Tensor:
        """How much of a pixel is in any layer; the rest of it is sharp."""
        return _beyond(square, 0.0, self.radii(0)[0])


PLANS = {
    "draft": Plan(2, 4 * 2**0.5, 4 * 2**0.5, matted=False),
    "guess": Plan(2, 4 * 2**0.5, 8.0, matted=True),
    "final": Plan(6, 8.0, 12.0, matted=True),
}


def _beyond(square: Tensor, radius: float, after: float) -> Tensor:
    """How much of a pixel of that squared radius is beyond `radius`: none up to there, all of it from `after` on."""
    return square.sub(radius**2).div_(after**2 - radius**2).clamp_(0, 1)
