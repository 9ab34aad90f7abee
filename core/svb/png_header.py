"""What a PNG says it is, and whether it is there to its end, without decoding it: data sets have many."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import NamedTuple

from ..media.regular import open_regular

_BEGINNING = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_END = b"\0\0\0\0IEND\xaeB`\x82"
_NUMBERS = struct.Struct(">IIBB")

GREY, RGB = 0, 2
"""Colour types."""


class PngHeader(NamedTuple):
    width: int
    height: int
    depth: int
    """bits a channel"""
    colour: int


def read_png_header(path: Path) -> PngHeader:
    """Raises:
    OSError: missing, not to be read, or no regular file.
    ValueError: it is no PNG, or one that was cut short.
    """
    with open_regular(path) as file:
        beginning = file.read(len(_BEGINNING) + _NUMBERS.size)
        if not beginning.startswith(_BEGINNING) or len(beginning) < len(_BEGINNING) + _NUMBERS.size:
            raise ValueError("not a PNG")
        file.seek(-len(_END), os.SEEK_END)
        if file.read() != _END:
            raise ValueError("cut short")
    return PngHeader(*_NUMBERS.unpack_from(beginning, len(_BEGINNING)))
