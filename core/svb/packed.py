"""Videos as training reads them, made once and memory-mapped: decoded, with disparity as it is and as an estimator
might deliver it, and with what the prior makes of either. Each of these takes longer than a step of the optimiser.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import OutputUnwritable
from ..optics import Defocus
from .corrupt import augment
from .dataset import Video
from .trace import View

Guess = Callable[[Tensor, Tensor], Tensor]
"""Frames (T, 3, H, W) and defocus (T, 1, H, W), px, to what a network is to start from (T, channels, H, W)."""


class Moments(NamedTuple):
    """T consecutive moments, float32, as `Window` describes them."""

    frames: Tensor
    bokeh: Tensor
    disparity: Tensor
    guess: Tensor
    lens: list[Defocus]


class PackedVideos:
    """A folder of packed videos, filled as they are asked for: 30 bytes a pixel for a guess of ten channels.

    Args:
        guess: the prior. Guesses are kept in 8 bits, like the pictures that they are guesses at.
    """

    def __init__(self, folder: Path, guess: Guess) -> None:
        self._folder = folder
        self._guess = guess

    def read(self, video: Video, start: int, count: int, view: View, *, corrupted: bool) -> Moments:
        """Moments start … start + count - 1 of the video within the view.

        Raises:
            DatasetError: a picture of the video cannot be read.
            OutputUnwritable: the packed video cannot be written.
        """
        rows, columns = slice(view.top, view.top + view.height), slice(view.left, view.left + view.width)
        block = self._mapped(video)[start : start + count, rows, columns]
        given = block["corrupted" if corrupted else "clean"]
        return Moments(
            _floats(block["frame"]),
            _floats(block["bokeh"]),
            _floats(given["disparity"]),
            _floats(given["guess"]),
            list(video.lens[start : start + count]),
        )

    def _mapped(self, video: Video) -> NDArray[np.void]:
        # A video made anew under the same name has another meta.json.
        stamp = (video.path / "meta.json").stat().st_mtime_ns
        name = hashlib.sha256(f"{video.path.resolve()} {stamp}".encode()).hexdigest()[:32]
        path = self._folder / f"{name}.npy"
        if not path.exists():
            self._pack(video, path)
        mapped: NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped

    def _pack(self, video: Video, path: Path) -> None:
        moments = [video.read(t) for t in range(len(video))]
        frames = torch.from_numpy(np.stack([moment.frame for moment in moments])).permute(0, 3, 1, 2).contiguous()
        clean = torch.from_numpy(np.stack([moment.disparity for moment in moments])).unsqueeze(1)
        given = {
            "clean": clean,
            "corrupted": augment(clean, np.random.default_rng(zlib.crc32(video.path.name.encode()))),
        }
        guesses = {name: self._guess(frames, defocus_of(video.lens, disparity)) for name, disparity in given.items()}

        channels = guesses["clean"].shape[1]
        seen = np.dtype([("disparity", "<u2", 1), ("guess", "u1", channels)])
        pixel = np.dtype([("frame", "u1", 3), ("bokeh", "u1", 3), *((name, seen) for name in given)])
        pixels = np.empty((len(video), *video.size), pixel)
        pixels["frame"] = np.round(np.stack([moment.frame for moment in moments]) * 255)
        pixels["bokeh"] = np.round(np.stack([moment.bokeh for moment in moments]) * 255)
        for name, disparity in given.items():
            pixels[name]["disparity"] = (disparity * 65535).round().permute(0, 2, 3, 1).numpy()
            pixels[name]["guess"] = (guesses[name].clamp(0, 1) * 255).round().permute(0, 2, 3, 1).numpy()
        # Loaders' processes may pack the same video at once; each renames its own whole file.
        unique = np.random.default_rng().integers(1 << 62)
        partial = path.with_name(f".{path.stem}.{unique}.partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                np.save(file, pixels, allow_pickle=False)
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise OutputUnwritable(f"{path}: cannot be written ({error.strerror}); free some space") from error


def defocus_of(lens: Sequence[Defocus], disparity: Tensor) -> Tensor:
    """S = K (D - d_f) of T moments (T, 1, H, W), px (Eq 1-2)."""
    blur, focus = lens_numbers(lens)
    return blur.view(-1, 1, 1, 1) * (disparity - focus.view(-1, 1, 1, 1))


def lens_numbers(lens: Sequence[Defocus]) -> tuple[Tensor, Tensor]:
    """K and the focus disparity of T moments, (T,) each, float32."""
    return torch.tensor([at.blur for at in lens]), torch.tensor([at.focus_disparity for at in lens])


def _floats(codes: NDArray[np.unsignedinteger]) -> Tensor:
    """(T, h, w, C) to (T, C, h, w)."""
    return torch.from_numpy(codes.astype(np.float32) / np.float32(np.iinfo(codes.dtype).max)).permute(0, 3, 1, 2)
