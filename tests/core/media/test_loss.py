from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.media.loss import loss_of
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
    found = loss_of(choose_format(codec, Path(target), info), info)
    assert found is not None
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
    assert loss_of(choose_format(None, Path(target), info), info) is None
