"""Videos as training reads them, made once and memory-mapped: decoded, with disparity as it is and as an estimator
might deliver it, and with what the prior makes of either. Each of these takes longer than a step of the optimiser.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..hidden.clip import revealed_in_all
from ..media.partial import partial_beside, publish, remove, sweep, unwritable
from ..optics import Defocus
from ..outlines.outlined import Outlines
from .corrupt import augment
from .dataset import Video, VideoFrame
from .trace import View

CPU = torch.device("cpu")

FORMAT = 7
"""Raised whenever the same video would be packed into other bytes: by their layout, or by another prior."""

PICTURES = 6
"""Bytes a pixel of frame and bokeh."""

READERS = 4
"""Threads that decode."""

SPARE = 0.25
"""Share of a GPU's memory that videos leave to what is made of them."""

Guess = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""Frames (T, 3, H, W), defocus (T, 1, H, W), px, and what is hidden (T, 5, H, W), to what a network is to start from
(T, channels, H, W)."""


class Codes(NamedTuple):
    """T consecutive moments as they are stored, uint8 on the device: `pictures` (T, h, w, 6), frame and bokeh; `given`
    (T, h, w, 2 + channels), 16-bit disparity, low byte first, and the guess; `lens` as it was at each."""

    pictures: Tensor
    given: Tensor
    lens: list[Defocus]


class PackedVideos:
    """A folder of packed videos, filled as they are asked for: 30 bytes a pixel for a guess of ten channels.

    Args:
        guess: the prior. Guesses are kept in 8 bits, like the pictures that they are guesses at.
        outlines: what makes edges firm in disparity before anything is made of it; None leaves them as they are.
        device: where they are made and read to: the CPU maps the files, a GPU holds what it has room for.
    """

    def __init__(
        self, folder: Path, guess: Guess, outlines: Outlines | None = None, device: torch.device = CPU
    ) -> None:
        self._folder = folder
        self._guess = guess
        self._outlines = outlines
        self._firm = "" if outlines is None else outlines.fingerprint
        self._device = device
        self._held: dict[Path, Tensor] = {}

    @property
    def kind(self) -> str:
        """What else than the videos decides what is read: the format, and what made edges firm."""
        return f"{FORMAT} {self._firm}".rstrip()

    def read(self, video: Video, start: int, count: int, view: View, *, corrupted: bool) -> Codes:
        """Moments start … start + count - 1 of the video within the view.

        Raises:
            DatasetError: a picture of the video cannot be read.
            OutputUnwritable: the packed video cannot be written.
        """
        rows, columns = slice(view.top, view.top + view.height), slice(view.left, view.left + view.width)
        block = self._pixels(video)[start : start + count, rows, columns]
        pictures, given = split(block.to(self._device), corrupted)
        return Codes(pictures, given, list(video.lens[start : start + count]))

    def fill(self, videos: Sequence[Video], progress: Callable[[int, int], None]) -> None:
        """Pack all of them now; `progress` is called with (videos done, videos in all).

        Raises:
            DatasetError, OutputUnwritable: as `read` does.
        """
        # A GPU waits for decoding and for Python; a CPU's cores are all busy with one video.
        with ThreadPoolExecutor(1 if self._device.type == "cpu" else READERS) as pool:
            for done, _ in enumerate(pool.map(self._pixels, videos), start=1):
                progress(done, len(videos))

    def _pixels(self, video: Video) -> Tensor:
        """(T, H, W, bytes)"""
        if video.path in self._held:
            return self._held[video.path]
        pixels = torch.from_numpy(self._mapped(video))
        if self._device.type == "cuda" and _has_room(self._device):
            pixels = self._held[video.path] = pixels.to(self._device)
        return pixels

    def _mapped(self, video: Video) -> NDArray[np.uint8]:
        # Of a video that was changed in place, another is packed.
        stamp = f"{video.written} {sum(video.lengths)}"
        name = hashlib.sha256(os.fsencode(f"{self.kind} {video.path.resolve()} {stamp}")).hexdigest()[:32]
        path = self._folder / f"{name}.npy"
        mapped = _opened(path, video)
        if mapped is None:
            self._pack(video, path)
            mapped = _map(path)
        return mapped

    def _pack(self, video: Video, path: Path) -> None:
        seed = zlib.crc32(os.fsencode(video.path.name))
        pixels = pack(_read_all(video), seed, self._guess, self._outlines, self._device)
        # Processes that train together may pack the same video at once; each renames its own whole file.
        with unwritable(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            sweep(self._folder, path)
            partial = partial_beside(path)
            try:
                with partial.open("xb") as file:
                    np.save(file, pixels.cpu().numpy(), allow_pickle=False)
                publish(partial, path)
            finally:
                remove(partial)


def _opened(path: Path, video: Video) -> NDArray[np.uint8] | None:
    """The packed video; None where there is none yet, or a damaged one."""
    try:
        mapped = _map(path)
    except (OSError, ValueError, EOFError):
        return None
    return mapped if mapped.dtype == np.uint8 and mapped.shape[:-1] == (len(video), *video.size) else None


def _map(path: Path) -> NDArray[np.uint8]:
    # Copy on write: nobody writes, and PyTorch warns of what is read-only.
    mapped: NDArray[np.uint8] = np.load(path, mmap_mode="c", allow_pickle=False)
    return mapped


def _read_all(video: Video) -> list[VideoFrame]:
    """Every moment, decoded side by side."""
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(video.read, range(len(video))))


def _has_room(device: torch.device) -> bool:
    free, whole = torch.cuda.mem_get_info(device)
    return free > SPARE * whole


def pack(
    moments: Sequence[VideoFrame], seed: int, guess: Guess, outlines: Outlines | None, device: torch.device
) -> Tensor:
    """Moments as they are stored, (T, H, W, bytes), uint8 on the device, their disparity corrupted as the seed says."""
    frames, bokeh = (
        torch.from_numpy(np.stack(pictures)).to(device)
        for pictures in zip(*((moment.frame, moment.bokeh) for moment in moments), strict=True)
    )
    clean = torch.from_numpy(np.stack([moment.disparity for moment in moments])).to(device).unsqueeze(1)
    given = torch.cat([clean, augment(clean, np.random.default_rng(seed))]).clamp(0, 1)
    maps = list(given.squeeze(1).cpu().numpy())
    pictures = [moment.frame for moment in moments]
    if outlines is not None:
        maps = [outlines.firm(picture, one) for picture, one in zip(pictures * 2, maps, strict=True)]
        given = torch.from_numpy(np.stack(maps)).to(device).unsqueeze(1)
    blur, focus = (numbers.to(device).repeat(2) for numbers in lens_numbers([moment.defocus for moment in moments]))
    # Clean disparity and corrupted are two clips: neither knows anything of the other.
    count = len(moments)
    revealed = [one.picture() for clip in (maps[:count], maps[count:]) for one in revealed_in_all(pictures, clip)]
    hidden = torch.from_numpy(np.stack(revealed)).to(device).permute(0, 3, 1, 2)
    colour, behind, known = torch.split(hidden, [3, 1, 1], 1)
    hidden = torch.cat([colour, defocus_of(blur, focus, behind), known], 1)
    guesses = guess(frames.permute(0, 3, 1, 2).repeat(2, 1, 1, 1), defocus_of(blur, focus, given), hidden)

    disparity = (given * 65535).round().int()
    seen = torch.cat([disparity % 256, disparity // 256, (guesses.clamp(0, 1) * 255).round()], 1).byte()
    shown = (torch.cat([frames, bokeh], -1) * 255).round().byte()
    return torch.cat([shown, *torch.split(seen.permute(0, 2, 3, 1), count)], -1)


def split(pixels: Tensor, corrupted: bool) -> tuple[Tensor, Tensor]:
    """`Codes.pictures` and `Codes.given` of packed pixels (..., bytes)."""
    given = (pixels.shape[-1] - PICTURES) // 2
    pictures, clean, spoilt = torch.split(pixels, [PICTURES, given, given], -1)
    return pictures, spoilt if corrupted else clean


def defocus_of(blur: Tensor, focus: Tensor, disparity: Tensor) -> Tensor:
    """S = K (D - d_f) of moments (..., 1, H, W), px, with K and d_f (...) (Eq 1-2)."""
    return blur[..., None, None, None] * (disparity - focus[..., None, None, None])


def lens_numbers(lens: Sequence[Defocus]) -> tuple[Tensor, Tensor]:
    """K and the focus disparity of T moments, (T,) each, float32."""
    return torch.tensor([at.blur for at in lens]), torch.tensor([at.focus_disparity for at in lens])
