"""The mark of a finished render, by which it is known again: in a movie's metadata, in every picture of a sequence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import MediaError
from .exr import exr_text
from .info import MediaInfo
from .open import probe
from .png import HEADER, with_chunk

MARK = "focuspuller_render"

_COMMENT = "comment_"
"""What FFmpeg calls an MXF file's own remarks, the only words that format has room for."""

_PNG_MARK = re.compile(rb"\0\0\0.tEXt" + MARK.encode() + rb"\0([0-9a-f]{16})", re.DOTALL)


def marked(info: MediaInfo, mark: str, muxer: str | None) -> MediaInfo:
    """The facts of an output that will carry the mark: 16 digits, lower-case hexadecimal."""
    name = f"{_COMMENT}{MARK}" if muxer == "mxf" else MARK
    return replace(info, metadata={**info.metadata, name: mark})


def mark_of(files: Sequence[Path]) -> str | None:
    """The mark that all of an output's files carry, if they do."""
    marks = {_mark_in(file) for file in files}
    return marks.pop() if len(marks) == 1 else None


def marked_png(png: bytes, mark: str) -> bytes:
    """The picture with the mark as text behind its header."""
    return with_chunk(png, b"tEXt", f"{MARK}\0{mark}".encode())


def _mark_in(file: Path) -> str | None:
    try:
        match file.suffix.lower():
            case ".png":
                with file.open("rb") as picture:
                    found = _PNG_MARK.match(picture.read(256), HEADER)
                return found[1].decode() if found else None
            case ".exr":
                return exr_text(file, MARK)
            case _:
                written = probe(file).metadata
                names = (MARK, f"{_COMMENT}{MARK}")
                return next((value for key, value in written.items() if key.lower() in names), None)
    except (OSError, MediaError):
        return None
