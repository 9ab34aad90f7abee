"""What the outliner learns from: frames whose disparity has soft edges, off their place, and the truth."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..errors import UsageError
from .corrupt import GROWTH, WARP, blurred, grown, warped
from .dataset import Video

Rng = np.random.Generator

BLUR = (0.5, 3.0)
"""Range of the Gaussian's sigma, px, by which edges get soft."""
SMALL = (0.2, 0.6)
"""Range of the size at which they are drawn otherwise, as estimators draw theirs, and enlarged from."""
SMOOTHED = (0.3, 1.0)
"""Range of the Gaussian's sigma, px, that follows then."""
ENLARGED, GROWN, WARPED = 0.3, 0.5, 0.5
"""Shares of crops whose disparity is enlarged, whose edges are grown or shrunk, and whose are warped."""

DIMMEST = 0.5
"""Least factor on a frame."""
LENS_BLUR = (0.3, 1.0)
"""Range of the Gaussian's sigma, px, by which every other frame is less sharp than it was painted."""
NOISE = 0.02
"""Largest deviation of the noise that lies on every other frame."""


class SoftEdges(NamedTuple):
    """B crops: frame (B, 3, h, w), display-coded; the disparity that is given, with soft edges, and the true one,
    (B, 1, h, w)."""

    frame: Tensor
    given: Tensor
    truth: Tensor


class OutlineCrops:
    """Crops of the middle frames of videos, which are read once; every index is its own draw, however large, of video
    index modulo their number.

    Args:
        crop: px a side.
        seed: of the draws.
    """

    def __init__(self, videos: Sequence[Video], crop: int, seed: int) -> None:
        self._videos = videos
        self._crop = crop
        self._seed = seed
        self._middle = functools.cache(self._read)

    def batch(self, indices: Sequence[int]) -> SoftEdges:
        """Raises:
        DatasetError: a picture of a video cannot be read.
        UsageError: a video is smaller than the crop.
        """
        drawn = [self._draw(np.random.default_rng([self._seed, index]), index % len(self._videos)) for index in indices]
        return SoftEdges(*(torch.cat(pictures) for pictures in zip(*drawn, strict=True)))

    def _draw(self, rng: Rng, number: int) -> SoftEdges:
        frame, disparity = self._middle(number)
        height, width = disparity.shape
        if self._crop > min(height, width):
            raise UsageError(f"a crop of {self._crop} px does not fit videos of {width} x {height}; make them larger")
        top, left = (int(rng.integers(side - self._crop + 1)) for side in (height, width))
        rows, columns = slice(top, top + self._crop), slice(left, left + self._crop)
        picture = torch.from_numpy(frame[rows, columns] / np.float32(255)).permute(2, 0, 1)[None]
        truth = torch.from_numpy(disparity[rows, columns] / np.float32(65535))[None, None]
        if rng.random() < 0.5:
            picture, truth = picture.flip(-1), truth.flip(-1)
        if rng.random() < 0.5:
            picture, truth = picture.transpose(-1, -2), truth.transpose(-1, -2)
        picture = picture[:, rng.permutation(3)] * float(rng.uniform(DIMMEST, 1))
        return SoftEdges(_filmed(picture, rng), softened(truth, rng), truth)

    def _read(self, number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
        moment = self._videos[number].read(len(self._videos[number]) // 2)
        return (moment.frame * 255).round().astype(np.uint8), (moment.disparity * 65535).round().astype(np.uint16)


def _filmed(picture: Tensor, rng: Rng) -> Tensor:
    """Not as sharp, and not as clean."""
    if rng.random() < 0.5:
        picture = blurred(picture.transpose(0, 1), rng.uniform(*LENS_BLUR)).transpose(0, 1)
    if rng.random() < 0.5:
        noise = torch.from_numpy(rng.standard_normal(picture.shape).astype(np.float32))
        picture = picture + noise * float(rng.uniform(0, NOISE))
    return picture.clamp(0, 1)


def softened(disparity: Tensor, rng: Rng) -> Tensor:
    """Disparity (1, 1, H, W) with edges as estimators draw them: soft, often grown or shrunk, often off their place."""
    if rng.random() < ENLARGED:
        size = disparity.shape[-2:]
        small = functional.interpolate(
            disparity, scale_factor=float(rng.uniform(*SMALL)), mode="bilinear", antialias=True
        )
        enlarged = functional.interpolate(small, size, mode="bilinear")
        disparity = blurred(enlarged, rng.uniform(*SMOOTHED))
    else:
        disparity = blurred(disparity, rng.uniform(*BLUR))
    if rng.random() < GROWN:
        radius = int(rng.integers(GROWTH[0], GROWTH[1] + 1))
        disparity = grown(disparity, radius if rng.random() < 0.5 else -radius)
    if rng.random() < WARPED:
        disparity = warped(disparity, rng.uniform(0.2, WARP[1]), rng)
    return disparity.clamp(0, 1)
