from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.media.hdr10 import Hdr10
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.loss import losses_of
from focuspuller.core.media.output_format import choose_format

from tests.core.media.outputs import clip


@pytest.mark.parametrize(
    ("pixel_format", "depth", "codec", "target", "said"),
    [
        ("yuv444p12le", 12, None, "a.mov", "prores4444 keeps 10 of 12 bits; ffv1 in a .mkv keeps it all"),
        ("yuv444p10le", 10, "prores422", "a.mov", "1/2 of the chroma; prores4444 in a .mov"),
        ("rgb48be", 16, "dnxhr", "a.mov", "10 of 16 bits"),
        ("yuv422p12le", 12, "h264", "a.mp4", "h264 keeps 10 of 12 bits"),
    ],
)
def test_what_is_lost_is_said_and_what_would_keep_it(
    pixel_format: str, depth: int, codec: str | None, target: str, said: str
) -> None:
    info = clip(pixel_format=pixel_format, bit_depth=depth, size=(256, 128))
    (found,) = losses_of(choose_format(codec, Path(target), info), info)
    assert said in found


@pytest.mark.parametrize(
    ("pixel_format", "depth", "target"),
    [
        ("yuv420p", 8, "a.mp4"),
        ("yuv422p10le", 10, "a.mov"),
        ("yuv444p12le", 12, "a.mkv"),
        ("rgb24", 8, "a.mov"),
        ("gray", 8, "a.mp4"),
        ("gbrpf32le", 32, "a.%04d.exr"),
    ],
)
def test_nothing_is_said_where_nothing_is_lost(pixel_format: str, depth: int, target: str) -> None:
    info = clip(pixel_format=pixel_format, bit_depth=depth)
    assert losses_of(choose_format(None, Path(target), info), info) == ()


@pytest.mark.parametrize("target", ["a.mov", "a.mkv", "a.%04d.png"])
def test_of_scene_linear_light_what_no_video_holds_is_told(target: str) -> None:
    info = clip(pixel_format="gbrpf16le", bit_depth=16, codec="exr")
    (found,) = losses_of(choose_format(None, Path(target), info), info)
    assert "cuts off what is lighter than white or below black; exr keeps it" in found


BT709, ACES = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329), (0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.3217, 0.3377)


@pytest.mark.parametrize(
    ("said_of_it", "target", "said"),
    [
        ({"hdr10": Hdr10("", "1000,400")}, "a.mp4", None),
        ({"hdr10": Hdr10("", "1000,400")}, "a.mov", "prores422 leaves out the mastering display"),
        ({"icc_profile": b"RGB"}, "a.%04d.png", None),
        ({"icc_profile": b"RGB"}, "a.mkv", "ICC profile; png16"),
        ({"chromaticities": ACES}, "a.%04d.exr", None),
        ({"chromaticities": ACES}, "a.mkv", "ffv1 leaves out the pictures' own primaries"),
        ({"chromaticities": BT709}, "a.mkv", None),
        ({"colour": ColourTags(1, 13, 1, 1)}, "a.mov", None),
        ({"colour": ColourTags(1, 13, 1, 1)}, "a.mxf", "no word for the clip's transfer (13"),
    ],
)
def test_words_that_an_output_does_not_carry(said_of_it: dict[str, Any], target: str, said: str | None) -> None:
    info = clip(size=(256, 128), **said_of_it)
    found = losses_of(choose_format(None, Path(target), info), info)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]
