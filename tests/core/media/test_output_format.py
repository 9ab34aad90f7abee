from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.errors import UnsupportedFormat
from focuspuller.core.media.codecs import CODECS
from focuspuller.core.media.info import ColourTags, MediaInfo
from focuspuller.core.media.output_format import choose_format, sequence_file, sequence_folder

SOURCE = MediaInfo(
    path=Path("clip.mp4"),
    width=1920,
    height=1080,
    rate=Fraction(24),
    time_base=Fraction(1, 24),
    pts=tuple(range(10)),
    codec="h264",
    pixel_format="yuv420p",
    bit_depth=8,
    colour=ColourTags(1, 1, 1, 1),
)


def source(pixel_format: str, bit_depth: int, **changes: Any) -> MediaInfo:
    return replace(SOURCE, pixel_format=pixel_format, bit_depth=bit_depth, **changes)


@pytest.mark.parametrize(
    ("target", "codec"),
    [
        ("out.mp4", "h264"),
        ("out.MOV", "prores422"),
        ("out.mkv", "ffv1"),
        ("out.mxf", "dnxhr"),
        ("out.%04d.png", "png16"),
        ("out.####.exr", "exr"),
        ("folder", "png16"),
    ],
)
def test_extension_decides_the_codec(target: str, codec: str) -> None:
    assert choose_format(None, Path(target), SOURCE).codec == codec


def test_mov_of_rgb_is_prores_4444() -> None:
    assert choose_format(None, Path("out.mov"), source("rgb24", 8)).codec == "prores4444"


@pytest.mark.parametrize(
    ("codec", "pixel_format", "depth", "chosen"),
    [
        ("h264", "yuv420p", 8, "yuv420p"),
        ("h264", "yuvj420p", 8, "yuv420p"),
        ("h264", "yuv420p10le", 10, "yuv420p10le"),
        ("h264", "yuv422p10le", 10, "yuv422p10le"),
        ("h264", "yuv411p", 8, "yuv422p"),
        ("h264", "yuv444p", 8, "yuv444p"),
        ("h264", "rgb24", 8, "yuv444p"),
        ("h264", "rgb48be", 16, "yuv444p10le"),
        ("h264", "gray", 8, "yuv420p"),
        ("h265", "yuv422p12le", 12, "yuv422p12le"),
        ("h265", "yuv420p10le", 10, "yuv420p10le"),
        ("prores422", "yuv420p", 8, "yuv422p10le"),
        ("prores4444", "rgb24", 8, "yuv444p10le"),
        ("dnxhr", "yuv420p", 8, "yuv422p"),
        ("dnxhr", "yuv420p10le", 10, "yuv422p10le"),
        ("dnxhr", "rgb24", 8, "yuv444p10le"),
        ("ffv1", "yuv420p", 8, "yuv444p10le"),
        ("ffv1", "yuv422p10le", 10, "yuv444p12le"),
        ("ffv1", "rgb24", 8, "bgr0"),
        ("ffv1", "gbrp10le", 10, "gbrp10le"),
        ("ffv1", "rgb48be", 16, "gbrp16le"),
        ("ffv1", "gray16be", 16, "gbrp16le"),
        ("ffv1", "not FFmpeg's", 16, "gbrp16le"),
    ],
)
def test_keeps_depth_and_chroma_where_the_codec_can(codec: str, pixel_format: str, depth: int, chosen: str) -> None:
    target = Path("out").with_suffix(CODECS[codec].extensions[0])
    assert choose_format(codec, target, source(pixel_format, depth)).pixel_format == chosen


@pytest.mark.parametrize(
    ("size", "chosen"), [((100, 100), "yuv420p"), ((100, 101), "yuv422p"), ((101, 100), "yuv444p")]
)
def test_odd_sizes_get_chroma_that_divides_them(size: tuple[int, int], chosen: str) -> None:
    info = replace(SOURCE, width=size[0], height=size[1])
    assert choose_format("h264", Path("out.mp4"), info).pixel_format == chosen


def test_an_odd_height_of_a_turned_picture_is_an_odd_coded_width() -> None:
    info = replace(SOURCE, width=100, height=101, rotation=90)
    assert choose_format("h264", Path("out.mp4"), info).pixel_format == "yuv444p"


@pytest.mark.parametrize(
    ("codec", "target", "changes", "named"),
    [
        ("av1", "out.mp4", {}, "h264"),
        (None, "out.xyz", {}, ".mp4"),
        ("prores422", "out.mp4", {}, ".mov"),
        ("prores422", "out.mp4", {}, "h264"),
        ("h264", "out.mxf", {}, "dnxhr"),
        ("h264", "folder", {}, "png16"),
        (None, "out.png", {}, "out.%04d.png"),
        ("dnxhr", "out.mxf", {"width": 160, "height": 90}, "ffv1"),
        ("h265", "out.mp4", {"width": 8, "height": 8}, "ffv1"),
        (None, "out.mxf", {"pts": (0, 1, 3), "rate": Fraction(24)}, ".mov"),
        (None, "out.mxf", {"pixel_aspect": Fraction(4, 3)}, ".mov"),
        (None, "out.mxf", {"rate": Fraction(15), "time_base": Fraction(1, 15)}, ".mov"),
    ],
)
def test_what_does_not_fit_names_what_does(codec: str | None, target: str, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        choose_format(codec, Path(target), replace(SOURCE, **changes))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_colour_tags_stay_true() -> None:
    pq = ColourTags(primaries=9, transfer=16, matrix=9, range=1)
    assert choose_format(None, Path("o.mp4"), source("yuv420p10le", 10, colour=pq)).colour == pq
    assert choose_format(None, Path("o.%d.png"), source("yuv420p10le", 10, colour=pq)).colour == ColourTags(9, 16, 0, 2)
    full = ColourTags(1, 1, 1, 2)
    assert choose_format("h264", Path("o.mp4"), source("yuvj420p", 8, colour=full)).colour == full
    assert choose_format("prores422", Path("o.mov"), source("yuvj420p", 8, colour=full)).colour == ColourTags(
        1, 1, 1, 1
    )
    rgb = ColourTags(1, 13, 0, 2)
    assert choose_format("h264", Path("o.mp4"), source("rgb24", 8, colour=rgb)).colour == ColourTags(1, 13, 1, 1)


@pytest.mark.parametrize(
    ("target", "folder", "file"),
    [
        ("a/b.%04d.png", "a", "a/b.0007.png"),
        ("a/b.###.png", "a", "a/b.007.png"),
        ("a/100%_%d.png", "a", "a/100%_7.png"),
        ("a/shot", "a/shot", "a/shot/shot.0007.png"),
    ],
)
def test_sequences_are_numbered(target: str, folder: str, file: str) -> None:
    output_format = choose_format("png16", Path(target), SOURCE)
    assert sequence_folder(Path(target)) == Path(folder)
    assert sequence_file(Path(target), output_format, 7) == Path(file)
