"""How close a rendered video is to the truth, and how steady.

A video is (T, 3, H, W), display-coded RGB in [0, 1]; what is measured is pooled over all of its frames, for a frame
that happens to be in focus has no error to take the logarithm of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

WINDOW = 11
"""Px a side of SSIM's Gaussian window; frames must be at least that large."""

SIGMA = 1.5
C1, C2 = 0.01**2, 0.03**2
"""SSIM's constants (Wang et al. 2004) for pictures in [0, 1]."""

EDGE = 0.01
"""Disparity between neighbouring pixels above which an edge runs between them; a slope stays far below it."""

LEAST_ERROR = 1e-10
"""Mean square below which a picture counts as right: 100 dB."""

CONSISTENCY_UNIT = 100.0


def psnr(bokeh: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
    """Peak signal-to-noise ratio of a video, dB, at most 100.

    Args:
        bokeh, truth: (T, 3, H, W).
        mask: (T, 1, H, W), bool: where to measure; PSNR_ob is this within `occlusion_boundaries`.

    Returns:
        A number (); NaN when the mask is empty.
    """
    errors = ((b - t).double().square() for b, t in zip(bokeh, truth, strict=True))
    return -10 * _mean(errors, mask).clamp(min=LEAST_ERROR).log10()


def ssim(bokeh: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
    """Structural similarity of a video (Wang et al. 2004), averaged over RGB.

    Args:
        bokeh, truth: (T, 3, H, W), both sides at least 11 px.
        mask: (T, 1, H, W), bool: at which window centres to measure; SSIM_ob is this within `occlusion_boundaries`.

    Returns:
        A number () in [-1, 1]; NaN when the mask holds no window's centre.
    """
    # In single precision, many times as fast, similarity is right to the fourth digit at worst.
    similarity = (ssim_map(b, t) for b, t in zip(bokeh, truth, strict=True))
    rim = WINDOW // 2
    return _mean(similarity, None if mask is None else mask[..., rim:-rim, rim:-rim])


def ssim_map(a: Tensor, b: Tensor) -> Tensor:
    """SSIM at every place where an 11 x 11 Gaussian window (sigma 1.5) fits whole.

    Args:
        a, b: (3, H, W).

    Returns:
        (3, H - 10, W - 10).
    """
    mean_a, mean_b, square_a, square_b, product = _windowed(torch.stack([a, b, a * a, b * b, a * b]))
    variance_a, variance_b = square_a - mean_a**2, square_b - mean_b**2
    covariance = product - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    similarity: Tensor = luminance * (2 * covariance + C2) / (variance_a + variance_b + C2)
    return similarity


def consistency(bokeh: Tensor, truth: Tensor) -> Tensor:
    """Eq 10: how far the changes from frame to frame are from the true ones; lower is steadier.

    Unit: mean absolute difference x 100, that is, per cent of full scale. The paper does not state its own.

    Args:
        bokeh, truth: (T, 3, H, W).

    Returns:
        A number (); NaN for a single frame.
    """
    errors = ((b - t).double() for b, t in zip(bokeh, truth, strict=True))
    return CONSISTENCY_UNIT * _mean(((after - before).abs() for before, after in pairwise(errors)), None)


def occlusion_boundaries(disparity: Tensor, defocus: Tensor) -> Tensor:
    """Where a lens sees past edges in depth: the mask of PSNR_ob and SSIM_ob.

    The paper's text leaves the mask open ("following MPIB"); ours is this. A pixel is on an edge when its disparity
    differs by more than 0.01 from that of the pixel above, below, left or right of it. Such a pair's light reaches as
    far as the larger of its two blur radii, so every pixel within that distance of either of them, centre to centre,
    belongs to the boundary, and both of them always do. Both maps are the true ones, whatever a method was given.

    Args:
        disparity: (T, 1, H, W), in [0, 1].
        defocus: (T, 1, H, W), signed blur radius in px.

    Returns:
        (T, 1, H, W), bool.
    """
    reach = _edge_reach(disparity, defocus.abs())
    frame, _, y, x = (reach >= 0).nonzero(as_tuple=True)
    count, _, height, width = disparity.shape
    radius = reach[frame, 0, y, x].clamp(max=height + width)
    # Discs as spans: each row of each disc adds 1 where it begins and takes it back where it ends.
    changes = torch.zeros(count, height, width + 1, dtype=torch.int32, device=disparity.device)
    largest = math.floor(radius.max().item()) if len(radius) else -1
    for dy in range(-largest, largest + 1):
        here = (radius >= abs(dy)) & (y + dy >= 0) & (y + dy < height)
        half = (radius[here].double().square() - dy * dy).sqrt().floor().long()
        at = frame[here], y[here] + dy
        one = torch.ones_like(half, dtype=torch.int32)
        changes.index_put_((*at, (x[here] - half).clamp(min=0)), one, accumulate=True)
        changes.index_put_((*at, (x[here] + half + 1).clamp(max=width)), -one, accumulate=True)
    return (changes.cumsum(-1)[..., :-1] > 0).unsqueeze(1)


def _edge_reach(disparity: Tensor, radius: Tensor) -> Tensor:
    """(T, 1, H, W): the largest radius of the pairs with an edge that a pixel is part of; -1 where there is none."""
    reach = torch.full_like(radius, -1)
    for dim in (-1, -2):
        pairs = disparity.shape[dim] - 1
        edge = disparity.diff(dim=dim).abs() > EDGE
        larger = torch.maximum(radius.narrow(dim, 0, pairs), radius.narrow(dim, 1, pairs)).where(edge, -1)
        for first in (0, 1):
            side = reach.narrow(dim, first, pairs)
            side.copy_(torch.maximum(side, larger))
    return reach


def _windowed(pictures: Tensor) -> Tensor:
    """Gaussian means of (N, 3, H, W) where the window fits."""
    distance = torch.arange(WINDOW, dtype=pictures.dtype, device=pictures.device) - WINDOW // 2
    kernel = torch.exp(-0.5 * (distance / SIGMA).square())
    kernel = kernel / kernel.sum()
    flat = pictures.reshape(-1, 1, *pictures.shape[-2:])
    rows = functional.conv2d(flat, kernel.view(1, 1, 1, -1))
    means = functional.conv2d(rows, kernel.view(1, 1, -1, 1))
    return means.reshape(*pictures.shape[:2], *means.shape[-2:])


def _mean(frames: Iterable[Tensor], mask: Tensor | None) -> Tensor:
    """Mean of a video's frames (3, h, w), held one at a time, or of their parts under the mask (T, 1, h, w)."""
    total, count = torch.zeros((), dtype=torch.double), 0
    for t, values in enumerate(frames):
        counted = values if mask is None else values[mask[t].expand_as(values)]
        total, count = total + counted.double().sum(), count + counted.numel()
    return total / count
