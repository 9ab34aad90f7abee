"""What training reads: short windows of SVB's videos, varied without untruth.

Every index is its own draw, whatever its size, so an iteration's number is the only state that resuming needs.
Flips, transposition, playing backwards, swapping colour channels and dimming them all commute with the lens, and with
the prior, so what varies stays exact; only the disparity is corrupted, as training asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypedDict

import numpy as np
import torch
from torch import Tensor

from ..errors import UsageError
from .dataset import Video
from .packed import Codes, PackedVideos, defocus_of, lens_numbers
from .trace import View

Rng = np.random.Generator

DIMMEST = 0.6
"""Least factor on a display-coded colour channel. Below 1 it is exact: no clipped highlight comes unclipped."""

CORRUPTED = 0.5
"""Share of windows whose disparity is corrupted, where any is."""


class Batch(TypedDict):
    """B windows of T ≥ 2 consecutive frames, display-coded; float32."""

    frames: Tensor
    """(B, T, 3, h, w)"""
    disparity: Tensor
    """(B, T, 1, h, w), as the network is given it: corrupted, where asked"""
    defocus: Tensor
    """(B, T, 1, h, w), px, of that disparity"""
    guess: Tensor
    """(B, T, channels, h, w): the prior's, of that defocus"""
    bokeh: Tensor
    """(B, T, 3, h, w), the truth"""
    largest_blur: float
    """px, the largest radius in the batch"""


class StoredWindows:
    """Windows of videos on disk; index i reads video i modulo their number.

    A crop keeps what the prior drew of its surroundings, as the truth does.

    Args:
        packed: where the videos are kept as they are read here.
        frames: T, moments in a window.
        crop: px a side.
        seed: of the draws.
        corrupted: corrupt the disparity of some as training does.
    """

    def __init__(
        self, videos: Sequence[Video], packed: PackedVideos, frames: int, crop: int, seed: int, *, corrupted: bool
    ) -> None:
        self._videos = videos
        self._packed = packed
        self._frames = frames
        self._crop = crop
        self._seed = seed
        self._corrupted = corrupted

    def batch(self, indices: Sequence[int]) -> Batch:
        """The windows of these indices, on the device that the videos are read to.

        Raises:
            UsageError: they do not fit the videos.
            DatasetError, OutputUnwritable: as `PackedVideos.read` does.
        """
        windows, turns = [], []
        for index in indices:
            rng = np.random.default_rng([self._seed, index])
            corrupted = bool(rng.random() < CORRUPTED) and self._corrupted
            windows.append(self._codes(rng, index, corrupted))
            turns.append(_Turn.drawn(rng))
        return _varied(windows, turns)

    def _codes(self, rng: Rng, index: int, corrupted: bool) -> Codes:
        """T consecutive moments, cropped."""
        video = self._videos[index % len(self._videos)]
        start, view = self._start(rng, len(video)), self._view(rng, *video.size)
        return self._packed.read(video, start, self._frames, view, corrupted=corrupted)

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


class _Turn(NamedTuple):
    """How a window is turned in space, time and colour."""

    backwards: bool
    across: bool
    down: bool
    transposed: bool
    channels: list[int]
    gains: list[float]

    @staticmethod
    def drawn(rng: Rng) -> _Turn:
        backwards, across, down, transposed = (bool(heads) for heads in rng.random(4) < 0.5)
        channels, gains = rng.permutation(3).tolist(), rng.uniform(DIMMEST, 1, 3).tolist()
        return _Turn(backwards, across, down, transposed, channels, gains)


def _varied(windows: Sequence[Codes], turns: Sequence[_Turn]) -> Batch:
    pictures = torch.stack([window.pictures for window in windows])
    given = torch.stack([window.given for window in windows])
    device = pictures.device
    flipped = torch.tensor([[getattr(turn, name) for turn in turns] for name in _FLIPS]).to(device)
    channels = torch.tensor([turn.channels for turn in turns]).to(device).view(-1, 1, 1, 1, 1, 3)
    gains = (torch.tensor([turn.gains for turn in turns]) / 255).to(device).view(-1, 1, 3, 1, 1)

    def turned(codes: Tensor) -> Tensor:
        """(B, T, h, w, C), every window its own way."""
        for which, flip in zip(flipped, _FLIPS.values(), strict=True):
            codes = torch.where(which.view(-1, 1, 1, 1, 1), flip(codes), codes)
        return codes

    def coloured(codes: Tensor) -> Tensor:
        """(B, T, h, w, 3 n) to (B, T, 3 n, h, w)."""
        colours = torch.take_along_dim(codes.reshape(*codes.shape[:-1], -1, 3), channels, -1)
        return (colours.permute(0, 1, 4, 5, 2, 3) * gains.unsqueeze(2)).flatten(2, 3)

    pictures, given = turned(pictures), turned(given)
    frames, bokeh = torch.split(coloured(pictures), 3, 2)
    disparity = ((given[..., 0].float() + 256 * given[..., 1].float()) / 65535).unsqueeze(2)
    guess = given[..., 2:]
    whole = guess.shape[-1] // 3 * 3
    hints = guess[..., whole:].permute(0, 1, 4, 2, 3).float() / 255
    lens = [window.lens[::-1] if turn.backwards else window.lens for window, turn in zip(windows, turns, strict=True)]
    blur, focus = torch.stack([torch.stack(lens_numbers(one)) for one in lens], 1).to(device)
    defocus = defocus_of(blur, focus, disparity)
    return Batch(
        frames=frames,
        disparity=disparity,
        defocus=defocus,
        guess=torch.cat([coloured(guess[..., :whole]), hints], 2),
        bokeh=bokeh,
        largest_blur=defocus.abs().max().item(),
    )


_FLIPS: dict[str, Callable[[Tensor], Tensor]] = {
    "backwards": lambda codes: codes.flip(1),
    "down": lambda codes: codes.flip(2),
    "across": lambda codes: codes.flip(3),
    "transposed": lambda codes: codes.transpose(2, 3),
}
"""Of (B, T, h, w, C)."""
