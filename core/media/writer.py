"""Writing one output picture by picture; movies, which keep what the source says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from math import lcm
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av import Packet, VideoFrame
from av.codec.context import ThreadType
from av.container import OutputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from ..errors import UnsupportedFormat
from ..frames import Image
from .audio import AudioCopy
from .codecs import CODECS, without_matrix
from .container import open_container
from .held import close_failed, hold, tag
from .info import MediaInfo
from .mxf_sound import MxfSound
from .output_format import OutputFormat
from .partial import partial_beside, publish, remove, sweep, unwritable
from .timecode import advance

# What muxers state themselves.
_MUXERS_OWN = {"major_brand", "minor_version", "compatible_brands", "encoder", "duration", "timecode"}
_BUFFER = 1 << 20


class Writer(ABC):
    """One output, picture by picture in presentation order; leaving the `with` block whole puts it in place.

    When the block ends with an exception nothing of the output remains.
    """

    def __init__(self, target: Path, output_format: OutputFormat, info: MediaInfo, frames: range | None) -> None:
        self._target = target
        self._format = output_format
        self._info = info
        self._frames = range(info.frame_count) if frames is None else frames
        self._written = 0
        self._reformatter = VideoReformatter()
        self._clean_up = ExitStack()

    def write(self, picture: Image | VideoFrame) -> None:
        """The next picture: upright (H, W, 3), or (H, W) where the format is grey, or already a frame in
        `output_format.held_format`, as pieces hold.

        Raises:
            OutputUnwritable: the disk is full, or the folder went away.
        """
        if self._written == len(self._frames):
            raise ValueError(f"{self._target} is whole with {len(self._frames)} frames; one more was written")
        frame = picture if isinstance(picture, VideoFrame) else hold(picture, self._format, self._reformatter)
        with unwritable(self._target):
            self._encode(frame, self._frames[self._written])
        self._written += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                if self._written < len(self._frames):
                    raise ValueError(f"{self._target} got {self._written} of {len(self._frames)} frames")
                with unwritable(self._target):
                    self._finish()
        finally:
            self._clean_up.close()

    @abstractmethod
    def _encode(self, frame: VideoFrame, index: int) -> None:
        """Write the held frame of a frame index of the source."""

    @abstractmethod
    def _finish(self) -> None:
        """Complete the output and put it in place."""


class MovieWriter(Writer):
    """A movie with the source's timestamps, colour tags, rotation, pixel aspect, timecode, metadata and sound.

    The frames keep their own timestamps, also when they are a part of the clip; the timecode moves on to the first of
    them. .mov and .mp4 hold every timestamp exactly; Matroska rounds to its millisecond; MXF counts frames from 0.

    Args:
        source: whose audio packets are copied, to MXF by the sample; None for a silent movie.
        frames: frame indices of the source that will be written, all by default.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
        UnsupportedFormat: the encoder or the container refuses the picture or the sound.
        MediaUnreadable: the source's sound.
    """

    def __init__(
        self,
        target: Path,
        output_format: OutputFormat,
        info: MediaInfo,
        *,
        source: Path | None = None,
        frames: range | None = None,
    ) -> None:
        super().__init__(target, output_format, info, frames)
        self._partial = partial_beside(target)
        self._clean_up.callback(remove, self._partial)
        with unwritable(target):
            sweep(target.parent, target)
            # PyAV needs a file that writes all it is given: a raw one may stop short on a full disk.
            self._file = open(self._partial, "xb")  # noqa: SIM115 - closed by _finish or _clean_up
        self._clean_up.callback(close_failed, self._file)
        try:
            self._audio = self._open_audio(source)
            self._container = self._open_container()
            self._stream = self._add_video()
            if self._audio:
                self._audio.add_to(self._container)
            self._write_header()
        except BaseException:
            self._clean_up.close()
            raise

    def _open_audio(self, source: Path | None) -> AudioCopy | None:
        if source is None or not self._info.audio_streams:
            return None
        pts, frames = self._info.pts, self._frames
        first = pts[frames.start] * self._info.time_base
        if self._format.muxer == "mxf":
            audio: AudioCopy = MxfSound(source, first, first + len(frames) / self._info.rate)
        else:
            # Ends that are the clip's own are open: sound may start before the first picture and outlast the last.
            stop = pts[frames.stop] * self._info.time_base if frames.stop < len(pts) else None
            audio = AudioCopy(source, first if frames.start > 0 else None, stop)
        self._clean_up.callback(audio.close)
        return audio

    def _open_container(self) -> OutputContainer:
        muxer = self._format.muxer
        options = {"fflags": "+bitexact"}
        if muxer in ("mp4", "mov"):
            ticks = self._info.time_base.denominator
            # Colours too where only some of their three tags are known.
            options["movflags"] = "+use_metadata_tags+write_colr"
            options["video_track_timescale"] = str(ticks)
            # Start offsets are told on the movie's clock, those of the sound too.
            common = lcm(ticks, *(self._audio.clocks if self._audio else ()))
            options["movie_timescale"] = str(common if common < 1 << 31 else ticks)
        if self._info.pts[0] < 0:
            # Players skip what comes before 0, so all of it is moved.
            options["avoid_negative_ts"] = "make_non_negative"
        elif muxer == "matroska":
            # Sound may begin before 0, to start its decoder; the pictures are not moved for it.
            options["avoid_negative_ts"] = "disabled"
        container = av.open(self._file, "w", muxer, container_options=options, buffer_size=_BUFFER)
        self._clean_up.callback(close_failed, container)
        info = self._info
        container.metadata.update({k: v for k, v in info.metadata.items() if k.lower() not in _MUXERS_OWN})
        timecode = advance(info.timecode, self._frames.start, info.rate)
        if timecode:
            container.metadata["timecode"] = timecode
        return container

    def _add_video(self) -> VideoStream:
        info, output_format = self._info, self._format
        stream = self._container.add_stream(output_format.encoder, info.rate, options=output_format.options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = output_format.coded_size(info)
        stream.pix_fmt = output_format.pixel_format
        stream.time_base = info.time_base
        stream.sample_aspect_ratio = info.pixel_aspect
        context = stream.codec_context
        context.time_base = info.time_base
        context.sample_aspect_ratio = info.pixel_aspect
        context.thread_type = ThreadType.AUTO
        if len(self._frames) < 3:
            context.max_b_frames = 0  # libx265 invents decoding times when the clip ends before it can reorder
        tag(context, output_format.colour)
        if output_format.codec == "h265" and output_format.muxer in ("mp4", "mov"):
            context.codec_tag = "hvc1"  # Apple's players know no other
        if output_format.rotation:
            # FFmpeg counts anticlockwise, and takes it only before the header is written.
            stream.set_display_rotation(-output_format.rotation)
        return stream

    def _write_header(self) -> None:
        with unwritable(self._target), self._refusals():
            self._container.start_encoding()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turns what FFmpeg's encoder and muxer refuse into UnsupportedFormat."""
        try:
            yield
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            size = f"{self._stream.width}x{self._stream.height}"
            raise UnsupportedFormat(
                f"{self._format.codec} in {self._target.suffix} refuses these pictures ({size}, "
                f"{self._format.pixel_format}) or the sound: {error.strerror}; name the output .mkv for FFV1"
            ) from error

    def _encode(self, frame: VideoFrame, index: int) -> None:
        frame.pts = self._info.pts[index]
        frame.time_base = self._info.time_base
        with self._refusals():
            self._mux(self._stream.encode(frame))

    def _mux(self, packets: Iterable[Packet[VideoStream]]) -> None:
        left_to_container = CODECS[self._format.codec].always_bt709 and self._format.colour.matrix != 1
        for packet in packets:
            if left_to_container:
                packet.update(without_matrix(bytes(packet)))
            if self._audio and packet.dts is not None:
                self._audio.mux_until(packet.dts * packet.time_base)
            self._container.mux(packet)

    def _finish(self) -> None:
        with self._refusals():
            self._mux(self._stream.encode(None))
            if self._audio:
                self._audio.mux_until(None)
            self._container.close()
        self._file.close()
        if self._format.muxer == "mxf":
            self._check_length()
        publish(self._partial, self._target)

    def _check_length(self) -> None:
        """FFmpeg's muxer of MXF drops pictures without a word when it runs out of sound."""
        with open_container(self._partial) as written:
            held = written.streams.video[0].duration
        if held != len(self._frames):
            raise UnsupportedFormat(
                f"{self._target.name} would hold {held} of {len(self._frames)} frames; name the output .mov"
            )
