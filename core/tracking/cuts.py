"""Where one shot ends and another begins."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .view import View

ALIKE = 0.6
"""Correlation of two thumbnails below which they may be of two shots: a flash keeps it, another camera does not."""

SHARED = 0.7
"""Share of two colour histograms below which they may be of two shots: a whip pan keeps it, another place does not."""

THUMBNAIL = (18, 32)
BINS = 6


def is_cut(before: View, after: View) -> bool:
    """Whether two neighbouring frames are of different shots: neither their layout nor their colours agree."""
    first, second = (functional.adaptive_avg_pool2d(view.picture, THUMBNAIL) for view in (before, after))
    return _correlation(first, second) < ALIKE and _shared_colours(first, second) < SHARED


def _correlation(a: Tensor, b: Tensor) -> float:
    a, b = a - a.mean((1, 2), keepdim=True), b - b.mean((1, 2), keepdim=True)
    # Two blank pictures are alike; a little of each keeps them so.
    blank = 1e-4 * a.numel()
    return float(((a * b).sum() + blank) / ((a * a).sum().sqrt() * (b * b).sum().sqrt() + blank))


def _shared_colours(a: Tensor, b: Tensor) -> float:
    return float(torch.minimum(_histogram(a), _histogram(b)).sum())


def _histogram(thumbnail: Tensor) -> Tensor:
    codes = (thumbnail * BINS).long().clamp(0, BINS - 1)
    joint = (codes[0] * BINS + codes[1]) * BINS + codes[2]
    counts = torch.bincount(joint.flatten(), minlength=BINS**3).float().reshape(1, 1, BINS, BINS, BINS)
    # Neighbouring bins overlap, so that a slight change of light is slight.
    spread = functional.avg_pool3d(counts, 3, stride=1, padding=1)
    return spread.flatten() / spread.sum()
