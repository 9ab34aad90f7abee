"""How fast disparity is made steady, and that memory does not grow with the clip."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..depth.normalise import normalisation
from ..depth.raw_maps import RawMaps
from ..depth.source import Quantity
from ..depth.steady import steadied
from ..device import best_device
from ..frames import Image
from .measure import peak_memory

SIZE = (576, 1024)
"""Height and width of frames and maps, px."""

WARM_UP = 4
"""Frames of the clip before those that are measured: what is compiled, is compiled for it."""

LENGTHS = (24, 72)
"""Frames of the clips that are compared: a whole chunk of raw maps, and several."""


@dataclass(frozen=True, slots=True)
class DepthFigure:
    """One clip. Estimation itself is the network's and is not counted.

    Attributes:
        frames: the clip's length.
        frames_per_second: normalised, steadied and drawn to the picture, with the maps on disk.
        peak_memory: bytes that a process of its own needs at most, torch included, OpenCV's process not; None if it was
            killed.
    """

    frames: int
    frames_per_second: float
    peak_memory: int | None


def benchmark_depth(progress: Callable[[str, int, int], None]) -> list[DepthFigure]:
    """Clips of every length in LENGTHS."""
    figures = []
    _seconds(WARM_UP)
    for done, length in enumerate(LENGTHS):
        progress("depth", done, len(LENGTHS))
        figures.append(DepthFigure(length, length / _seconds(length), peak_memory(_seconds, length)))
    progress("depth", len(LENGTHS), len(LENGTHS))
    return figures


def _seconds(length: int) -> float:
    """That steadying a clip takes."""
    clip = _Panning(length)
    with tempfile.TemporaryDirectory() as scratch, RawMaps(Path(scratch) / "a", {}, resume=False, anew=True) as maps:
        maps.extend(clip.disparity(index) for index in range(length))
        began = time.perf_counter()
        scale = normalisation(maps, Quantity.DISPARITY, clip.name)
        with steadied(clip, maps, scale, 1.0, best_device()) as steady:
            for _ in steady.frames:
                pass
        return time.perf_counter() - began


class _Panning:
    """A `FrameSource` of noise that pans behind a near square, and its flickering disparity."""

    name = fingerprint = "panning"
    height, width = SIZE

    def __init__(self, length: int) -> None:
        self._length = length
        noise = torch.from_numpy(np.random.default_rng(0).random((1, 3, 40, 80), np.float32))
        wide = torch.nn.functional.interpolate(noise, (self.height, 2 * self.width), mode="bicubic")
        self._wide = wide[0].permute(1, 2, 0).clamp(0, 1).numpy()

    def __len__(self) -> int:
        return self._length

    def read(self, index: int) -> Image:
        picture = self._wide[:, 2 * index % self.width :][:, : self.width].copy()
        picture[self._square] *= 0.3
        return picture

    def disparity(self, index: int) -> Image:
        disparity = np.full((self.height, self.width), 0.2, np.float32)
        disparity[self._square] = 0.8
        scale: float = np.random.default_rng(index).uniform(0.9, 1.1)
        return disparity * np.float32(scale)

    @property
    def _square(self) -> tuple[slice, slice]:
        return slice(self.height // 4, self.height // 2), slice(self.width // 4, self.width // 2)

    def close(self) -> None: ...
