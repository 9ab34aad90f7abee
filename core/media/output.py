"""Opening an output for writing, whichever kind it is."""

from __future__ import annotations

from pathlib import Path

from .info import MediaInfo
from .numbering import is_sequence, numbered_like, sequence_files
from .output_format import OutputFormat, sequence_file, sequence_pattern
from .partial import unwritable
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


def existing_outputs(target: Path, output_format: OutputFormat, frames: range) -> list[Path]:
    """The files that writing these frames would replace.

    Raises:
        OutputUnwritable: the name is none that a file can have.
    """
    files = [target] if output_format.muxer else [sequence_file(target, output_format, index) for index in frames]
    with unwritable(target):
        return [path for path in files if path.exists()]


def left_beside(target: Path, output_format: OutputFormat, frames: range) -> list[Path]:
    """The files of a sequence's name with other numbers than these frames'."""
    if output_format.muxer:
        return []
    ours = {sequence_file(target, output_format, index) for index in frames}
    return [path for path in numbered_like(sequence_pattern(target, output_format)) if path not in ours]


def source_files(path: Path) -> list[Path]:
    """The files of footage: a movie's one, or every picture of a sequence."""
    return sequence_files(path) if is_sequence(path) else [path]
