"""Whether an AVI file is all there: its header says how long the rest is."""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct("<4sI")


def is_cut_short(path: Path) -> bool:
    """Whether a finished file has lost its end; one that was never finished does not say how long it is.

    Raises:
        OSError: it cannot be read.
    """
    length = path.stat().st_size
    with path.open("rb") as file:
        # Long files are several such chunks, one behind the other.
        while len(header := file.read(_HEADER.size)) == _HEADER.size:
            name, size = _HEADER.unpack(header)
            if name != b"RIFF":
                return False
            if file.tell() + size > length:
                return True
            file.seek(size, 1)
    return False
