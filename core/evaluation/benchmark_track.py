"""How fast a subject is tracked, decoding included, and that memory does not grow with the clip."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..frames import Image
from ..media.disparity import DisparityReading
from ..media.open import open_disparity, open_frames
from ..tracking.track import Click, Track, track_subject
from .benchmark_media import moving_texture, write_clip
from .measure import peak_memory

SIZE = (1920, 1080)
"""Width and height of the clips; trackers look at reduced frames, so other sizes cost what decoding them does."""

WARM_UP = 4
"""Frames of the clip before those that are measured: what is compiled, is compiled for it."""

LENGTHS = (24, 96)
"""Frames of the clips that are compared."""


@dataclass(frozen=True, slots=True)
class TrackFigure:
    """One clip, in which a subject is clicked on the middle frame.

    Attributes:
        frames: the clip's length.
        frames_per_second: decoded and tracked, both ways.
        peak_memory: bytes that a process of its own needs at most, torch included; None if it was killed.
    """

    frames: int
    frames_per_second: float
    peak_memory: int | None


def benchmark_track(progress: Callable[[str, int, int], None]) -> list[TrackFigure]:
    """A subject that crosses the picture, followed in clips of every length in LENGTHS."""
    figures: list[TrackFigure] = []
    with tempfile.TemporaryDirectory() as scratch:
        track_clip(*_clip(Path(scratch), WARM_UP))
        for length in LENGTHS:
            progress("track", len(figures), len(LENGTHS))
            clip, disparity = _clip(Path(scratch), length)
            began = time.perf_counter()
            track_clip(clip, disparity)
            rate = length / (time.perf_counter() - began)
            figures.append(TrackFigure(length, rate, peak_memory(track_clip, clip, disparity)))
    progress("track", len(LENGTHS), len(LENGTHS))
    return figures


def _clip(folder: Path, length: int) -> tuple[Path, Path]:
    """Frames and disparity on disk."""
    clip, disparity = folder / f"{length}.mp4", folder / f"{length}.mkv"
    write_clip(clip, _frames(*SIZE, length), SIZE, length, "h264")
    write_clip(disparity, _disparity(*SIZE, length), SIZE, length, "ffv1")
    return clip, disparity


def track_clip(clip: Path, disparity: Path) -> Track:
    """Follow the subject of a benchmark's clip from its middle frame."""
    with closing(open_frames(clip)) as frames:
        size = {"width": frames.width, "height": frames.height, "length": len(frames)}
        with closing(open_disparity(disparity, DisparityReading(), **size)) as maps:
            middle = len(frames) // 2
            x, y = _middle(frames.width, frames.height, middle, len(frames))
            return track_subject(frames, maps, Click(x, y, middle), range(len(frames)))


def _middle(width: int, height: int, frame: int, length: int) -> tuple[int, int]:
    """Of the subject: it crosses the picture from the left to the right."""
    return round(width * (0.2 + 0.6 * frame / length)), height // 2


def _frames(width: int, height: int, length: int) -> Iterator[Image]:
    """A subject of stripes before a texture that pans the other way."""
    radius = height // 8
    rows, columns = np.mgrid[-radius:radius, -radius:radius]
    stripes = np.stack([np.sin(columns * k / radius) * 0.4 + 0.5 for k in (7, 9, 11)], axis=-1).astype(np.float32)
    inside = (rows**2 + columns**2 < radius**2)[..., None]
    for frame, picture in enumerate(moving_texture(width, height, length)):
        x, y = _middle(width, height, frame, length)
        part = picture[y - radius : y + radius, x - radius : x + radius]
        part[:] = np.where(inside, stripes, part)
        yield picture


def _disparity(width: int, height: int, length: int) -> Iterator[Image]:
    radius = height // 8
    rows, columns = np.mgrid[-radius:radius, -radius:radius]
    inside = rows**2 + columns**2 < radius**2
    for frame in range(length):
        x, y = _middle(width, height, frame, length)
        near = np.full((height, width), 0.1, np.float32)
        near[y - radius : y + radius, x - radius : x + radius][inside] = 0.3 + 0.4 * frame / length
        yield np.repeat(near[..., None], 3, axis=2)
