from __future__ import annotations

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from focuspuller.core.frames import Image
from focuspuller.core.media.sequence import SequenceReader
from focuspuller.core.media.video import VideoReader
from PIL import Image as Pillow
from PIL import ImageOps
from PIL.ImageCms import ImageCmsProfile, createProfile

from tests.core.media.movies import codes_of, picture, write_movie
from tests.core.media.outputs import read, write

ONE, UPRIGHT = 1 << 16, (1, 0, 0, 1)

TURNS: list[tuple[tuple[int, int, int, int], Callable[[Image], Image]]] = [
    ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
    ((-1, 0, 0, -1), lambda image: np.rot90(image, 2)),
    ((-1, 0, 0, 1), lambda image: image[:, ::-1]),
    ((1, 0, 0, -1), lambda image: image[::-1]),
    ((0, 1, 1, 0), lambda image: image.transpose(1, 0, 2)),
    ((0, -1, -1, 0), lambda image: image[::-1, ::-1].transpose(1, 0, 2)),
]
"""A player's matrix (where a step to the right goes, and one down), and what it makes of a picture."""


def boxed(matrix: tuple[int, int, int, int]) -> bytes:
    """As MP4 holds a matrix."""
    right_x, right_y, down_x, down_y = (ONE * number for number in matrix)
    return struct.pack(">9i", right_x, right_y, 0, down_x, down_y, 0, 0, 0, 1 << 30)


def oriented(source: Path, matrix: tuple[int, int, int, int]) -> Path:
    data = source.read_bytes()
    track = data.index(b"tkhd")
    path = source.with_name("oriented.mp4")
    path.write_bytes(data[:track] + data[track:].replace(boxed(UPRIGHT), boxed(matrix), 1))
    return path


@pytest.mark.parametrize(("matrix", "shown"), TURNS)
def test_a_movie_is_read_and_rendered_as_it_is_shown(
    matrix: tuple[int, int, int, int], shown: Callable[[Image], Image], tmp_path: Path
) -> None:
    source = write_movie(tmp_path / "a.mp4", pts=range(2))
    plain, reader = VideoReader(source), VideoReader(oriented(source, matrix))
    expected = shown(plain.read(1))
    assert (reader.height, reader.width) == expected.shape[:2]
    np.testing.assert_array_equal(reader.read(1), expected)
    images = [reader.read(index) for index in range(2)]
    _, rendered = read(write(tmp_path / "out.mov", reader.info, images))
    assert np.abs(rendered[1] - expected).mean() < 0.01
    plain.close()
    reader.close()


DECODED = """
import sys
sys.path.insert(0, sys.argv[1])
import av
import tests.conftest
from focuspuller.core.media.orientation import orientation_of
from focuspuller.core.media.side_data import side_data_of

container = av.open(sys.argv[2])
frame = next(container.decode(video=0))
side_data = side_data_of(frame, container.streams.video[0].codec_context.name)
print(orientation_of(frame, side_data).rotation)
"""


def test_a_movie_whose_pictures_name_an_icc_profile_is_read(tmp_path: Path) -> None:
    still, profile = io.BytesIO(), ImageCmsProfile(createProfile("sRGB"))
    Pillow.fromarray(codes_of(0, 8)).save(still, "PNG", icc_profile=profile.tobytes())
    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("png", 24)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 32, 24, "rgb24"
        stream.set_display_rotation(-90)
        packet = av.Packet(still.getvalue())
        packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 24)
        container.mux(packet)
    # In a process of its own, which would die.
    command = [sys.executable, "-c", DECODED, str(Path(__file__).parents[3]), str(tmp_path / "a.mov")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "90"


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_pictures_are_turned_as_their_exif_says(name: str, tmp_path: Path) -> None:
    still = Pillow.fromarray((picture(0) * 255).astype(np.uint8))
    for orientation in range(1, 9):
        exif = Pillow.Exif()
        exif[0x112] = orientation
        still.save(tmp_path / name, exif=exif)
        reader = SequenceReader(tmp_path / name)
        with Pillow.open(tmp_path / name) as saved:
            expected = np.asarray(ImageOps.exif_transpose(saved), np.float32) / 255
        assert (reader.height, reader.width) == expected.shape[:2]
        assert np.abs(reader.read(0) - expected).mean() < 0.02


def test_damaged_exif_turns_nothing(tmp_path: Path) -> None:
    still, exif = Pillow.fromarray(codes_of(0, 8)), Pillow.Exif()
    exif[0x112] = 6
    still.save(tmp_path / "a.jpg", exif=exif)
    data = (tmp_path / "a.jpg").read_bytes()
    directory = data.index(b"Exif\0\0") + 10
    (tmp_path / "a.jpg").write_bytes(data[:directory] + b"\xff" * 4 + data[directory + 4 :])
    reader = SequenceReader(tmp_path / "a.jpg")
    assert (reader.width, reader.height) == still.size
