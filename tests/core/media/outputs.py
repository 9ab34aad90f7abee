"""Clips for the tests of writers, and writing and reading them whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.core.media.info import ColourTags, MediaInfo
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.media.sequence import SequenceReader
from focuspuller.core.media.video import VideoReader

from tests.core.media.movies import picture

BT709 = ColourTags(1, 1, 1, 1)


def clip(length: int = 8, size: tuple[int, int] = (96, 64), **changes: Any) -> MediaInfo:
    info = MediaInfo(
        path=Path("none"),
        width=size[0],
        height=size[1],
        rate=Fraction(24),
        time_base=Fraction(1, 24),
        pts=tuple(range(length)),
        codec="h264",
        pixel_format="yuv420p",
        bit_depth=8,
        colour=BT709,
    )
    return replace(info, **changes)


def rgb_clip(bit_depth: int = 8, **changes: Any) -> MediaInfo:
    pixel_format = {8: "rgb24", 10: "gbrp10le", 16: "rgb48be"}[bit_depth]
    return clip(pixel_format=pixel_format, bit_depth=bit_depth, colour=ColourTags(1, 13, 0, 2), **changes)


def chart(index: int, width: int, height: int, levels: int) -> Image:
    """Hard-edged patches of every corner of the RGB cube above ramps of every level; moves with the frame."""
    x = np.roll(np.arange(width), index)
    corner = x * 8 // width
    patches = np.stack([corner & 1, corner >> 1 & 1, corner >> 2], axis=-1) * np.float32(levels)
    ramp = np.round(np.linspace(0, levels, width))
    ramps = np.stack([ramp, ramp[::-1], np.roll(ramp, width // 3)], axis=-1)
    rows = np.where(np.arange(height)[:, None, None] < height // 2, patches[None], ramps[None])
    image: Image = (rows / np.float32(levels)).astype(np.float32)
    return image


def write(target: Path, info: MediaInfo, images: Iterable[Image], codec: str | None = None, **options: Any) -> Path:
    output_format = choose_format(codec, target, info)
    with open_writer(target, output_format, info, **options) as writer:
        for image in images:
            writer.write(image)
    return target


def pictures(info: MediaInfo) -> list[Image]:
    return [picture(index, info.width, info.height) for index in range(info.frame_count)]


def read(target: Path) -> tuple[MediaInfo, list[Image]]:
    reader = SequenceReader(target) if target.is_dir() or "%" in target.name else VideoReader(target)
    try:
        return reader.info, [reader.read(index) for index in range(len(reader))]
    finally:
        reader.close()


def psnr(a: list[Image], b: list[Image]) -> float:
    return float(-10 * np.log10(np.mean((np.asarray(a, np.float64) - np.asarray(b)) ** 2) + 1e-12))


@contextmanager
def small_disk(room: int) -> Iterator[None]:
    """No file can grow beyond `room` bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
