from __future__ import annotations

import contextlib
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from focuspuller.core.errors import FrameUnreadable, MediaError, MediaUnreadable
from focuspuller.core.frames import Image
from focuspuller.core.media.colour import to_rgb
from focuspuller.core.media.decoder import Decoder
from focuspuller.core.media.info import ColourTags
from numpy.typing import NDArray

from tests.core.media.movies import HEIGHT, LENGTH, WIDTH, picture, write_movie

Codes = NDArray[np.generic]

OPEN_GOP_H264 = {"x264-params": "open-gop=1:keyint=8:min-keyint=8:scenecut=0:bframes=3:b-adapt=0", "crf": "20"}
OPEN_GOP_H265 = {"x265-params": "open-gop=1:keyint=8:min-keyint=8:scenecut=0:bframes=3:b-adapt=0:log-level=none"}
INTRA_REFRESH = {"x264-params": "intra-refresh=1:keyint=12:bframes=0", "crf": "20"}
VARIABLE = [0, 7, 11, 12, 40, 41, 90, 100, 101, 150, *range(200, 200 + 30 * 13, 13)]


def make(kind: str, folder: Path) -> Path:
    match kind:
        case "open-GOP H.265 mp4":
            return write_movie(folder / "a.mp4", "libx265", options=OPEN_GOP_H265)
        case "open-GOP H.265 10-bit mkv":
            return write_movie(folder / "a.mkv", "libx265", "yuv420p10le", options=OPEN_GOP_H265)
        case "open-GOP H.264 mov":
            return write_movie(folder / "a.mov", options=OPEN_GOP_H264)
        case "H.264 transport stream":
            options = {"g": "10", "bf": "3"}
            return write_movie(folder / "a.ts", options=options, pts=range(9000, 9000 + LENGTH))
        case "transport stream across the clock's wrap":
            wrapping = range(2**33 - 17 * 3600, 2**33 + (LENGTH - 17) * 3600, 3600)
            options = {"g": "10", "bf": "2"}
            return write_movie(folder / "a.ts", options=options, pts=wrapping, time_base=Fraction(1, 90000))
        case "open-GOP H.265 transport stream":
            return write_movie(folder / "a.ts", "libx265", options=OPEN_GOP_H265)
        case "intra refresh":
            return write_movie(folder / "a.mkv", options=INTRA_REFRESH)
        case "variable frame rate":
            options = {"g": "9", "bf": "2"}
            return write_movie(folder / "a.mp4", options=options, pts=VARIABLE, time_base=Fraction(1, 600))
        case "variable frame rate mkv":
            return write_movie(folder / "a.mkv", options={"g": "9"}, pts=VARIABLE, time_base=Fraction(1, 1000))
        case "MPEG-2 program stream":
            return write_movie(folder / "a.mpg", "mpeg2video", options={"g": "9", "bf": "2", "qscale": "2"})
        case "interlaced MPEG-2 transport stream":
            options = {"g": "9", "bf": "2", "qscale": "2", "flags": "+ilme+ildct", "top": "1"}
            return write_movie(folder / "a.ts", "mpeg2video", options=options)
        case "MPEG-4 in AVI":
            return write_movie(folder / "a.avi", "mpeg4", options={"g": "9", "bf": "2", "qscale": "2"})
        case "bare H.264":
            return write_movie(folder / "a.h264", options={"g": "9", "bf": "2"})
        case "VP9":
            return write_movie(folder / "a.webm", "libvpx-vp9", options={"g": "9", "deadline": "realtime"})
        case "VP8":
            return write_movie(folder / "a.webm", "libvpx", options={"g": "30", "deadline": "realtime"})
        case "ProRes":
            return write_movie(folder / "a.mov", "prores_ks", "yuv422p10le")
    raise AssertionError(kind)


def decoded_in_one_go(path: Path) -> list[Codes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(container.streams.video[0])]


def rgb(frame: VideoFrame) -> Image:
    return to_rgb(frame, VideoReformatter(), ColourTags(1, 1, 1, 1))


@pytest.mark.parametrize(
    "kind",
    [
        "open-GOP H.265 mp4",
        "open-GOP H.265 10-bit mkv",
        "open-GOP H.264 mov",
        "H.264 transport stream",
        "transport stream across the clock's wrap",
        "open-GOP H.265 transport stream",
        "intra refresh",
        "variable frame rate",
        "variable frame rate mkv",
        "MPEG-2 program stream",
        "interlaced MPEG-2 transport stream",
        "MPEG-4 in AVI",
        "bare H.264",
        "VP9",
        "VP8",
        "ProRes",
    ],
)
def test_random_access_equals_sequential_decoding(kind: str, tmp_path: Path) -> None:
    path = make(kind, tmp_path)
    decoder = Decoder(path)
    expected = decoded_in_one_go(path)
    assert len(decoder.index.pts) == len(expected) == LENGTH
    order = [*range(LENGTH), *reversed(range(LENGTH))]
    order += random.Random(0).sample(range(LENGTH), LENGTH)
    for index in order:
        np.testing.assert_array_equal(decoder.frame(index).to_ndarray(), expected[index], err_msg=f"frame {index}")
    decoder.close()


def test_frames_that_an_edit_list_hides_are_not_there(tmp_path: Path) -> None:
    whole = write_movie(tmp_path / "whole.mp4", options={"g": "20", "bf": "2"})
    trimmed = tmp_path / "trimmed.mp4"
    # A muxer writes an edit list that skips what lies before time 0.
    with av.open(str(whole)) as source, av.open(str(trimmed), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                ticks = round(5 / (25 * packet.time_base))
                assert packet.pts is not None
                assert packet.dts is not None
                packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
                packet.stream = stream
                target.mux(packet)
    decoder = Decoder(trimmed)
    assert len(decoder.index.pts) == LENGTH - 5
    assert decoder.index.pts[0] == 0
    for index in (0, 20, 3, LENGTH - 6):
        assert np.abs(rgb(decoder.frame(index)) - picture(index + 5)).mean() < 0.05
    decoder.close()


def test_a_stream_that_begins_inside_a_gop_starts_at_what_can_be_decoded(tmp_path: Path) -> None:
    whole = make("open-GOP H.265 transport stream", tmp_path)
    cut = tmp_path / "cut.ts"
    with av.open(str(whole)) as source, av.open(str(cut), "w") as target:
        video = source.streams.video[0]
        stream = target.add_stream_from_template(video)
        packets = [packet for packet in source.demux(video) if packet.size]
        second = [number for number, packet in enumerate(packets) if packet.is_keyframe][1]
        for packet in packets[second - 2 :]:
            packet.stream = stream
            target.mux(packet)
    decoder = Decoder(cut)
    expected = decoded_in_one_go(cut)
    assert len(decoder.index.pts) == len(expected)
    for index in reversed(range(len(expected))):
        np.testing.assert_array_equal(decoder.frame(index).to_ndarray(), expected[index])
    decoder.close()


def test_a_damaged_frame_is_named_and_the_others_can_be_read(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mov", "prores_ks", "yuv422p10le", pts=range(8))
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
    position, size = packets[3].pos, packets[3].size
    assert position is not None
    with path.open("r+b") as file:
        file.seek(position)
        file.write(bytes(size))
    decoder = Decoder(path)
    with pytest.raises(FrameUnreadable, match=r"a\.mov: frame 3"):
        decoder.frame(3)
    for index in (4, 7, 2):
        assert np.abs(rgb(decoder.frame(index)) - picture(index)).mean() < 0.05
    decoder.close()


def test_noise_in_a_movie_never_escapes_as_another_error(tmp_path: Path) -> None:
    whole = make("open-GOP H.264 mov", tmp_path).read_bytes()
    rng = random.Random(5)
    for attempt in range(12):
        broken = bytearray(whole)
        for _ in range(30):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path = tmp_path / f"{attempt}.mov"
        path.write_bytes(broken)
        try:
            decoder = Decoder(path)
        except MediaError:
            continue
        for index in rng.sample(range(len(decoder.index.pts)), min(6, len(decoder.index.pts))):
            with contextlib.suppress(FrameUnreadable):
                assert rgb(decoder.frame(index)).shape == (HEIGHT, WIDTH, 3)
        decoder.close()


@pytest.mark.parametrize("front", [True, False])
def test_a_movie_that_was_cut_short_is_refused(front: bool, tmp_path: Path) -> None:
    options = {"movflags": "faststart"} if front else {}
    whole = write_movie(tmp_path / "a.mp4", container_options=options).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(MediaUnreadable, match=rf"^{path}: .*{'cut short' if front else 'damaged'}"):
        Decoder(path)


def test_a_transport_stream_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.ts", options={"g": "10", "bf": "2"})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    decoder = Decoder(path)
    assert 10 < len(decoder.index.pts) < LENGTH
    assert np.abs(rgb(decoder.frame(10)) - picture(10)).mean() < 0.05
    decoder.close()
