"""The source's sound, copied packet by packet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Stream

from ..errors import MediaUnreadable
from .container import open_container

_MXF_SOUND = {"pcm_s16le", "pcm_s24le"}


def audio_codecs(path: Path) -> list[str]:
    """The codec of each audio stream.

    Raises:
        MediaNotFound, MediaUnreadable: it is gone or damaged.
    """
    with open_container(path) as container:
        return [stream.codec_context.codec.canonical_name for stream in known_sound(container)]


def known_sound(container: InputContainer) -> list[AudioStream]:
    """The audio streams that can be copied: of a format that FFmpeg has no name for, nothing can be told."""
    # PyAV's types promise a codec for every stream; one that FFmpeg does not know has none.
    return [stream for stream in container.streams.audio if getattr(stream, "codec_context", None) is not None]


def carries(muxer: str, codec: str) -> bool:
    """Whether a container (FFmpeg's name of its muxer) can hold packets of an audio codec."""
    if muxer == "mxf":
        return codec in _MXF_SOUND
    with av.open(io.BytesIO(), "w", format=muxer) as container:
        return codec in container.supported_codecs


class AudioCopy:
    """Every audio stream of `source`, handed to an output in step with the pictures.

    Packets go over byte for byte, with their own timestamps. When a part of the clip is rendered, the packets that
    start in [start, stop) seconds go with it; None leaves that end open.
    """

    def __init__(self, source: Path, start: Fraction | None, stop: Fraction | None) -> None:
        self._source = source
        self._input = open_container(source)
        self._start = start
        self._stop = stop

    @property
    def clocks(self) -> list[int]:
        """Ticks a second that the source's packets are timed in, by stream."""
        return [stream.time_base.denominator for stream in known_sound(self._input) if stream.time_base]

    def add_to(self, output: OutputContainer) -> None:
        """Announce the streams to a container whose header is not yet written."""
        self._output = output
        self._streams = {}
        for stream in known_sound(self._input):
            copy = output.add_stream_from_template(stream)
            copy.metadata.update(stream.metadata)
            copy.disposition = stream.disposition
            self._streams[stream.index] = copy
        self._packets = self._selected()
        self._next = next(self._packets, None)

    def mux_until(self, moment: Fraction | None) -> None:
        """Hand over the packets due by `moment` (seconds), or all that are left."""
        while self._next is not None and (moment is None or self._next[0] <= moment):
            self._output.mux(self._next[1])
            self._next = next(self._packets, None)

    def close(self) -> None:
        self._input.close()

    def _selected(self) -> Iterator[tuple[Fraction, av.Packet[Stream]]]:
        """(start in seconds, packet) of what goes over, in the source's order."""
        try:
            for packet in self._input.demux(known_sound(self._input)):
                ticks = packet.dts if packet.pts is None else packet.pts
                if ticks is None:
                    continue  # the end of a stream
                moment = ticks * packet.time_base
                if (self._start is None or moment >= self._start) and (self._stop is None or moment < self._stop):
                    packet.stream = self._streams[packet.stream.index]
                    yield moment, packet
        except av.FFmpegError as error:
            raise MediaUnreadable(
                f"{self._source}: its sound is damaged ({error.strerror}); repair the file or render without it"
            ) from error
