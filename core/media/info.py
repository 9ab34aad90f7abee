"""What a piece of media says about itself, and everything of it that a render must hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from .hdr10 import Hdr10

LINEAR, PQ, HLG = 8, 16, 18
"""Transfer functions whose codes are no display codes, near enough."""

BY_LIGHT = (LINEAR, PQ, HLG)


@dataclass(frozen=True, slots=True)
class ColourTags:
    """FFmpeg's code points (ITU-T H.273); 2 is "unspecified", range 0 unspecified, 1 limited, 2 full."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    range: int = 0


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """One video stream or image sequence.

    Pictures are read upright: `width` and `height` are after `rotation` (degrees clockwise that a player turns the
    coded picture by) has been applied; `pixel_aspect` is that of the coded picture. `pts` are presentation timestamps
    of every frame in `time_base` units, start offset included.
    """

    path: Path
    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    pts: tuple[int, ...]
    codec: str
    pixel_format: str
    bit_depth: int
    colour: ColourTags = ColourTags()
    rotation: int = 0
    pixel_aspect: Fraction = Fraction(1)
    interlaced: bool = False
    timecode: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    audio_streams: int = 0
    unknown_audio: int = 0
    """Audio streams beside those, of a format that FFmpeg does not know or no container of ours holds."""

    hdr10: Hdr10 | None = None
    chromaticities: tuple[float, ...] | None = None
    """CIE x and y of an EXR's red, green, blue and white, where it names them."""
    icc_profile: bytes | None = None
    """What the colours of pictures mean, in the International Color Consortium's terms."""

    @property
    def frame_count(self) -> int:
        return len(self.pts)
