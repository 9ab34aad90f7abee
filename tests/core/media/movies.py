"""Small movies and pictures for the tests of readers, each frame unlike every other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from focuspuller.core.frames import Image
from focuspuller.core.media.colour import from_rgb
from focuspuller.core.media.info import ColourTags
from numpy.typing import NDArray

Codes = NDArray[np.uint8] | NDArray[np.uint16]

WIDTH, HEIGHT, LENGTH = 64, 48, 40
BT709 = ColourTags(1, 1, 1, 1)


def picture(index: int, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """Smooth, moving, and different at every index and in every corner."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    phase = index * 0.37
    red = 0.5 + 0.4 * np.sin(x / 9 + phase)
    green = 0.2 + 0.6 * y / height + 0.1 * np.cos(x / 5 - phase)
    blue = 0.5 + 0.4 * np.cos((x + 2 * y) / 13 + 2 * phase)
    image: Image = np.stack([red, green, blue], axis=-1).astype(np.float32)
    return image


def write_movie(
    path: Path,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    *,
    pts: Sequence[int] = range(LENGTH),
    time_base: Fraction = Fraction(1, 25),
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    tags: ColourTags = BT709,
    rotation: int = 0,
    metadata: Mapping[str, str] | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Path:
    """`picture(0)`, `picture(1)`, ... at these timestamps; `rotation` is clockwise."""
    reformatter = VideoReformatter()
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(codec, 25, options=dict(options or {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        stream.time_base = stream.codec_context.time_base = time_base
        context = stream.codec_context
        context.color_primaries, context.color_trc = tags.primaries, tags.transfer
        context.colorspace, context.color_range = tags.matrix, tags.range
        if rotation:
            stream.set_display_rotation(-rotation)
        for index, moment in enumerate(pts):
            frame = from_rgb(picture(index, *size), pixel_format, tags, reformatter)
            frame.pts, frame.time_base = moment, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_still(path: Path, codes: Codes, codec: str, pixel_format: str) -> Path:
    """Codes (H, W) or (H, W, 3) as they are."""
    encoder = VideoCodecContext.create(codec, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.height, encoder.width = codes.shape[:2]
    encoder.pix_fmt, encoder.time_base = pixel_format, Fraction(1)
    frame = av.VideoFrame.from_ndarray(codes, format=pixel_format)
    path.write_bytes(b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)]))
    return path


def codes_of(index: int, depth: int, colour: bool = True) -> Codes:
    shape = (24, 32, 3) if colour else (24, 32)
    codes = np.random.default_rng(index).integers(0, 1 << depth, shape)
    return codes.astype(np.uint8) if depth == 8 else codes.astype(np.uint16)
