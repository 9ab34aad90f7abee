from pathlib import Path

import pytest
from focuspuller.core.media.matroska import is_cut_short

from tests.core.media.movies import write_movie


def test_a_file_is_whole_until_a_byte_is_lost(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mkv", "ffv1", "yuv420p")
    whole = movie.read_bytes()
    assert not is_cut_short(movie)
    for length in (len(whole) - 1, len(whole) // 2, 200):
        movie.write_bytes(whole[:length])
        assert is_cut_short(movie)


@pytest.mark.parametrize(
    "content", [b"", b"\x1a", b"\x1a\x45\xdf\xa3", b"\0" * 40, b"\xff" * 40, b"RIFF" * 10,
                b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7],
)  # fmt: skip
def test_what_says_no_length_is_not_cut(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(content)
    assert not is_cut_short(tmp_path / "a.mkv")
