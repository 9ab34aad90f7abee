"""Whether a Matroska file is all there: its header says how long the rest is."""

from __future__ import annotations

from pathlib import Path
from typing import IO

_EBML = 0x1A45DFA3
_SEGMENT = 0x18538067


def is_cut_short(path: Path) -> bool:
    """Whether a finished file has lost its end; one that was never finished does not say how long it is.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        while (identifier := _number(file, keep_marker=True)) is not None:
            size = _number(file, keep_marker=False)
            if size is None:
                return False
            end = file.tell() + size
            if identifier == _SEGMENT:
                return end > path.stat().st_size
            if identifier != _EBML:
                return False
            file.seek(end)
    return False


def _number(file: IO[bytes], *, keep_marker: bool) -> int | None:
    """A number of EBML's, whose leading zeros say how many bytes it has; None where there is none, or it is unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    rest = file.read(length - 1)
    if len(rest) < length - 1:
        return None
    value = int.from_bytes(first + rest, "big")
    if keep_marker:
        return value
    value -= 1 << 7 * length
    return None if value == (1 << 7 * length) - 1 else value
