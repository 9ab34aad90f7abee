"""The coded pictures of one video stream, by frame number, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, pairwise
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..errors import FrameUnreadable, MediaError, MediaUnreadable
from .container import main_stream, nominal_rate, open_container
from .index import FrameIndex, index_packets
from .info import ColourTags

# A frame this near ahead is decoded up to rather than sought.
_NEAR = 8
# How many keyframes back a frame is looked for before it counts as damaged.
_ATTEMPTS = 3
# What is decoded of an interlaced stream to see whether each packet holds a frame or a field.
_PROBED_FRAMES = 16


class _TimestampsMovedError(Exception):
    """After a seek, packets are not stamped as they were: some containers (MPEG-PS) only stamp a few of them."""


class Decoder:
    """Random access to the frames of a file's main video stream. Not thread-safe.

    Reading frame after frame keeps one decoder running; otherwise it seeks to a keyframe from which the frame can be
    decoded, and finds the frame by its timestamp. A stream whose timestamps are missing or ambiguous is numbered by
    decoding it once, and read from its beginning.

    Raises:
        MediaNotFound, MediaUnreadable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._current: tuple[int, VideoFrame] | None = None
        self._fed = -1
        self._trust_seeks = False
        self._open()
        try:
            self.index = self._build_index()
            self._trust_seeks = True
        except av.error.FFmpegError as error:
            self.close()
            raise self._unreadable(f"damaged ({error.strerror})") from error
        except MediaError:
            self.close()
            raise

    def frame(self, number: int) -> VideoFrame:
        """The picture as it is coded: neither upright nor RGB.

        Raises:
            FrameUnreadable: it cannot be decoded, or there is no such frame.
        """
        if not 0 <= number < len(self.index.pts):
            raise FrameUnreadable(
                f"{self.path}: there is no frame {number}; ask for one from 0 to {len(self.index.pts) - 1}"
            )
        try:
            if self._current is None or self._current[0] != number:
                self._current = self._find(number)
            if self._current[1].is_corrupt:
                raise FrameUnreadable(f"{self.path}: frame {number} is damaged; copy the file again")
            return self._current[1]
        except av.error.FFmpegError as error:
            self._current = None
            raise FrameUnreadable(f"{self.path}: frame {number} is damaged; copy the file again") from error

    def close(self) -> None:
        self._frames = iter(())
        self._current = None
        self.container.close()

    def _open(self) -> None:
        self.container = open_container(self.path)
        try:
            self.stream = main_stream(self.path, self.container)
            # Decoding overwrites them, and the bitstreams of ProRes and its like may say less than their container.
            context = self.stream.codec_context
            self.container_tags = ColourTags(
                int(context.color_primaries), int(context.color_trc), int(context.colorspace), int(context.color_range)
            )
            for stream in self.container.streams:
                stream.discard = Discard.default if stream.index == self.stream.index else Discard.all
        except MediaError:
            self.container.close()
            raise

    def _reopen(self) -> None:
        self.container.close()
        self._open()

    def _build_index(self) -> FrameIndex:
        declared = self._declared_packets()
        index = index_packets(self.container.demux(self.stream))
        if index is None:
            return self._count_frames(trust_timestamps=False)
        if self.stream.codec_context.name == "vp8":  # has packets that are never shown
            return self._count_frames(trust_timestamps=True)
        if index.packet_count < declared:
            raise self._unreadable(f"cut short: only {index.packet_count} of {declared} frames are there")
        if not index.pts:
            raise self._unreadable("empty: no pictures in it")
        # The opening's leading pictures may have nothing to lean on: the clip begins with what the decoder gives first.
        self.index = index
        self._frames = self._decode_from(next(index.starts_for(0)))
        opening = list(islice(self._frames, _PROBED_FRAMES if self._packets_may_not_be_frames() else 1))
        numbers = [number for number, _ in opening]
        if not opening or any(later - earlier != 1 for earlier, later in pairwise(numbers)):
            return self._count_frames(trust_timestamps=True)
        if len(opening) == 1:
            self._current = 0, opening[0][1]
        return index.from_pts(index.pts[numbers[0]])

    def _declared_packets(self) -> int:
        """How many the header promises: MP4 and MOV list them all, and end without an error where a file was cut."""
        if not self.container.format.name.startswith("mov"):
            return 0
        return sum(entry.size > 0 for entry in self.stream.index_entries)

    def _packets_may_not_be_frames(self) -> bool:
        """Fields have packets of their own in some streams."""
        return self.stream.codec_context.field_order not in (0, 1)

    def _count_frames(self, trust_timestamps: bool) -> FrameIndex:
        self.index = FrameIndex(())
        pts = [frame.pts for _, frame in self._decode_all()]
        if not pts:
            raise self._unreadable("damaged: none of its pictures can be decoded")
        rising = [p for p in pts if p is not None]
        if trust_timestamps and len(rising) == len(pts) and all(a < b for a, b in pairwise(rising)):
            return FrameIndex(rising)
        ticks = 1 / (nominal_rate(self.stream) * (self.stream.time_base or Fraction(1, 1000)))
        start = self.stream.start_time or 0
        return FrameIndex([start + round(number * ticks) for number in range(len(pts))])

    def _find(self, number: int) -> tuple[int, VideoFrame]:
        try:
            return self._search(number)
        except _TimestampsMovedError:
            self._trust_seeks = False
            self._current = None
        try:
            return self._search(number)
        except _TimestampsMovedError:
            raise FrameUnreadable(f"{self.path}: changed while it was being read; open it again") from None

    def _search(self, number: int) -> tuple[int, VideoFrame]:
        starts = list(islice(self.index.starts_for(number), _ATTEMPTS)) if self.index.seekable else [0]
        if self._current is not None and self._current[0] < number:
            near = number - self._current[0] <= _NEAR
            if (near or starts[0] <= self._fed or not self.index.seekable) and (found := self._advance(number)):
                return found
        for start in starts:
            self._frames = self._decode_from(start) if self.index.seekable else self._decode_all()
            if found := self._advance(number):
                return found
        raise FrameUnreadable(f"{self.path}: frame {number} is damaged; export the clip again, or leave that frame out")

    def _advance(self, number: int) -> tuple[int, VideoFrame] | None:
        self._current = None
        for found, frame in self._frames:
            if found >= number:
                return (found, frame) if found == number else None
        return None

    def _decode_from(self, packet_number: int) -> Iterator[tuple[int, VideoFrame]]:
        """Frames with their numbers, in display order, once the decoder has been fed from a keyframe on."""
        packets = self._packets_from(packet_number)
        for self._fed, packet in enumerate(packets, packet_number):
            for frame in _decode(packet):
                number = self.index.frame_at(frame.pts)
                if number is not None:
                    yield number, frame

    def _packets_from(self, packet_number: int) -> Iterator[Packet[VideoStream]]:
        """Packets from exactly this one on, wherever the container's own seeking lands."""
        packets, landed = self._packets_near(packet_number)
        for number, packet in enumerate(packets, landed):
            if packet.size and packet.pts != self.index.packet_pts(number):
                raise _TimestampsMovedError
            if number >= packet_number:
                yield packet

    def _packets_near(self, packet_number: int) -> tuple[Iterator[Packet[VideoStream]], int]:
        """Packets from this one or an earlier one on, and which one that is."""
        # Containers seek by dts, by pts, or not at all.
        for pts in islice(self.index.seek_points(packet_number), _ATTEMPTS if self._trust_seeks else 0):
            try:
                self.container.seek(pts, stream=self.stream)
            except av.error.FFmpegError:
                break
            packets = self.container.demux(self.stream)
            first = next(packets)
            landed = self.index.packet_at(first.pts)
            if landed is not None and landed <= packet_number:
                return chain([first], packets), landed
        self._reopen()
        return self.container.demux(self.stream), 0

    def _decode_all(self) -> Iterator[tuple[int, VideoFrame]]:
        self._reopen()
        decoded = (frame for packet in self.container.demux(self.stream) for frame in _decode(packet))
        yield from enumerate(decoded)

    def _unreadable(self, what: str) -> MediaUnreadable:
        return MediaUnreadable(f"{self.path}: {what}; copy or export it again")


def _decode(packet: Packet[VideoStream]) -> list[VideoFrame]:
    try:
        return packet.decode()
    except av.error.InvalidDataError:
        return []  # a damaged packet: its frames will be missing by number
