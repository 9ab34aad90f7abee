"""Opening an output for writing, whichever kind it is."""

from __future__ import annotations

from pathlib import Path

from .codecs import OutputFormat, sequence_file
from .info import MediaInfo
from .sequence_writer import SequenceWriter
from .writer import MovieWriter, Writer


def open_writer(
    target: Path,
    output_format: OutputFormat,
    info: MediaInfo,
    *,
    source: Path | None = None,
    frames: range | None = None,
) -> Writer:
    """The writer for a format: see MovieWriter and SequenceWriter."""
    if output_format.muxer is None:
        return SequenceWriter(target, output_format, info, frames=frames)
    return MovieWriter(target, output_format, info, source=source, frames=frames)


def existing_output(target: Path, output_format: OutputFormat, frames: range) -> Path | None:
    """The first file that writing these frames would replace."""
    if output_format.muxer is not None:
        return target if target.exists() else None
    files = (sequence_file(target, output_format, index) for index in frames)
    return next((path for path in files if path.exists()), None)
