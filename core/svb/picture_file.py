"""One PNG of a data set: what it is, told without decoding it, and its codes. What is raised says where the trouble is;
what to do about it is known to whoever knows where the picture comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ..errors import DatasetError
from .png_header import GREY, RGB, read_png_header

MAX_SIDE = 8192
"""Px; anything larger is refused from its header."""


class PictureFile(NamedTuple):
    """A whole PNG of the kind asked for.

    Attributes:
        size: (height, width).
        length: bytes.
        written: when, ns.
    """

    size: tuple[int, int]
    length: int
    written: int


def check_picture(path: Path, *, grey: bool) -> PictureFile:
    """A PNG of 16-bit grey, or of 8-bit RGB, by its header and its end.

    Raises:
        DatasetError: it is missing, cut short, too large, or of another kind.
    """
    try:
        header, held = read_png_header(path), path.stat()
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read as PNG ({error})") from error
    _check_side(path, header.width, header.height)
    if not ((header.colour, header.depth) == (GREY, 16) if grey else header.colour == RGB):
        raise DatasetError(f"{path} is no PNG of {_kind(grey)}")
    return PictureFile((header.height, header.width), held.st_size, held.st_mtime_ns)


def read_picture(path: Path, size: tuple[int, int], *, grey: bool) -> NDArray[Any]:
    """Codes (H, W) of 16-bit grey, or (H, W, 3) of 8-bit RGB.

    Raises:
        DatasetError: it is missing, damaged, of another kind, or not of that size, (height, width).
    """
    try:
        with Pillow.open(path, formats=("PNG",)) as opened:
            _check_side(path, *opened.size)
            if not (opened.mode.startswith("I") if grey else opened.mode == "RGB"):
                raise DatasetError(f"{path} is a PNG of mode {opened.mode}, not {_kind(grey)}")
            check_size(path, (opened.height, opened.width), size)
            return np.asarray(opened)
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise DatasetError(f"{path} cannot be read as PNG ({error})") from error


def check_size(path: Path, size: tuple[int, int], expected: tuple[int, int]) -> None:
    """Raises:
    DatasetError: they differ.
    """
    if size != expected:
        raise DatasetError(f"{path} is {size[1]} x {size[0]}, the video {expected[1]} x {expected[0]}")


def _check_side(path: Path, width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise DatasetError(f"{path} is {width} x {height}; at most {MAX_SIDE} px a side are read")


def _kind(grey: bool) -> str:
    return "16-bit grey" if grey else "8-bit RGB"
