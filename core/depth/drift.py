"""Per-frame scale and shift: found against the motion-compensated neighbours, and smoothed away.

An estimator gives every frame a scale and a shift of its own. Between neighbours they are fitted robustly, on what
moved trustworthily; their running product is a path that wanders and trembles. What trembles is taken out, to both
sides alike so that nothing lags; what wanders may be a camera that really moves, and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    x, y = first.flatten()[chosen].double(), second.flatten()[chosen].double()
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
    path = [Affine()]
    for step in steps:
        path.append(path[-1].then(step))
    # A value of the first frame, followed: where 0 and 1 of its range come to lie at every frame.
    log_scale = np.array([log(at.scale) for at in path])
    shift = np.array([at.shift for at in path])
    steady_scale, steady_shift = smoothed(log_scale), smoothed(shift)
    result = []
    for index, at in enumerate(path):
        target = Affine(
            exp(at_strength(log_scale[index], steady_scale[index], strength)),
            at_strength(shift[index], steady_shift[index], strength),
        )
        result.append(at.inverse.then(target))
    return result


def at_strength(now: float, steady: float, strength: float) -> float:
    return float(now + strength * (steady - now))


def smoothed(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path without its tremble: a line fitted locally at each frame, so that a steady trend passes unchanged."""
    result = np.empty_like(path)
    for now in range(len(path)):
        near = slice(max(0, now - FARTHEST), now + FARTHEST + 1)
        values = path[near]
        time = np.arange(near.start - now, near.start - now + len(values), dtype=float)
        weight = np.exp(-0.5 * (time / REACH) ** 2)
        mean_time, mean = np.average(time, weights=weight), np.average(values, weights=weight)
        variance = np.average((time - mean_time) ** 2, weights=weight)
        slope = np.average((time - mean_time) * (values - mean), weights=weight) / variance if variance else 0.0
        result[now] = mean - slope * mean_time
    return result
