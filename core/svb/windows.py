"""What training reads: short windows of SVB, from disk or made on the fly, varied without untruth.

Every index is its own draw, whatever its size, so an iteration's number is the only state that resuming needs.
Flips, transposition, playing backwards, swapping colour channels and dimming them all commute with the lens, so what
varies stays exact; only the disparity is corrupted, as training asks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ..errors import UsageError
from ..frames import Image
from .assets import AssetSource
from .corrupt import augment
from .dataset import Video, VideoFrame
from .packed import PackedVideos
from .synthesis import Recipe, make_scene, shoot
from .trace import View

Rng = np.random.Generator

DIMMEST = 0.6
"""Least factor on a display-coded colour channel. Below 1 it is exact: no clipped highlight comes unclipped."""


class Window(TypedDict):
    """T consecutive moments, float32.

    `frames` and `bokeh` (T, 3, h, w) display-coded; `disparity` (T, 1, h, w) as the network gets it, corrupted where
    asked; `defocus` (T, 1, h, w) in px, from that disparity; `blur` and `focus_disparity` (T,).
    """

    frames: Tensor
    bokeh: Tensor
    disparity: Tensor
    defocus: Tensor
    blur: Tensor
    focus_disparity: Tensor


class _Windows(Dataset[Window], ABC):
    """Args common to both sources.

    frames: T, moments in a window.
    crop: px a side.
    seed: of the draws.
    corrupted: corrupt the disparity as training does.
    """

    def __init__(self, frames: int, crop: int, seed: int, corrupted: bool) -> None:
        self._frames = frames
        self._crop = crop
        self._seed = seed
        self._corrupted = corrupted

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def _moments(self, rng: Rng, index: int) -> list[VideoFrame]:
        """T consecutive moments, cropped."""

    def __getitem__(self, index: int) -> Window:
        rng = np.random.default_rng([self._seed, index])
        moments = self._moments(rng, index)
        if rng.random() < 0.5:
            moments.reverse()
        flips = rng.random(3) < 0.5
        channels, gains = rng.permutation(3), rng.uniform(DIMMEST, 1, 3).astype(np.float32)

        def colours(images: list[Image]) -> Tensor:
            return _turned(np.stack(images)[..., channels] * gains, flips)

        disparity = _turned(np.stack([moment.disparity for moment in moments])[..., None], flips)
        if self._corrupted:
            disparity = augment(disparity, rng)
        blur = torch.tensor([moment.defocus.blur for moment in moments])
        focus = torch.tensor([moment.defocus.focus_disparity for moment in moments])
        return Window(
            frames=colours([moment.frame for moment in moments]),
            bokeh=colours([moment.bokeh for moment in moments]),
            disparity=disparity,
            defocus=blur.view(-1, 1, 1, 1) * (disparity - focus.view(-1, 1, 1, 1)),
            blur=blur,
            focus_disparity=focus,
        )

    def _view(self, rng: Rng, height: int, width: int) -> View:
        if self._crop > min(height, width):
            raise UsageError(f"a crop of {self._crop} px does not fit videos of {width} x {height}; make it smaller")
        top = int(rng.integers(height - self._crop + 1))
        left = int(rng.integers(width - self._crop + 1))
        return View(self._crop, self._crop, top, left)

    def _start(self, rng: Rng, length: int) -> int:
        if self._frames > length:
            raise UsageError(f"windows of {self._frames} frames do not fit videos of {length}; make them shorter")
        return int(rng.integers(length - self._frames + 1))


class StoredWindows(_Windows):
    """Windows of videos on disk; index i reads video i modulo their number.

    Args:
        packed: where decoded videos are kept, which makes a window about ten times cheaper; None decodes every time.
    """

    def __init__(
        self,
        videos: Sequence[Video],
        frames: int = 4,
        crop: int = 128,
        seed: int = 0,
        corrupted: bool = True,
        packed: PackedVideos | None = None,
    ) -> None:
        super().__init__(frames, crop, seed, corrupted)
        self._videos = videos
        self._packed = packed

    def __len__(self) -> int:
        return len(self._videos)

    def _moments(self, rng: Rng, index: int) -> list[VideoFrame]:
        video = self._videos[index % len(self._videos)]
        start, view = self._start(rng, len(video)), self._view(rng, *video.size)
        if self._packed:
            return self._packed.read(video, start, self._frames, view)
        return [_cropped(video.read(start + t), view) for t in range(self._frames)]


class GeneratedWindows(_Windows):
    """Windows traced as they are asked for: index i comes from the recipe's video i, made for this window alone."""

    def __init__(
        self,
        recipe: Recipe,
        assets: AssetSource,
        frames: int = 4,
        crop: int = 128,
        seed: int = 0,
        corrupted: bool = True,
        device: torch.device | None = None,
    ) -> None:
        super().__init__(frames, crop, seed, corrupted)
        self._recipe = recipe
        self._assets = assets
        self._device = device

    def __len__(self) -> int:
        return self._recipe.videos

    def _moments(self, rng: Rng, index: int) -> list[VideoFrame]:
        scene, shot = make_scene(self._recipe, self._seed, index, self._assets)
        start = self._start(rng, len(shot.lens))
        view = self._view(rng, scene.height, scene.width)
        points = self._recipe.points
        return [shoot(scene, shot, start + t, view, points, self._device) for t in range(self._frames)]


def _cropped(moment: VideoFrame, view: View) -> VideoFrame:
    rows, columns = slice(view.top, view.top + view.height), slice(view.left, view.left + view.width)
    return VideoFrame(
        moment.frame[rows, columns], moment.bokeh[rows, columns], moment.disparity[rows, columns], moment.defocus
    )


def _turned(images: Image, flips: np.ndarray) -> Tensor:
    """(T, h, w, C) to (T, C, h, w), mirrored and transposed as `flips` (3,) says."""
    if flips[0]:
        images = images[:, ::-1]
    if flips[1]:
        images = images[:, :, ::-1]
    if flips[2]:
        images = images.swapaxes(1, 2)
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
