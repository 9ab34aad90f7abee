from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from focuspuller.core.errors import OutputUnwritable, UnsupportedFormat
from focuspuller.core.frames import Image
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.open import probe
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format, disparity_format
from focuspuller.core.media.video import VideoReader

from tests.core.media.movies import picture
from tests.core.media.outputs import BT709, chart, clip, pictures, psnr, read, rgb_clip, small_disk, write

VARIABLE = (1000, 1100, 1150, 1400, 1433, 1500, 1501, 2000)


@pytest.mark.parametrize(
    ("name", "codec", "least"),
    [
        ("a.mp4", "h264", 38),
        ("a.mkv", "h264", 38),
        ("a.mp4", "h265", 42),
        ("a.mov", "prores422", 46),
        ("a.mov", "prores4444", 50),
        ("a.mov", "dnxhr", 42),
        ("a.mxf", "dnxhr", 42),
        ("a.mkv", "ffv1", 60),
        ("a.%04d.png", "png16", 95),
        ("a.%04d.exr", "exr", 65),
        ("folder", "png16", 95),
    ],
)
def test_every_codec_comes_back(tmp_path: Path, name: str, codec: str, least: float) -> None:
    info = clip(length=4, size=(256, 120))
    images = pictures(info)
    found, again = read(write(tmp_path / name, info, images, codec))
    assert len(again) == 4
    assert psnr(images, again) > least
    if name.startswith("a.m"):
        assert found.colour == BT709
        assert [p * found.time_base for p in found.pts] == [Fraction(round(i * 1000 / 24), 1000) for i in range(4)] or [
            p * found.time_base for p in found.pts
        ] == [Fraction(i, 24) for i in range(4)]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("bit_depth", [8, 10, 16])
def test_ffv1_of_rgb_is_exact(tmp_path: Path, bit_depth: int) -> None:
    info = rgb_clip(bit_depth, length=3)
    images = [chart(index, 96, 64, 2**bit_depth - 1) for index in range(3)]
    found, again = read(write(tmp_path / "a.mkv", info, images))
    assert found.bit_depth == bit_depth
    for image, read_again in zip(images, again, strict=True):
        np.testing.assert_array_equal(image, read_again)


@pytest.mark.parametrize("bit_depth", [8, 16])
def test_png16_is_exact(tmp_path: Path, bit_depth: int) -> None:
    info = rgb_clip(bit_depth, length=3)
    images = [chart(index, 96, 64, 2**bit_depth - 1) for index in range(3)]
    _, again = read(write(tmp_path / "a.%04d.png", info, images))
    for image, read_again in zip(images, again, strict=True):
        np.testing.assert_array_equal(np.round(image * 65535), np.round(read_again * 65535))


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_chart_of_rgb_is_within_one_code(tmp_path: Path, name: str) -> None:
    info = rgb_clip(length=3, size=(256, 128))
    images = [chart(index, 256, 128, 255) for index in range(3)]
    found, again = read(write(tmp_path / name, info, images))
    assert "444" in found.pixel_format
    assert np.abs(np.asarray(images) - np.asarray(again)).mean() <= 1 / 255


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "h264"), ("a.mp4", "h265"), ("a.mov", "prores422"), ("a.mov", "dnxhr")]
)
def test_ten_bits_stay_ten(tmp_path: Path, name: str, codec: str) -> None:
    info = clip(length=2, size=(256, 120), pixel_format="yuv420p10le", bit_depth=10)
    found, _ = read(write(tmp_path / name, info, pictures(info), codec))
    assert found.bit_depth == 10


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotation_is_carried_and_pictures_stay_upright(tmp_path: Path, name: str, rotation: int) -> None:
    info = clip(length=2, rotation=rotation, pixel_aspect=Fraction(4, 3))
    images = pictures(info)
    found, again = read(write(tmp_path / name, info, images, "h264"))
    assert (found.rotation, found.width, found.height) == (rotation, 96, 64)
    assert found.pixel_aspect == Fraction(4, 3)
    assert psnr(images, again) > 36


def test_h265_is_named_as_apples_players_expect(tmp_path: Path) -> None:
    info = clip(length=3)
    with av.open(str(write(tmp_path / "a.mp4", info, pictures(info), "h265"))) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"


@pytest.mark.parametrize("codec", ["h264", "h265", "prores422", "dnxhr", "ffv1"])
@pytest.mark.parametrize("length", [1, 2])
def test_the_shortest_clips(tmp_path: Path, codec: str, length: int) -> None:
    info = clip(length, size=(256, 120))
    _, again = read(write(tmp_path / ("a.mkv" if codec == "ffv1" else "a.mov"), info, pictures(info), codec))
    assert len(again) == length


@pytest.mark.parametrize("name", ["a.mxf", "a.%04d.png"])
def test_pictures_are_stored_upright_where_rotation_is_not_carried(tmp_path: Path, name: str) -> None:
    info = clip(length=2, size=(260, 256), rotation=90)
    images = pictures(info)
    found, again = read(write(tmp_path / name, info, images))
    assert (found.rotation, found.width, found.height) == (0, 260, 256)
    assert psnr(images, again) > 40


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "h264"), ("a.mov", "h265"), ("a.mov", "prores422")])
@pytest.mark.parametrize("time_base", [Fraction(1, 1000), Fraction(1, 90000), Fraction(1001, 30000)])
def test_every_timestamp_is_exact(tmp_path: Path, name: str, codec: str, time_base: Fraction) -> None:
    info = clip(pts=VARIABLE, time_base=time_base)
    found, again = read(write(tmp_path / name, info, pictures(info), codec))
    assert [p * found.time_base for p in found.pts] == [p * time_base for p in VARIABLE]
    assert len(again) == len(VARIABLE)


@pytest.mark.parametrize("codec", ["h264", "ffv1"])
def test_matroska_rounds_to_its_millisecond(tmp_path: Path, codec: str) -> None:
    info = clip(pts=tuple(3003 * i + 900 for i in range(8)), time_base=Fraction(1, 90000))
    found, _ = read(write(tmp_path / "a.mkv", info, pictures(info), codec))
    assert max(abs(f * found.time_base - p * info.time_base) for f, p in zip(found.pts, info.pts, strict=True)) <= (
        Fraction(1, 2000)
    )


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "h264"), ("a.mov", "prores422"), ("a.mkv", "h264")])
def test_frames_before_zero_are_kept_at_their_distances(tmp_path: Path, name: str, codec: str) -> None:
    info = clip(pts=(-500, -400, -300, 0, 10), time_base=Fraction(1, 1000))
    found, again = read(write(tmp_path / name, info, pictures(info), codec))
    assert [(p - found.pts[0]) * found.time_base * 1000 for p in found.pts] == [0, 100, 200, 500, 510]
    assert psnr(again, pictures(info)) > 36


def test_tags_timecode_and_metadata_are_carried(tmp_path: Path) -> None:
    pq = ColourTags(primaries=9, transfer=16, matrix=9, range=1)
    notes = {"title": "Ж é", "comment": "x", "com.apple.quicktime.make": "Lens & Co", "major_brand": "isom"}
    info = clip(colour=pq, timecode="01:00:00:00", metadata=notes)
    for name in ("a.mp4", "a.mov", "a.mkv"):
        target = write(tmp_path / name, info, pictures(info)[2:5], "h264", frames=range(2, 5))
        with av.open(str(target)) as container:
            found = {key.lower(): value for key, value in container.metadata.items()}
        assert {key: found[key] for key in notes if key != "major_brand"} == {
            key: value for key, value in notes.items() if key != "major_brand"
        }
        assert found["timecode"] == "01:00:00:02"
        assert probe(target).colour == pq


def test_a_part_keeps_its_own_timestamps(tmp_path: Path) -> None:
    info = clip(pts=VARIABLE, time_base=Fraction(1, 1000))
    found, again = read(write(tmp_path / "a.mov", info, pictures(info)[3:6], frames=range(3, 6)))
    assert found.pts == VARIABLE[3:6]
    assert psnr(again, pictures(info)[3:6]) > 40


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("a.mp4", "h264"), ("a.mp4", "h265"), ("a.mov", "prores422"), ("a.mov", "prores4444"), ("a.mov", "dnxhr")),
        *(("a.mxf", "dnxhr"), ("a.mkv", "ffv1")),
    ],
)
def test_the_same_frames_give_the_same_bytes(tmp_path: Path, name: str, codec: str) -> None:
    info = clip(length=5, size=(256, 120), timecode="00:00:10:00", metadata={"title": "t"})
    digests = set()
    for run in range(2):
        (tmp_path / str(run)).mkdir()
        target = write(tmp_path / str(run) / name, info, pictures(info), codec)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


TARGETS = ["a.mov", "a.mp4", "a.mkv", "a.%04d.png", "folder", "new/a.%04d.exr"]


@pytest.mark.parametrize("name", TARGETS)
def test_an_exception_leaves_nothing(tmp_path: Path, name: str) -> None:
    info = clip()
    target = tmp_path / name

    def interrupted() -> Iterator[Image]:
        yield from pictures(info)[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(target, info, interrupted())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TARGETS)
def test_too_few_frames_leave_nothing(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with pytest.raises(ValueError, match="got 1 of 8"):
        write(target, clip(), [picture(0, 96, 64)])
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    info = clip(length=2)
    target = tmp_path / "a.mov"
    target.write_bytes(b"old")
    with open_writer(target, choose_format(None, target, info), info) as writer:
        for image in pictures(info):
            writer.write(image)
        assert target.read_bytes() == b"old"
    assert len(read(target)[1]) == 2


@pytest.mark.parametrize("name", ["missing/a.mov", "missing/deeper/a.%04d.png", "file/a.mov"])
def test_no_folder_is_unwritable(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / name
    info = clip()
    with pytest.raises(OutputUnwritable) as caught:
        open_writer(target, choose_format(None, target, info), info)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.mov", "a.mkv", "a.%04d.png", "a.%04d.exr"])
@pytest.mark.parametrize("room", [100, 30000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str, room: int) -> None:
    info = clip(length=12, size=(320, 240))
    with small_disk(room), pytest.raises(OutputUnwritable, match=os.strerror(errno.EFBIG)):
        write(tmp_path / name, info, pictures(info))
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tests.conftest
from tests.core.media.outputs import clip, pictures, write

os.fsync = lambda _: os._exit(9)
write(Path(sys.argv[2]), clip(), pictures(clip()))
"""


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    target = tmp_path / "a.mov"
    root = str(Path(__file__).parents[3])
    subprocess.run([sys.executable, "-c", KILLED, root, str(target)], check=False)
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    info = clip(length=2)
    write(target, info, pictures(info))
    assert [path.name for path in tmp_path.iterdir()] == ["a.mov"]


def test_maps_come_back_to_the_sixteenth_bit_and_at_their_own_times(tmp_path: Path) -> None:
    target = tmp_path / "a.mkv"
    info = clip(length=3, size=(43, 31), pts=(5, 6, 9))
    codes = np.random.default_rng(0).integers(0, 65536, (3, 31, 43)).astype(np.float32)
    codes[0, 0, :2] = 0, 65535
    with open_writer(target, disparity_format(target), info) as writer:
        for image in codes / 65535:
            writer.write(image)
    reader = VideoReader(target)
    assert (reader.info.pixel_format, reader.info.codec, reader.info.colour.range) == ("gray16le", "ffv1", 2)
    np.testing.assert_array_equal(np.round([reader.read_luma(i) * 65535 for i in range(3)]), codes)
    times = [(pts - reader.info.pts[0]) * reader.info.time_base for pts in reader.info.pts]
    assert [round(24 * time) for time in times] == [0, 1, 4]
    with pytest.raises(UnsupportedFormat, match=r"a\.mkv"):
        disparity_format(tmp_path / "a.mov")
