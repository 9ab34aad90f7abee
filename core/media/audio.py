"""The source's sound, copied packet by packet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Discard, Stream

from ..errors import MediaUnreadable
from .codecs import MUXERS
from .container import main_stream, open_container

MXF_SOUND = {"pcm_s16le": 2, "pcm_s24le": 3}
"""Bytes a sample of each codec that MXF carries."""
_MXF_RATE = 48000

_SEEKING = ("mov", "matroska", "mxf")
"""Demuxers, by how their names begin, that stamp packets after a seek as they do without one."""
_LEAD = Fraction(5)
"""Seconds before the start that reading begins: more than streams lie apart in a file."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One audio stream: its codec, that codec's decoder (both FFmpeg's names), and samples a second."""

    codec: str
    decoder: str
    rate: int


def sounds_of(path: Path) -> list[Sound]:
    """The audio streams that can be copied.

    Raises:
        MediaNotFound, MediaUnreadable: it is gone or damaged.
    """
    with open_container(path) as container:
        return [_sound(stream) for stream in known_sound(container)]


def known_sound(container: InputContainer) -> list[AudioStream]:
    """The audio streams that can be copied: whose format FFmpeg has a name for, and some container of ours holds."""
    # PyAV's types promise a codec for every stream; one that FFmpeg does not know has none.
    named = [stream for stream in container.streams.audio if getattr(stream, "codec_context", None) is not None]
    return [stream for stream in named if any(carries(muxer, _sound(stream)) for muxer in MUXERS.values())]


def carries(muxer: str, sound: Sound) -> bool:
    """Whether a container (FFmpeg's name of its muxer) can hold an audio stream's packets."""
    if muxer == "mxf":
        return sound.codec in MXF_SOUND and sound.rate == _MXF_RATE
    return sound.decoder in _decoders_of(muxer)


def _sound(stream: AudioStream) -> Sound:
    codec = stream.codec_context.codec
    return Sound(codec.canonical_name, codec.name, stream.codec_context.sample_rate)


@cache
def _decoders_of(muxer: str) -> frozenset[str]:
    """FFmpeg lists what a container holds by encoders and decoders, whose names may not be their codec's."""
    with av.open(io.BytesIO(), "w", format=muxer) as container:
        return frozenset(container.supported_codecs)


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
        for start, packet in self._due(moment):
            self._hand_over(start, packet)

    def close(self) -> None:
        self._input.close()

    def _hand_over(self, start: Fraction, packet: av.Packet[Stream]) -> None:
        packet.stream = self._streams[packet.stream.index]
        self._output.mux(packet)

    def _due(self, moment: Fraction | None) -> Iterator[tuple[Fraction, av.Packet[Stream]]]:
        while self._next is not None and (moment is None or self._next[0] <= moment):
            yield self._next
            self._next = next(self._packets, None)

    def _selected(self) -> Iterator[tuple[Fraction, av.Packet[Stream]]]:
        """(start in seconds, packet) of what goes over, in the source's order."""
        unfinished = set(self._streams)
        try:
            self._skip_the_rest()
            for packet in self._input.demux(known_sound(self._input)):
                ticks = packet.dts if packet.pts is None else packet.pts
                if ticks is None:
                    continue  # the end of a stream
                moment = ticks * packet.time_base
                if self._stop is not None and moment >= self._stop:
                    unfinished.discard(packet.stream.index)
                    if not unfinished:
                        return
                elif self._start is None or moment >= self._start:
                    yield moment, packet
        except av.FFmpegError as error:
            raise MediaUnreadable(
                f"{self._source}: its sound is damaged ({error.strerror}); repair the file or render without it"
            ) from error

    def _skip_the_rest(self) -> None:
        """Read neither what lies well before the start nor, where the container can tell, any pictures."""
        if self._start is not None and self._input.format.name.startswith(_SEEKING):
            self._seek_before(self._start)
        for stream in self._input.streams:
            stream.discard = Discard.default if stream.index in self._streams else Discard.all

    def _seek_before(self, start: Fraction) -> None:
        video = main_stream(self._source, self._input)
        if video.time_base is None or video.start_time is None:
            return
        before = int((start - _LEAD) / video.time_base)
        # A stream that begins later than what is sought would take the others along to its beginning.
        if before > video.start_time:
            try:
                self._input.seek(before, stream=video)
            except av.FFmpegError:  # then from the beginning
                self._input.close()
                self._input = open_container(self._source)
