"""Sound for MXF, which has no timestamps: exactly as long as the pictures, silent where the source has none."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Stream

from .audio import MXF_SOUND, AudioCopy

_LONGEST = Fraction(2)
"""Seconds: no packet of PCM lasts as long, and streams lie less far apart in a file."""


class MxfSound(AudioCopy):
    """As `AudioCopy`, by the sample: PCM cut to what is in [start, stop) seconds and padded with silence.

    FFmpeg drops the pictures of MXF that no sound goes with.
    """

    def __init__(self, source: Path, start: Fraction, stop: Fraction) -> None:
        super().__init__(source, start - _LONGEST, stop)
        self._begin = start
        self._span = stop - start

    def add_to(self, output: OutputContainer) -> None:
        super().add_to(output)
        self._tracks = {index: MxfTrack(output, stream, self._span) for index, stream in self._streams.items()}

    def mux_until(self, moment: Fraction | None) -> None:
        super().mux_until(moment)
        silent_until = self._span if moment is None else moment - self._begin - _LONGEST
        for track in self._tracks.values():
            track.pad_until(silent_until)

    def _hand_over(self, start: Fraction, packet: av.Packet[Stream]) -> None:
        self._tracks[packet.stream.index].put(start - self._begin, bytes(packet), packet.time_base)


class MxfTrack:
    """One stream of the output, filled from sample 0 on."""

    def __init__(self, output: OutputContainer, stream: AudioStream, span: Fraction) -> None:
        self._output = output
        self._stream = stream
        context = stream.codec_context
        self._rate = context.sample_rate
        self._bytes = MXF_SOUND[context.codec.canonical_name] * context.layout.nb_channels
        self._end = ceil(span * self._rate)
        self._filled = 0
        self._follows = False

    def put(self, moment: Fraction, sound: bytes, tick: Fraction) -> None:
        """Sound that starts at this moment, in seconds told in ticks."""
        start = round(moment * self._rate)
        if self._follows and abs(start - self._filled) <= 2 * tick * self._rate:
            start = self._filled  # one packet after another, but for the rounding of a coarse clock
        self._pad(start)
        first, last = self._filled - start, self._end - start
        self._mux(sound[first * self._bytes : last * self._bytes] if first < last else b"")
        self._follows = self._filled == start + len(sound) // self._bytes

    def pad_until(self, moment: Fraction) -> None:
        """Silence up to a moment in seconds, where there is no sound yet."""
        self._pad(ceil(moment * self._rate))

    def _pad(self, sample: int) -> None:
        self._mux(bytes(max(0, min(sample, self._end) - self._filled) * self._bytes))

    def _mux(self, sound: bytes) -> None:
        if not sound:
            return
        packet = av.Packet(sound)
        packet.stream, packet.time_base = self._stream, Fraction(1, self._rate)
        packet.pts = packet.dts = self._filled
        self._filled += len(sound) // self._bytes
        packet.duration = self._filled - packet.pts
        self._output.mux(packet)
