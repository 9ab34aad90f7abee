"""HDR10's static metadata: the display that a film was graded on, and how bright its pictures get."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_DISPLAY, _LIGHT = struct.Struct("=22i"), struct.Struct("=2I")
"""FFmpeg's, of the machine's own byte order: ten fractions, then which of them are known; two numbers."""
_CHROMATICITY_STEP, _LUMINANCE_STEP = Fraction(1, 50_000), Fraction(1, 10_000)
"""SMPTE ST 2086's."""


@dataclass(frozen=True, slots=True)
class Hdr10:
    """Both as x265 and x264 write them; what is not known is empty."""

    display: str
    """Chromaticities of green, blue, red and white in 1/50,000; largest and least luminance in 1/10,000 cd/m2."""
    light: str
    """The largest of a pixel and of a frame's mean, in cd/m2."""


def hdr10_of(side_data: Mapping[str, bytes]) -> Hdr10 | None:
    """From what a decoder hands over beside a picture."""
    display = _display(side_data.get("MASTERING_DISPLAY_METADATA", b""))
    light = _light(side_data.get("CONTENT_LIGHT_LEVEL", b""))
    return Hdr10(display, light) if display or light else None


def _display(data: bytes) -> str:
    if len(data) != _DISPLAY.size:
        return ""
    *terms, has_primaries, has_luminance = _DISPLAY.unpack(data)
    values = [Fraction(above, below) for above, below in zip(terms[::2], terms[1::2], strict=True) if below]
    if not (has_primaries and has_luminance) or len(values) < 10:
        return ""
    points = [round(value / _CHROMATICITY_STEP) for value in values[:8]]
    least, largest = (round(value / _LUMINANCE_STEP) for value in values[8:])
    if not (all(0 <= point < 1 << 16 for point in points) and 0 <= least < largest < 1 << 32):
        return ""
    red, green, blue, white = (f"({x},{y})" for x, y in zip(points[::2], points[1::2], strict=True))
    return f"G{green}B{blue}R{red}WP{white}L({largest},{least})"


def _light(data: bytes) -> str:
    if len(data) != _LIGHT.size:
        return ""
    pixel, frame = _LIGHT.unpack(data)
    return f"{pixel},{frame}" if 0 < pixel < 1 << 16 and frame < 1 << 16 else ""
