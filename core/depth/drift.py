"""Per-frame scale and shift: found against the motion-compensated neighbours, and smoothed away.

An estimator gives every frame a scale and a shift of its own. Between neighbours they are fitted robustly, on what
moved trustworthily; their running product is a path that wanders and trembles. What trembles is taken out, to both
sides alike so that nothing lags; what wanders may be a camera that really moves, and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

REACH = 8.0
"""Frames: the deviation of the window that the path is smoothed by."""

FARTHEST = 48
"""Frames: beyond them a weight is less than a ten-millionth."""

LARGEST = 1.5
"""Scale from one frame to the next beyond which a fit is not believed."""

LEAST_SPREAD = 0.01
"""Deviation of disparity below which no scale can be told."""

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Affine:
    """value -> scale · value + shift."""

    scale: float = 1.0
    shift: float = 0.0

    def then(self, other: Affine) -> Affine:
        return Affine(self.scale * other.scale, other.scale * self.shift + other.shift)

    @property
    def inverse(self) -> Affine:
        return Affine(1 / self.scale, -self.shift / self.scale)

    def __call__(self, values: Tensor) -> Tensor:
        return values * self.scale + self.shift


def fit(first: Tensor, second: Tensor, trust: Tensor) -> Affine:
    """The map from `first` to `second` that most of the trusted values follow; swapping them gives its inverse.

    Args:
        first, second: values of the same things, any shape.
        trust: weights from 0 to 1.
    """
    chosen = trust.flatten() > 0.5
    # On the CPU: Apple's GPUs know no float64.
    x, y = (values.flatten()[chosen].cpu().double() for values in (first, second))
    if len(x) < 64:
        return Affine()
    weight = torch.ones_like(x)
    found = Affine(1.0, float((y - x).median()))
    for _ in range(_ROUNDS):
        residual = (y - found(x)).abs() / (1 + found.scale**2) ** 0.5
        spread = max(1e-4, 1.5 * float(residual.median()))
        weight = (1 + (residual / spread) ** 2) ** -2
        found = _symmetric(x, y, weight)
    return found


def _symmetric(x: Tensor, y: Tensor, weight: Tensor) -> Affine:
    """Orthogonal regression: errors are as likely in x as in y, and plain least squares would shrink."""
    total = weight.sum()
    mean_x, mean_y = (weight * x).sum() / total, (weight * y).sum() / total
    xx = float((weight * (x - mean_x) ** 2).sum() / total)
    yy = float((weight * (y - mean_y) ** 2).sum() / total)
    xy = float((weight * (x - mean_x) * (y - mean_y)).sum() / total)
    if min(xx, yy) < LEAST_SPREAD**2 or xy <= 0:
        return Affine(1.0, float(mean_y - mean_x))
    scale = (yy - xx + ((yy - xx) ** 2 + 4 * xy**2) ** 0.5) / (2 * xy)
    scale = min(max(scale, 1 / LARGEST), LARGEST)
    return Affine(scale, float(mean_y - scale * mean_x))


def corrections(steps: Sequence[Affine], strength: float) -> list[Affine]:
    """What to apply to each frame of a run without cuts.

    Args:
        steps: `fit` from each frame to the next, one fewer than frames.
        strength: 0 corrects nothing, 1 all that trembles.
    """
    back = [step.inverse for step in steps]
    result = []
    for now in range(len(steps) + 1):
        # A value of this very frame, followed both ways: in those of a far one, the shift of an even move runs away.
        before = [*accumulate(reversed(back[max(0, now - FARTHEST) : now]), Affine.then)]
        after = [*accumulate(steps[now : now + FARTHEST], Affine.then)]
        path = [*reversed(before), Affine(), *after]
        time = np.arange(-len(before), len(after) + 1, dtype=float)
        log_scale = line_at_0(time, np.array([log(at.scale) for at in path]))
        shift = line_at_0(time, np.array([at.shift for at in path]))
        result.append(Affine(exp(strength * log_scale), strength * shift))
    return result


def line_at_0(time: NDArray[np.float64], path: NDArray[np.float64]) -> float:
    """A path at time 0 without its tremble: on a line fitted there, so that a steady trend passes unchanged."""
    weight = np.exp(-0.5 * (time / REACH) ** 2)
    mean_time, mean = np.average(time, weights=weight), np.average(path, weights=weight)
    variance = np.average((time - mean_time) ** 2, weights=weight)
    slope = np.average((time - mean_time) * (path - mean), weights=weight) / variance if variance else 0.0
    return float(mean - slope * mean_time)
