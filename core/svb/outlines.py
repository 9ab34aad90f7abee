"""What the outliner learns from: frames whose disparity has soft edges, off their place, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..cache import FrameCache
from ..errors import UsageError
from .corrupt import GROWTH, WARP, blurred, grown, warped
from .dataset import Video

Rng = np.random.Generator

HELD = 2 << 30
"""Bytes of frames that are read once."""

BLUR = (0.5, 3.0)
"""Range of the Gaussian's sigma, px, by which edges get soft."""
SMALL = (0.2, 0.6)
"""Range of the size at which they are drawn otherwise, as estimators draw theirs, and enlarged from."""
SMOOTHED = (0.3, 1.0)
"""Range of the Gaussian's sigma, px, that follows then."""
ENLARGED, GROWN, WARPED = 0.3, 0.5, 0.5
"""Shares of crops whose disparity is enlarged, whose edges are grown or shrunk, and whose are warped."""
GRAIN, GRAINY = 0.004, 0.3
"""Largest deviation of the noise that lies on disparity, and the share of crops that it lies on."""
ROUNDED = 0.3
"""Share of crops whose disparity is of 8 bits."""

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
    """Crops of the middle frames of videos, of which as many are held as HELD bytes have room for; every index is its
    own draw, however large, of video index modulo their number.

    Args:
        crop: px a side.
        seed: of the draws.
    """

    def __init__(self, videos: Sequence[Video], crop: int, seed: int) -> None:
        self._videos = videos
        self._crop = crop
        self._seed = seed
        self._held: FrameCache[int] = FrameCache(HELD)

    def batch(self, indices: Sequence[int]) -> SoftEdges:
        """Raises:
        DatasetError: a picture of a video cannot be read.
        UsageError: a video is smaller than the crop.
        """
        drawn = [self._draw(np.random.default_rng([self._seed, index]), index % len(self._videos)) for index in indices]
        return SoftEdges(*(torch.cat(pictures) for pictures in zip(*drawn, strict=True)))

    def _draw(self, rng: Rng, number: int) -> SoftEdges:
        still = self._held.get(number, lambda: self._read(number))
        height, width = still.disparity.shape
        if self._crop > min(height, width):
            raise UsageError(f"a crop of {self._crop} px does not fit videos of {width} x {height}; make them larger")
        top, left = (int(rng.integers(side - self._crop + 1)) for side in (height, width))
        rows, columns = slice(top, top + self._crop), slice(left, left + self._crop)
        picture = torch.from_numpy(still.frame[rows, columns] / np.float32(255)).permute(2, 0, 1)[None]
        truth = torch.from_numpy(still.disparity[rows, columns] / np.float32(65535))[None, None]
        if rng.random() < 0.5:
            picture, truth = picture.flip(-1), truth.flip(-1)
        if rng.random() < 0.5:
            picture, truth = picture.transpose(-1, -2), truth.transpose(-1, -2)
        picture = picture[:, rng.permutation(3)] * float(rng.uniform(DIMMEST, 1))
        return SoftEdges(_filmed(picture, rng), softened(truth, rng), truth)

    def _read(self, number: int) -> _Still:
        video = self._videos[number]
        frame, disparity = video.read_still(len(video) // 2)
        return _Still((frame * 255).round().astype(np.uint8), (disparity * 65535).round().astype(np.uint16))


class _Still(NamedTuple):
    """A frame (H, W, 3) and its disparity (H, W), as files hold them."""

    frame: NDArray[np.uint8]
    disparity: NDArray[np.uint16]

    @property
    def nbytes(self) -> int:
        return self.frame.nbytes + self.disparity.nbytes


def _filmed(picture: Tensor, rng: Rng) -> Tensor:
    """Not as sharp, and not as clean."""
    if rng.random() < 0.5:
        picture = blurred(picture.transpose(0, 1), rng.uniform(*LENS_BLUR)).transpose(0, 1)
    if rng.random() < 0.5:
        noise = torch.from_numpy(rng.standard_normal(picture.shape).astype(np.float32))
        picture = picture + noise * float(rng.uniform(0, NOISE))
    return picture.clamp(0, 1)


def softened(disparity: Tensor, rng: Rng) -> Tensor:
    """Disparity (1, 1, H, W) with edges as estimators draw them: soft, often grown or shrunk, often off their place;
    and as videos bring it, sometimes with noise, sometimes in 8 bits."""
    if rng.random() < ENLARGED:
        height, width = disparity.shape[-2:]
        share = rng.uniform(*SMALL)
        small = (max(round(share * height), 1), max(round(share * width), 1))
        disparity = functional.interpolate(disparity, small, mode="bilinear", antialias=True)
        disparity = blurred(functional.interpolate(disparity, (height, width), mode="bilinear"), rng.uniform(*SMOOTHED))
    else:
        disparity = blurred(disparity, rng.uniform(*BLUR))
    if rng.random() < GROWN:
        radius = int(rng.integers(GROWTH[0], GROWTH[1] + 1))
        disparity = grown(disparity, radius if rng.random() < 0.5 else -radius)
    if rng.random() < WARPED:
        disparity = warped(disparity, rng.uniform(0.2, WARP[1]), rng)
    if rng.random() < GRAINY:
        grain = torch.from_numpy(rng.standard_normal(disparity.shape).astype(np.float32))
        disparity = disparity + grain * float(rng.uniform(0, GRAIN))
    if rng.random() < ROUNDED:
        disparity = (disparity * 255).round() / 255
    return disparity.clamp(0, 1)
