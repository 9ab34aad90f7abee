from __future__ import annotations

import random
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from focuspuller.core.errors import FrameUnreadable, MediaUnreadable
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.open import probe
from focuspuller.core.media.video import VideoReader

from tests.core.media.movies import HEIGHT, LENGTH, WIDTH, picture, write_movie

OPEN_GOP = {"x264-params": "open-gop=1:keyint=8:min-keyint=8:scenecut=0:bframes=3:b-adapt=0", "crf": "20"}
VARIABLE = [0, 7, 11, 12, 40, 41, 90, 100, 101, 150, *range(200, 200 + 30 * 13, 13)]


def test_the_frames_are_the_ones_that_were_written(tmp_path: Path) -> None:
    reader = VideoReader(write_movie(tmp_path / "a.mkv", "ffv1", "bgr0"))
    for index in (0, 17, LENGTH - 1, 3):
        assert np.abs(reader.read(index) - picture(index)).max() <= 0.51 / 255
    reader.close()


def test_timestamps_of_a_variable_frame_rate_are_kept(tmp_path: Path) -> None:
    reader = VideoReader(write_movie(tmp_path / "a.mp4", options={"bf": "2"}, pts=VARIABLE, time_base=Fraction(1, 600)))
    info = reader.info
    assert [pts * info.time_base for pts in info.pts] == [Fraction(pts, 600) for pts in VARIABLE]
    reader.close()


def test_a_start_offset_is_kept(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mkv", pts=range(75, 75 + LENGTH))
    reader = VideoReader(path)
    assert reader.info.pts[0] * reader.info.time_base == 3
    assert np.abs(reader.read(0) - picture(0)).mean() < 0.05
    reader.close()


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_pictures_are_upright(rotation: int, tmp_path: Path) -> None:
    reader = VideoReader(write_movie(tmp_path / "a.mp4", rotation=rotation, options={"crf": "10"}))
    upright = np.rot90(picture(4), -(rotation // 90))
    assert reader.info.rotation == rotation
    assert (reader.height, reader.width) == upright.shape[:2]
    image = reader.read(4)
    assert np.abs(image - upright).mean() < 0.03
    assert image.flags.c_contiguous
    reader.close()


@pytest.mark.parametrize(
    ("codec", "pixel_format", "name", "options"),
    [
        ("libx264", "yuv420p", "a.mp4", {"qp": "4"}),
        ("libx265", "yuv420p10le", "a.mp4", {"x265-params": "qp=4:log-level=none"}),
        ("prores_ks", "yuv422p10le", "a.mov", {"profile": "3"}),
        ("ffv1", "yuv420p", "a.mkv", {}),
        ("ffv1", "yuv422p12le", "a.mkv", {}),
    ],
)
def test_chroma_lies_where_it_was_sited(
    codec: str, pixel_format: str, name: str, options: dict[str, str], tmp_path: Path
) -> None:
    size = (256, 64)
    reader = VideoReader(write_movie(tmp_path / name, codec, pixel_format, options=options, pts=[0], size=size))
    # Half a pixel off would cost 3/255 in the mean.
    assert np.abs(reader.read(0) - picture(0, *size))[8:-8, 8:-8].mean() < 1 / 255
    reader.close()


def test_info_says_what_the_file_says(tmp_path: Path) -> None:
    tags = ColourTags(9, 14, 9, 1)
    path = write_movie(
        tmp_path / "a.mov",
        "prores_ks",
        "yuv422p10le",
        tags=tags,
        metadata={"title": "A Shot", "timecode": "10:00:00:00"},
        container_options={"movflags": "use_metadata_tags"},
    )
    reader = VideoReader(path)
    info = reader.info
    assert (info.width, info.height, info.frame_count) == (WIDTH, HEIGHT, LENGTH)
    assert (info.codec, info.pixel_format, info.bit_depth, info.colour) == ("prores", "yuv422p10le", 10, tags)
    assert (info.rate, info.pixel_aspect) == (Fraction(25), Fraction(1))
    assert (info.rotation, info.audio_streams) == (0, 0)
    assert info.timecode == "10:00:00:00"
    assert info.metadata["title"] == "A Shot"
    assert reader.name == str(path)
    reader.close()


@pytest.mark.parametrize(("flags", "interlaced"), [("+ildct+ilme", True), ("+bitexact", False)])
def test_fields_are_told_from_whole_pictures(flags: str, interlaced: bool, tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mkv", "mpeg2video", options={"flags": flags}, pts=range(3))
    assert probe(path).interlaced is interlaced


def test_threads_may_share_a_reader(tmp_path: Path) -> None:
    reader = VideoReader(write_movie(tmp_path / "a.mov", options=OPEN_GOP))
    expected = [reader.read(index) for index in range(LENGTH)]
    wrong: list[int] = []

    def read_all(seed: int) -> None:
        for index in random.Random(seed).sample(range(LENGTH), 15):
            if not np.array_equal(reader.read(index), expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=read_all, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    reader.close()


@pytest.mark.parametrize("index", [-1, LENGTH])
def test_there_is_no_such_frame(index: int, tmp_path: Path) -> None:
    reader = VideoReader(write_movie(tmp_path / "a.mp4"))
    with pytest.raises(FrameUnreadable, match=rf"a\.mp4.*frame {index}\b.*0 to {LENGTH - 1}"):
        reader.read(index)
    reader.close()


def test_a_last_frame_that_is_held_is_no_missing_end(tmp_path: Path) -> None:
    """A screen recording ends so, and what a container says of its length includes it."""
    source, held = write_movie(tmp_path / "a.mkv", "ffv1", "yuv420p"), tmp_path / "held.mkv"
    with av.open(str(source)) as read, av.open(str(held), "w") as written:
        copy = written.add_stream_from_template(read.streams.video[0])
        packets = [packet for packet in read.demux(video=0) if packet.size]
        packets[-1].duration = round(3 / packets[-1].time_base)
        for packet in packets:
            packet.stream = copy
            written.mux(packet)
    reader = VideoReader(held)
    assert len(reader) == LENGTH
    reader.close()


def test_a_length_that_no_movie_has_is_not_believed(tmp_path: Path) -> None:
    whole, told = write_movie(tmp_path / "a.mkv", "ffv1", "yuv420p"), tmp_path / "told.mkv"
    with av.open(str(whole)) as read, av.open(str(told), "w") as written:
        copy = written.add_stream_from_template(read.streams.video[0])
        copy.metadata["DURATIOM"] = f"{'9' * 400}:00:00.0"
        for packet in read.demux(video=0):
            if packet.size:
                packet.stream = copy
                written.mux(packet)
    told.write_bytes(told.read_bytes().replace(b"DURATION", b"DURATIOS").replace(b"DURATIOM", b"DURATION"))
    reader = VideoReader(told)
    assert len(reader) == LENGTH
    reader.close()


def test_a_matroska_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_movie(tmp_path / "whole.mkv", "ffv1", "yuv420p").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaUnreadable, match=r"cut\.mkv is cut short: it holds 0\.\d+ of 1\.60 seconds"):
        VideoReader(cut)
