"""How fast a subject is tracked, decoding included, and that memory does not grow with the clip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ..frames import Image
from ..media.disparity import DisparityReading
from ..media.open import open_disparity, open_frames
from ..tracking.track import Track, track_subject
from .benchmark_media import moving_texture, write_clip
from .measure import SIZES, Seconds, peak_memory, timed

LENGTHS = (48, 192)
"""Frames of the clips that are tracked; the first is the one on the clock."""


@dataclass(frozen=True, slots=True)
class TrackFigure:
    """Tracking through a clip of one size, clicked on its middle frame.

    Attributes:
        length: frames of the clip.
        seconds: of one frame.
        peak_memory: bytes that a process of its own needs at most, torch included.
    """

    size: str
    length: int
    seconds: Seconds
    peak_memory: int


def benchmark_track(repeat: int, progress: Callable[[str, int, int], None]) -> list[TrackFigure]:
    """A subject that crosses the picture, followed both ways, at every size and length."""
    figures: list[TrackFigure] = []
    total = len(SIZES) * len(LENGTHS)
    with tempfile.TemporaryDirectory() as scratch:
        for size, (width, height) in SIZES.items():
            for length in LENGTHS:
                progress("track", len(figures), total)
                clip, disparity = Path(scratch) / f"{size}.{length}.mp4", Path(scratch) / f"{size}.{length}.mkv"
                write_clip(clip, _frames(width, height, length), (width, height), length, "h264")
                write_clip(disparity, _disparity(width, height, length), (width, height), length, "ffv1")
                seconds = timed(partial(track_clip, clip, disparity), repeat).over(length)
                figures.append(TrackFigure(size, length, seconds, peak_memory(track_clip, clip, disparity)))
    progress("track", total, total)
    return figures


def track_clip(clip: Path, disparity: Path) -> Track:
    """Follow the subject of a benchmark's clip from its middle frame."""
    with closing(open_frames(clip)) as frames:
        size = {"width": frames.width, "height": frames.height, "length": len(frames)}
        with closing(open_disparity(disparity, DisparityReading(), **size)) as maps:
            middle = len(frames) // 2
            x, y = _middle(frames.width, frames.height, middle, len(frames))
            return track_subject(frames, maps, (x, y), middle, range(len(frames)))


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
