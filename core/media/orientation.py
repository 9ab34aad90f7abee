"""How pictures are brought upright, as their file says."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
from av.video.frame import VideoFrame

from ..frames import Image

# What every kind of picture file keeps its EXIF in is laid out as a TIFF file.
_EXIF = re.compile(rb"(?:\A|Exif\0\0|eXIf)(II\*\0|MM\0\*)")
_EXIF_WITHIN = 1 << 18
_ORIENTATION_TAG = 0x112


@dataclass(frozen=True, slots=True)
class Orientation:
    """A coded picture is mirrored left to right, if at all, and then turned by `rotation` degrees clockwise."""

    rotation: int = 0
    mirrored: bool = False

    def upright(self, image: Image) -> Image:
        """An image (H, W) or (H, W, 3) as it is to be seen."""
        return np.ascontiguousarray(np.rot90(image[:, ::-1] if self.mirrored else image, -(self.rotation // 90)))

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        return (height, width) if self.rotation % 180 else (width, height)


_OF_EXIF = {
    2: Orientation(0, True),
    3: Orientation(180),
    4: Orientation(180, True),
    5: Orientation(270, True),
    6: Orientation(90),
    7: Orientation(90, True),
    8: Orientation(270),
}


def orientation_of(frame: VideoFrame, side_data: Mapping[str, bytes] | None) -> Orientation:
    """Of a movie's decoded picture, which carries its container's matrix; to the nearest quarter turn.

    Mirroring is seen only in side data that can be listed.
    """
    if side_data is None:
        return Orientation(round(-frame.rotation / 90) * 90 % 360)
    if "DISPLAYMATRIX" not in side_data:
        return Orientation()
    across_x, across_y, _, down_x, down_y, *_ = struct.unpack("=9i", side_data["DISPLAYMATRIX"])
    mirrored = across_x * down_y < across_y * down_x
    sign = -1 if mirrored else 1
    return Orientation(round(degrees(atan2(sign * across_y, sign * across_x)) / 90) * 90 % 360, mirrored)


def orientation_of_file(data: bytes) -> Orientation:
    """Of a whole JPEG, PNG or TIFF file, by its EXIF; upright where there is none or it is damaged."""
    found = _EXIF.search(data, 0, _EXIF_WITHIN)
    if found is None:
        return Orientation()
    start, order = found.start(1), "<" if found[1].startswith(b"I") else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", data, start + 4)
        (count,) = struct.unpack_from(f"{order}H", data, start + directory)
        for entry in range(start + directory + 2, start + directory + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", data, entry)
            if tag == _ORIENTATION_TAG:
                return _OF_EXIF.get(value, Orientation())
    except struct.error:
        pass
    return Orientation()
