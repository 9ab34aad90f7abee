"""The one door to media: whatever a path means, opened."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Protocol

from .disparity import DisparityReader, DisparityReading, LumaSource
from .info import MediaInfo
from .numbering import is_sequence
from .sequence import SequenceReader
from .video import VideoReader


class Footage(LumaSource, Protocol):
    """A `FrameSource` that knows what its media says about itself."""

    @property
    def info(self) -> MediaInfo: ...


def open_frames(path: Path | str, rate: Fraction | None = None) -> Footage:
    """The frames of a movie, or of an image sequence: a folder, a pattern, its first file.

    Args:
        rate: frames per second of an image sequence, see `SequenceReader`; a movie says its own.

    Raises:
        MediaNotFound, MediaUnreadable, UnsupportedFormat.
    """
    return SequenceReader(path, rate) if is_sequence(Path(path)) else VideoReader(path)


def open_disparity(
    path: Path | str, reading: DisparityReading, *, width: int, height: int, length: int
) -> DisparityReader:
    """The disparity of a clip of this size and length, from a movie or an image sequence.

    Raises:
        MediaNotFound, MediaUnreadable, UnsupportedFormat, DisparityLengthMismatch.
    """
    source = open_frames(path)
    try:
        return DisparityReader(source, reading, width, height, length)
    except BaseException:
        source.close()
        raise


def probe(path: Path | str) -> MediaInfo:
    """What the media says about itself.

    Raises:
        MediaNotFound, MediaUnreadable, UnsupportedFormat.
    """
    source = open_frames(path)
    try:
        return source.info
    finally:
        source.close()
