"""Media files opened for reading, and the one video stream in them that counts."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from ..errors import MediaNotFound, MediaUnreadable, UnsupportedFormat
from .limits import MAX_PIXELS, check_size
from .numbering import OTHER_PICTURES, is_pattern, numbered_like

# Text shown as pictures, and lists of other files: their paths and addresses are not ours to follow.
_NOT_MEDIA = {"tty", "concat", "hls", "dash", "sdp", "imf"}


def open_container(path: Path) -> InputContainer:
    """Open a media file; close it when done.

    Raises:
        MediaNotFound, MediaUnreadable.
        UnsupportedFormat: pictures in files of their own, of a kind that sequences are not read of.
    """
    if not path.exists():
        if path.suffix.lower() in OTHER_PICTURES and is_pattern(path.name) and numbered_like(path):
            raise _no_sequence(path)
        raise MediaNotFound(f"{path}: there is no such file; check the path")
    try:
        container = av.open(
            # With its protocol named, no path is taken for an address, and nothing in the file opens another one.
            f"file:{os.path.abspath(path)}",
            container_options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except av.error.FFmpegError as error:
        raise MediaUnreadable(
            f"{path}: not a movie, or a damaged one ({error.strerror}); export it again or choose another file"
        ) from error
    if set(container.format.name.split(",")) & _NOT_MEDIA:
        container.close()
        raise MediaUnreadable(f"{path}: a text file, not a movie; choose another file")
    if container.format.name.endswith("_pipe") or container.format.name == "image2":
        container.close()
        raise _no_sequence(path)
    return container


def _no_sequence(path: Path) -> UnsupportedFormat:
    return UnsupportedFormat(f"{path}: pictures of this kind are not read; convert them to PNG, TIFF or EXR")


def main_stream(path: Path, container: InputContainer) -> VideoStream:
    """The video to read, its decoder set up.

    Raises:
        MediaUnreadable: there is none, none that can be decoded, or its pictures are too large.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise MediaUnreadable(f"{path}: holds no video; choose a file that does")
    stream: VideoStream = streams[0]
    if stream.codec_context is None:
        raise MediaUnreadable(f"{path}: no decoder for its video; convert it to H.264, ProRes or FFV1")
    check_size(path, stream.codec_context.width, stream.codec_context.height)
    stream.thread_type = "AUTO"
    # Most decoders of 4:2:2 leave unsaid that its chroma is sited left, and swscale would centre it. The bound is for
    # sizes that change in mid-stream.
    stream.codec_context.options = {"chroma_sample_location": "left", "max_pixels": str(MAX_PIXELS)}
    return stream


def nominal_rate(stream: VideoStream) -> Fraction:
    """Frames per second that the container means; 24 when it does not say."""
    return stream.guessed_rate or stream.average_rate or Fraction(24)
