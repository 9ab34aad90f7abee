"""Disparity as sharp as it was before it was blurred, as far as blur can be undone without looking at the frame."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..classical.edges import between
from .soft import REACH, STEP, TINY, beside, highest, lowest

WIDEST = REACH / 2
"""px, the largest deviation of a blur that can be read off an edge: twice that to either side shows whole."""

HALFWAY = (0.25, 0.75)
"""How far up from surface to surface an edge between two of them alone is steepest, give or take half a pixel."""

TELLING = 0.05
"""Disparity between two surfaces whose edge tells how blurred it is."""

ENOUGH = 8
"""Pixels of such edges by which a picture's blur is known."""

LEAST = 0.25
"""Share of them that may be blurred less than is undone: an edge that was sharper gets lines along it."""

SPREAD = 1 / 3
"""Variance, px squared, that slopes add which are read off between a pixel's two neighbours."""

RIPPLES = 3e-4
"""What a unit of total variation costs beside a unit of squared misfit: noise stays, as it is, rather than being blown
up to ripples."""

HELD, ROUNDS = 1e-3, 10
"""How fast at first to slopes without ripples; twice as fast each round."""

SNAP = 20.0
"""How many times steeper what is left of an edge becomes within a pixel to either side."""


def sharpened(disparity: Tensor, soft: Tensor) -> Tensor:
    """Disparity (1, 1, H, W) without the blur of its soft edges.

    Args:
        soft: where the disparity `is_soft`, (1, 1, H, W); elsewhere it stays the same to the bit.
    """
    sigma = _blur(disparity)
    return torch.lerp(disparity, _snapped(_unblurred(disparity, sigma)), soft) if sigma > 0 else disparity


def _unblurred(disparity: Tensor, sigma: float) -> Tensor:
    """Of all that lies between the surfaces beside each pixel of (1, 1, H, W) and would look so if blurred, about what
    varies least (by half-quadratic splitting: Wang, Yang, Yin and Zhang, 2008)."""
    reach = min(math.ceil(4 * sigma), REACH)
    low, given, high = (
        functional.pad(one, (REACH,) * 4, mode="replicate")
        for one in (lowest(disparity, reach), disparity, highest(disparity, reach))
    )
    size, device = given.shape[-2:], given.device
    rows, columns = torch.fft.fftfreq(size[0], device=device)[:, None], torch.fft.rfftfreq(size[1], device=device)
    blur = torch.exp(-2 * (math.pi * sigma) ** 2 * (rows.square() + columns.square()))
    bend = 4 * ((math.pi * rows).sin().square() + (math.pi * columns).sin().square())
    seen = blur * torch.fft.rfft2(given)
    sharp = given
    for turn in range(ROUNDS):
        held = HELD * 2**turn
        down, across = sharp.roll(-1, -2) - sharp, sharp.roll(-1, -1) - sharp
        left = (1 - RIPPLES / held / torch.hypot(down, across).clamp(min=TINY)).clamp(min=0)
        down, across = down * left, across * left
        slopes = torch.fft.rfft2(down.roll(1, -2) - down + across.roll(1, -1) - across)
        sharp = torch.fft.irfft2((seen + held * slopes) / (blur.square() + held * bend), s=size)
        sharp = sharp.maximum(low).minimum(high)
    return sharp[..., REACH:-REACH, REACH:-REACH]


def _blur(disparity: Tensor) -> float:
    """Deviation of the Gaussian by which a picture's edges (1, 1, H, W) are blurred, px; 0 if they do not tell. An edge
    so blurred is its height over sqrt(2 pi) deviations steep."""
    wide = functional.pad(disparity, (1, 1, 1, 1), mode="replicate")
    down, across = wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1], wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2]
    slope = torch.hypot(down, across) / 2
    around = beside(disparity, REACH)
    sigma = around.step / (math.sqrt(2 * math.pi) * slope.clamp(min=TINY))
    share = around.share(disparity)
    halfway = (share > HALFWAY[0]) & (share < HALFWAY[1]) & (around.step > TELLING)
    told = sigma[halfway & (slope == highest(slope, 2)) & (sigma < WIDEST)]
    if len(told) < ENOUGH:
        return 0.0
    return math.sqrt(max(told.quantile(LEAST).item() ** 2 - SPREAD, 0.0))


def _snapped(sharp: Tensor) -> Tensor:
    """With each pixel on a surface that a neighbour is on."""
    around = beside(sharp, 1)
    snapped = around.low + around.step * torch.sigmoid(SNAP * (around.share(sharp) - 0.5))
    return torch.lerp(sharp, snapped, between(around.step, STEP))
