from __future__ import annotations

import struct
from pathlib import Path

import pytest
from focuspuller.core.media.hdr10 import Hdr10, hdr10_of
from focuspuller.core.media.info import ColourTags

from tests.core.media.outputs import clip, pictures, read, write

GRADED = Hdr10("G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)", "1000,400")
PQ = ColourTags(9, 16, 9, 1)


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "h265"), ("a.mkv", "h265"), ("a.mov", "h264")])
@pytest.mark.parametrize("hdr10", [GRADED, Hdr10("", "1000,400"), None])
def test_what_a_film_was_graded_for_is_carried(tmp_path: Path, name: str, codec: str, hdr10: Hdr10 | None) -> None:
    info = clip(length=1, size=(64, 48), pixel_format="yuv420p10le", bit_depth=10, colour=PQ, hdr10=hdr10)
    found, _ = read(write(tmp_path / name, info, pictures(info), codec))
    assert found.hdr10 == hdr10


def test_nothing_is_made_of_what_makes_no_sense() -> None:
    def display(*pairs: int, known: int = 1) -> dict[str, bytes]:
        return {"MASTERING_DISPLAY_METADATA": struct.pack("=22i", *pairs, known, known)}

    sound = [1, 3] * 8 + [1, 100, 1000, 1]
    assert hdr10_of(display(*sound)) == Hdr10(
        "G(16667,16667)B(16667,16667)R(16667,16667)WP(16667,16667)L(10000000,100)", ""
    )
    assert hdr10_of(display(*sound, known=0)) is None
    assert hdr10_of(display(1, 0, *sound[2:])) is None
    assert hdr10_of(display(-1, 3, *sound[2:])) is None
    assert hdr10_of({"CONTENT_LIGHT_LEVEL": bytes(8), "MASTERING_DISPLAY_METADATA": b"short"}) is None
