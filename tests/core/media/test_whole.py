from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.errors import MediaUnreadable
from focuspuller.core.media.open import probe

from tests.core.media.movies import LENGTH, write_movie


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [("a.avi", "mjpeg", "yuvj420p"), ("a.mxf", "mpeg2video", "yuv422p")],
)
def test_what_lost_its_end_is_not_taken_for_a_shorter_clip(
    name: str, codec: str, pixel_format: str, tmp_path: Path
) -> None:
    path = write_movie(tmp_path / name, codec, pixel_format)
    assert probe(path).frame_count == LENGTH
    whole = path.read_bytes()
    for part in (0.85, 0.3):
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(MediaUnreadable, match=f"cut short: it holds .* of {LENGTH} frames"):
            probe(path)


def test_an_avi_that_says_no_length_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """As a capture leaves it that was never finished."""
    path = write_movie(tmp_path / "a.avi", "mjpeg", "yuvj420p")
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes(4) + whole[8 : len(whole) // 2])
    assert 10 < probe(path).frame_count < LENGTH
