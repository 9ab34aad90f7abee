"""Which frames a stream holds and where its decoder can start: from its packets, without decoding them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from av.packet import Packet
from av.video.stream import VideoStream


class FrameIndex:
    """The frames of one stream in display order, and the packets they come from in decode order.

    Args:
        pts: of every frame, rising.
        packets: pts of every packet, in decode order; those that an edit list hides are among them.
        keyframes: which packets the decoder can start from. None at all: only by counting frames from the beginning.
    """

    def __init__(self, pts: Sequence[int], packets: Sequence[int] = (), keyframes: Sequence[int] = ()) -> None:
        self.pts = tuple(pts)
        self._packets = packets
        self._keyframes = sorted(keyframes, key=packets.__getitem__)
        self._keyframe_pts = [packets[packet] for packet in self._keyframes]
        self._frame_of = {pts: frame for frame, pts in enumerate(self.pts)}
        self._packet_of = {pts: packet for packet, pts in enumerate(packets)}

    @property
    def seekable(self) -> bool:
        return bool(self._keyframes)

    def frame_at(self, pts: int | None) -> int | None:
        return None if pts is None else self._frame_of.get(pts)

    def packet_at(self, pts: int | None) -> int | None:
        return None if pts is None else self._packet_of.get(pts)

    def packet_pts(self, packet: int) -> int | None:
        return self._packets[packet] if packet < len(self._packets) else None

    @property
    def packet_count(self) -> int:
        return len(self._packets)

    def starts_for(self, frame: int) -> Iterator[int]:
        """Packets to start decoding at so that `frame` comes out, the nearest first.

        The last keyframe shown at or before the frame, then, for a decoder that takes longer to recover (intra
        refresh), those before it. A keyframe shown after the frame never serves, though its packet may precede the
        frame's: in an open GOP the pictures shown before the keyframe lean on the GOP before.
        """
        count = max(1, bisect_right(self._keyframe_pts, self.pts[frame]))
        return reversed(self._keyframes[:count])

    def seek_points(self, packet: int) -> Iterator[int]:
        """Timestamps to seek to so as to land at or before a packet, the nearest first."""
        count = bisect_right(self._keyframe_pts, self._packets[packet])
        return reversed(self._keyframe_pts[:count])

    def from_pts(self, first: int) -> FrameIndex:
        """Without the frames before `first`."""
        return FrameIndex([pts for pts in self.pts if pts >= first], self._packets, self._keyframes)


def index_packets(packets: Iterable[Packet[VideoStream]]) -> FrameIndex | None:
    """The index of a stream's packets; None where their timestamps do not tell its frames apart."""
    order: list[int] = []
    keyframes: list[int] = []
    shown: list[int] = []
    for packet in packets:
        if packet.size == 0:  # PyAV's flush
            continue
        if packet.pts is None:
            return None
        if packet.is_keyframe:
            keyframes.append(len(order))
        if not packet.is_discard:
            shown.append(packet.pts)
        order.append(packet.pts)
    shown.sort()
    if any(earlier == later for earlier, later in pairwise(shown)):
        return None
    return FrameIndex(shown, order, keyframes or range(min(1, len(order))))
