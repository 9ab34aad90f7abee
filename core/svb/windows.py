"""What training reads: short windows of SVB, from disk or made on the fly, varied without untruth.

Every index is its own draw, whatever its size, so an iteration's number is the only state that resuming needs.
Flips, transposition, playing backwards, swapping colour channels and dimming them all commute with the lens, and with
the prior, so what varies stays exact; only the disparity is corrupted, as training asks.
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
from .assets import AssetSource
from .corrupt import augment
from .dataset import Video
from .packed import Guess, Moments, PackedVideos, defocus_of, lens_numbers
from .synthesis import Recipe, make_scene, shoot
from .trace import View

Rng = np.random.Generator

DIMMEST = 0.6
"""Least factor on a display-coded colour channel. Below 1 it is exact: no clipped highlight comes unclipped."""

CORRUPTED = 0.5
"""Share of windows whose disparity is corrupted, where any is."""


class Window(TypedDict):
    """T consecutive moments, float32.

    `frames` and `bokeh` (T, 3, h, w) display-coded; `disparity` (T, 1, h, w) as the network gets it, corrupted where
    asked; `defocus` (T, 1, h, w) in px and `guess` (T, channels, h, w), the prior's, from that disparity; `blur` and
    `focus_disparity` (T,).
    """

    frames: Tensor
    bokeh: Tensor
    disparity: Tensor
    defocus: Tensor
    guess: Tensor
    blur: Tensor
    focus_disparity: Tensor


class _Windows(Dataset[Window], ABC):
    """Args common to both sources.

    frames: T, moments in a window.
    crop: px a side.
    seed: of the draws.
    corrupted: corrupt the disparity of some as training does.
    """

    def __init__(self, frames: int, crop: int, seed: int, corrupted: bool) -> None:
        self._frames = frames
        self._crop = crop
        self._seed = seed
        self._corrupted = corrupted

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def _moments(self, rng: Rng, index: int, corrupted: bool) -> Moments:
        """T consecutive moments, cropped."""

    def __getitem__(self, index: int) -> Window:
        rng = np.random.default_rng([self._seed, index])
        corrupted = bool(rng.random() < CORRUPTED) and self._corrupted
        moments = _varied(self._moments(rng, index, corrupted), rng)
        blur, focus = lens_numbers(moments.lens)
        return Window(
            frames=moments.frames,
            bokeh=moments.bokeh,
            disparity=moments.disparity,
            defocus=defocus_of(moments.lens, moments.disparity),
            guess=moments.guess,
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

    A crop keeps what the prior drew of its surroundings, as the truth does.

    Args:
        packed: where the videos are kept as they are read here.
    """

    def __init__(
        self,
        videos: Sequence[Video],
        packed: PackedVideos,
        frames: int = 4,
        crop: int = 128,
        seed: int = 0,
        corrupted: bool = True,
    ) -> None:
        super().__init__(frames, crop, seed, corrupted)
        self._videos = videos
        self._packed = packed

    def __len__(self) -> int:
        return len(self._videos)

    def _moments(self, rng: Rng, index: int, corrupted: bool) -> Moments:
        video = self._videos[index % len(self._videos)]
        start, view = self._start(rng, len(video)), self._view(rng, *video.size)
        return self._packed.read(video, start, self._frames, view, corrupted=corrupted)


class GeneratedWindows(_Windows):
    """Windows traced as they are asked for: index i comes from the recipe's video i, made for this window alone."""

    def __init__(
        self,
        recipe: Recipe,
        assets: AssetSource,
        guess: Guess,
        frames: int = 4,
        crop: int = 128,
        seed: int = 0,
        corrupted: bool = True,
        device: torch.device | None = None,
    ) -> None:
        super().__init__(frames, crop, seed, corrupted)
        self._recipe = recipe
        self._assets = assets
        self._guess = guess
        self._device = device

    def __len__(self) -> int:
        return self._recipe.videos

    def _moments(self, rng: Rng, index: int, corrupted: bool) -> Moments:
        scene, shot = make_scene(self._recipe, self._seed, index, self._assets)
        start = self._start(rng, len(shot.lens))
        view = self._view(rng, scene.height, scene.width)
        points = self._recipe.points
        made = [shoot(scene, shot, start + t, view, points, self._device) for t in range(self._frames)]
        frames, bokeh = (_tensor(np.stack(images)) for images in zip(*((m.frame, m.bokeh) for m in made), strict=True))
        disparity = _tensor(np.stack([moment.disparity for moment in made])[..., None])
        if corrupted:
            disparity = augment(disparity, rng)
        lens = [moment.defocus for moment in made]
        return Moments(frames, bokeh, disparity, self._guess(frames, defocus_of(lens, disparity)), lens)


def _varied(moments: Moments, rng: Rng) -> Moments:
    """Turned in space, time and colour."""
    backwards, *flips = rng.random(4) < 0.5
    channels, gains = rng.permutation(3), torch.from_numpy(rng.uniform(DIMMEST, 1, 3).astype(np.float32))

    def turned(pictures: Tensor) -> Tensor:
        axes = [axis for axis, flip in zip((0, -2, -1), (backwards, *flips[:2]), strict=True) if flip]
        pictures = pictures.flip(axes)
        return (pictures.transpose(-1, -2) if flips[2] else pictures).contiguous()

    def coloured(pictures: Tensor) -> Tensor:
        """What is no whole picture of three channels, at the end, stays as it is."""
        count = len(pictures[0]) // 3 * 3
        colours = pictures[:, :count].reshape(len(pictures), -1, 3, *pictures.shape[2:])
        return torch.cat([(colours[:, :, channels] * gains.view(3, 1, 1)).flatten(1, 2), pictures[:, count:]], dim=1)

    return Moments(
        frames=turned(coloured(moments.frames)),
        bokeh=turned(coloured(moments.bokeh)),
        disparity=turned(moments.disparity),
        guess=turned(coloured(moments.guess)),
        lens=moments.lens[::-1] if backwards else moments.lens,
    )


def _tensor(images: np.ndarray) -> Tensor:
    """(T, h, w, C) to (T, C, h, w)."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
