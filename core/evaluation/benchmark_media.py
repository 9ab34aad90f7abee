"""How fast media is read, sought and written here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from ..frames import Image
from ..media.info import ColourTags, MediaInfo
from ..media.open import open_frames
from ..media.output import open_writer
from ..media.output_format import choose_format
from .measure import SIZES, Seconds, timed

CLIP_FRAMES = 12
SEEKS = (9, 3, 11, 5)
WRITTEN = {"h264": ".mp4", "prores422": ".mov", "ffv1": ".mkv"}


@dataclass(frozen=True, slots=True)
class MediaFigure:
    """One kind of work at one size; `seconds` are those of one frame."""

    work: str
    size: str
    seconds: Seconds


def benchmark_media(repeat: int, progress: Callable[[str, int, int], None]) -> list[MediaFigure]:
    """Writing with the usual codecs, then reading and seeking in the H.264, at every size."""
    figures: list[MediaFigure] = []
    total = len(SIZES) * (len(WRITTEN) + 2)
    with tempfile.TemporaryDirectory() as scratch:
        for size, (width, height) in SIZES.items():
            clips = {codec: Path(scratch) / f"{size}{suffix}" for codec, suffix in WRITTEN.items()}
            pictures = list(moving_texture(width, height, CLIP_FRAMES))
            work: dict[str, tuple[Callable[[], None], int]] = {
                f"write {codec}": (
                    partial(write_clip, clip, pictures, (width, height), CLIP_FRAMES, codec),
                    CLIP_FRAMES,
                )
                for codec, clip in clips.items()
            }
            work["read in order"] = partial(_read, clips["h264"], range(CLIP_FRAMES)), CLIP_FRAMES
            work["seek"] = partial(_read, clips["h264"], SEEKS), len(SEEKS)
            for name, (run, frames) in work.items():
                progress("media", len(figures), total)
                figures.append(MediaFigure(name, size, timed(run, repeat).over(frames)))
    progress("media", total, total)
    return figures


def moving_texture(width: int, height: int, frames: int) -> Iterator[Image]:
    """Pictures that cost an encoder about what footage does: smooth noise that pans, with a little grain."""
    random = np.random.default_rng(0)
    coarse = random.random((height // 8 + 1, width // 8 + 1, 3), np.float32)
    texture = np.tile(coarse.repeat(8, axis=0).repeat(8, axis=1), (1, 2, 1))[:height]
    for t in range(frames):
        left = 8 * t % width
        grain = random.normal(0, 0.01, (height, width, 1)).astype(np.float32)
        yield np.clip(texture[:, left : left + width] * 0.8 + 0.1 + grain, 0, 1)


def write_clip(target: Path, pictures: Iterable[Image], size: tuple[int, int], frames: int, codec: str) -> None:
    """A BT.709 clip of `frames` pictures of `size` (width, height) at 24 frames a second."""
    rate = Fraction(24)
    info = MediaInfo(target, *size, rate, 1 / rate, tuple(range(frames)), "", "yuv420p", 8, ColourTags(1, 1, 1, 1))
    with open_writer(target, choose_format(codec, target, info), info) as writer:
        for picture in pictures:
            writer.write(picture)


def _read(clip: Path, frames: Iterable[int]) -> None:
    source = open_frames(clip)
    for frame in frames:
        source.read(frame)
    source.close()
