"""Disparity as estimators deliver it: smeared, grown, shrunk, warped, flickering.

`augment` is what training sees; `corrupt` is levels I-IV of the paper's Table 2, for testing. Strengths are in px and
meant for pictures about 256 px wide. One draw serves a whole clip, as an estimator errs alike from frame to frame;
what flickers is a share of the warp and, at level IV, the overall scale.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Rng = np.random.Generator

BLUR = (1.0, 3.0)
"""Range of the Gaussian's sigma, px."""
GROWTH = (1, 3)
"""Range of the dilation's or erosion's radius, px."""
WARP = (1.0, 3.0)
"""Range of the elastic displacement's deviation, px."""
WARP_CELL = 16
"""Px between the elastic field's independent points."""
FLICKER = 0.3
"""Share of the warp that is drawn anew for every frame."""
SCALE = (0.9, 1.1)
"""Range of the scale shift, drawn anew for every frame."""


class Corruption(IntEnum):
    """Levels of Table 2; each adds one corruption to the one before."""

    NONE = 0
    I = 1  # noqa: E741 - the paper's name for it
    II = 2
    III = 3
    IV = 4


def corrupt(disparity: Tensor, level: Corruption, rng: Rng) -> Tensor:
    """A clip's disparity (T, 1, H, W) in [0, 1], corrupted as Table 2's level says."""
    if level >= Corruption.I:
        disparity = blurred(disparity, rng.uniform(*BLUR))
    if level >= Corruption.II:
        disparity = grown(disparity, _signed_radius(rng))
    if level >= Corruption.III:
        disparity = warped(disparity, rng.uniform(*WARP), rng)
    if level >= Corruption.IV:
        scale = rng.uniform(*SCALE, (len(disparity), 1, 1, 1)).astype(np.float32)
        disparity = disparity * torch.from_numpy(scale).to(disparity.device)
    return disparity.clamp(0, 1)


def augment(disparity: Tensor, rng: Rng) -> Tensor:
    """Training's view of a window's disparity (T, 1, H, W): each of Gaussian blur, dilation or erosion, and elastic
    transformation with probability 1/2, from nothing up to the test levels' strength."""
    if rng.random() < 0.5:
        disparity = blurred(disparity, rng.uniform(0.3, BLUR[1]))
    if rng.random() < 0.5:
        disparity = grown(disparity, _signed_radius(rng))
    if rng.random() < 0.5:
        disparity = warped(disparity, rng.uniform(0.2, WARP[1]), rng)
    return disparity


def blurred(disparity: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (T, 1, H, W) by `sigma` px."""
    reach = int(np.ceil(3 * sigma))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1).to(disparity.device)
    padded = functional.pad(disparity, (reach, reach, reach, reach), mode="replicate")
    return functional.conv2d(functional.conv2d(padded, kernel), kernel.transpose(2, 3))


def grown(disparity: Tensor, radius: int) -> Tensor:
    """What is near dilated by `radius` px, or eroded when it is negative."""
    size = 2 * abs(radius) + 1
    sign = 1 if radius >= 0 else -1
    return sign * functional.max_pool2d(sign * disparity, size, stride=1, padding=abs(radius))


def warped(disparity: Tensor, deviation: float, rng: Rng) -> Tensor:
    """Elastic transformation: every point looked up where a smooth random field, `deviation` px strong, points."""
    count, _, height, width = disparity.shape
    cells = (height // WARP_CELL + 2, width // WARP_CELL + 2)
    steady, flicker = rng.standard_normal((1, 2, *cells)), rng.standard_normal((count, 2, *cells))
    coarse = torch.from_numpy((np.sqrt(1 - FLICKER**2) * steady + FLICKER * flicker).astype(np.float32) * deviation)
    field = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    field = field.permute(0, 2, 3, 1) * 2 / torch.tensor([max(width - 1, 1), max(height - 1, 1)])
    still = functional.affine_grid(torch.eye(2, 3).expand(count, 2, 3), list(disparity.shape), align_corners=True)
    there = (still + field).to(disparity.device)
    return functional.grid_sample(disparity, there, padding_mode="border", align_corners=True)


def _signed_radius(rng: Rng) -> int:
    return int(rng.integers(GROWTH[0], GROWTH[1] + 1)) * (1 if rng.random() < 0.5 else -1)
