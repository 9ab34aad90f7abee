from __future__ import annotations

from typing import cast

from av import Packet
from av.video.stream import VideoStream
from focuspuller.core.media.index import FrameIndex, index_packets

# An open GOP: two closed by keyframes at 0 and 8, where 6 and 7 are shown before the keyframe that they follow.
DECODE_ORDER = [0, 2, 1, 4, 3, 5, 8, 6, 7, 10, 9]
KEYFRAMES = {0, 8}


def packet(pts: int | None, keyframe: bool = False) -> Packet[VideoStream]:
    made = cast("Packet[VideoStream]", Packet(b"x"))
    made.pts, made.is_keyframe = pts, keyframe
    return made


def open_gop() -> FrameIndex:
    flush = cast("Packet[VideoStream]", Packet())
    index = index_packets([*(packet(pts, pts in KEYFRAMES) for pts in DECODE_ORDER), flush])
    assert index is not None
    return index


def test_frames_are_in_display_order() -> None:
    index = open_gop()
    assert index.pts == tuple(range(11))
    assert index.packet_count == 11
    assert [index.packet_at(pts) for pts in (0, 8, 6)] == [0, 6, 7]
    assert index.frame_at(12) is index.frame_at(None) is index.packet_at(None) is None


def test_pictures_before_an_open_keyframe_start_at_the_one_before() -> None:
    index = open_gop()
    for frame in range(8):
        assert list(index.starts_for(frame)) == [0]
    for frame in range(8, 11):
        assert list(index.starts_for(frame)) == [6, 0]


def test_pictures_before_the_first_keyframe_start_at_it() -> None:
    index = index_packets([packet(5, True), packet(3), packet(4), packet(6)])
    assert index is not None
    assert list(index.starts_for(0)) == [0]
    assert index.from_pts(5).pts == (5, 6)


def test_timestamps_that_do_not_tell_frames_apart() -> None:
    assert index_packets([packet(0, True), packet(None)]) is None
    assert index_packets([packet(0, True), packet(1), packet(1)]) is None


def test_without_keyframes_the_first_packet_serves() -> None:
    index = index_packets([packet(0), packet(1)])
    assert index is not None
    assert index.seekable
    assert list(index.starts_for(1)) == [0]
    assert not FrameIndex([0, 1]).seekable
