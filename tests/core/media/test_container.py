from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from focuspuller.core.errors import MediaNotFound, MediaUnreadable, UnsupportedFormat
from focuspuller.core.media.container import main_stream, nominal_rate, open_container
from focuspuller.core.media.open import probe

from tests.core.media.movies import codes_of, write_movie, write_still


def hostile(kind: str, folder: Path) -> Path:
    path = folder / "clip.mp4"
    match kind:
        case "random bytes":
            path.write_bytes(random.Random(3).randbytes(50_000))
        case "empty":
            path.write_bytes(b"")
        case "text":
            path = folder / "notes.txt"
            path.write_text("not a movie\n" * 200)
        case "playlist":
            write_movie(folder / "a.ts")
            path = folder / "clip.m3u8"
            path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.6,\na.ts\n#EXT-X-ENDLIST\n")
        case "list of files":
            write_movie(folder / "a.mp4")
            path.write_text("ffconcat version 1.0\nfile a.mp4\n")
        case "sound only":
            path = folder / "a.wav"
            with av.open(str(path), "w") as container:
                stream = container.add_stream("pcm_s16le", 48000)
                sound = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), layout="mono")
                sound.rate = 48000
                container.mux(stream.encode(sound))
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "random bytes",
        "empty",
        "text",
        "playlist",
        "list of files",
        "sound only",
    ],
)
def test_what_is_no_movie_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    path = hostile(kind, tmp_path)
    with pytest.raises(MediaUnreadable) as caught, open_container(path) as container:
        main_stream(path, container)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound, match=r"nothing\.mp4"):
        open_container(tmp_path / "nothing.mp4")


@pytest.mark.parametrize("name", ["a.0000.dpx", "a.%04d.dpx", "a.####.dpx"])
def test_pictures_that_sequences_are_not_read_of_are_no_movie(name: str, tmp_path: Path) -> None:
    for number in range(2):
        write_still(tmp_path / f"a.{number:04d}.dpx", codes_of(number, 8), "dpx", "rgb24")
    with pytest.raises(UnsupportedFormat, match="PNG, TIFF or EXR"):
        probe(tmp_path / name)
    with pytest.raises(MediaNotFound):
        probe(tmp_path / "b.%04d.dpx")


def test_a_path_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    movie = write_movie(tmp_path / "a.mp4", pts=range(3))
    odd = movie.rename(tmp_path / "concat:a|b.mp4")
    with open_container(Path(odd.name)) as container:
        assert main_stream(odd, container).frames == 3
    with pytest.raises(MediaNotFound):
        open_container(Path("http://127.0.0.1:9/a.mp4"))


def test_the_nominal_rate(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mp4", pts=range(0, 40 * 1001, 1001), time_base=Fraction(1, 30000))
    with open_container(path) as container:
        assert nominal_rate(main_stream(path, container)) == Fraction(30000, 1001)
