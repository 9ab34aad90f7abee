"""Where one shot ends and another begins."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

ALIKE = 0.6
"""Correlation of two thumbnails below which they may be of two shots: flashes and dimmed lights keep more."""

FOUND = 0.6
"""Share of places found again below which they are. A mirrored shot keeps half, a jump closer a third, another place a
sixth; whip pans keep three quarters, all else nearly everything [measured]."""

THUMBNAIL = (27, 48)

PATCH = 5
"""Cells across of what a place is known by."""

ASTRAY = 1.5
"""Cells by which the way back may miss."""

DISTANCE = 1e-3
"""Difference, squared, that a move by a thumbnail's height must make up for: where all is blank nothing moves."""


def is_cut(before: Tensor, after: Tensor) -> bool:
    """Whether two neighbouring pictures (3, H, W) are of different shots: neither layout nor places are kept."""
    first, second = (functional.adaptive_avg_pool2d(picture, THUMBNAIL) for picture in (before, after))
    return _correlation(first, second) < ALIKE and _found_again(first, second) < FOUND


def _correlation(a: Tensor, b: Tensor) -> float:
    a, b = a - a.mean((1, 2), keepdim=True), b - b.mean((1, 2), keepdim=True)
    # Two blank pictures are alike; a little of each keeps them so.
    blank = 1e-4 * a.numel()
    return float(((a * b).sum() + blank) / ((a * a).sum().sqrt() * (b * b).sum().sqrt() + blank))


def _found_again(a: Tensor, b: Tensor) -> float:
    """Share of the places in one thumbnail whose likest place in the other finds back to them."""
    places = torch.cartesian_prod(*(torch.arange(side, dtype=a.dtype, device=a.device) for side in THUMBNAIL))
    apart = torch.cdist(places, places)
    difference = torch.cdist(_patches(a), _patches(b)) ** 2 / (3 * PATCH**2) + DISTANCE / THUMBNAIL[0] * apart
    there, back = difference.argmin(1), difference.argmin(0)
    return float((apart[back[there]].diagonal() < ASTRAY).float().mean())


def _patches(thumbnail: Tensor) -> Tensor:
    """(places, 3 · PATCH²)"""
    padded = functional.pad(thumbnail[None], [PATCH // 2] * 4, mode="replicate")
    return functional.unfold(padded, PATCH)[0].T
