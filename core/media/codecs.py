"""The codecs that we write, and the containers that they go in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One row of the table: an encoder, what its output may go in (the usual first), the pixel formats it takes."""

    encoder: str
    extensions: tuple[str, ...]
    pixel_formats: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    """The encoder's profile for each pixel format, where it does not find it itself."""
    smallest: tuple[int, int] = (1, 1)
    """Width and height."""
    whole_chroma: bool = False
    """The size must be a multiple of the chroma subsampling."""
    limited_range: bool = False
    """The bitstream cannot say that it is full range."""
    hdr10: tuple[str, str] | None = None
    """What the encoder calls the display and the light of `Hdr10`, among its own parameters."""
    always_bt709: bool = False
    """The encoder names no other matrix; see `without_matrix`."""


_MPEG4 = (".mp4", ".m4v", ".mov", ".mkv")
_8_AND_10_BIT = ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le")
_12_BIT = ("yuv420p12le", "yuv422p12le", "yuv444p12le")

# Quality is visually lossless: the render goes back into an edit and is encoded again. Threads are fixed where the
# bytes depend on their number, so that the same frames give the same file on every machine.
CODECS: Mapping[str, Codec] = {
    # Without the macroblock tree, which saves where later frames do not look and, in pictures less than 128 wide, reads
    # memory that x264 never wrote: no two runs agree.
    "h264": Codec(
        encoder="libx264",
        extensions=_MPEG4,
        pixel_formats=_8_AND_10_BIT,
        options={"crf": "16", "threads": "4", "x264-params": "mbtree=0"},
        whole_chroma=True,
        hdr10=("mastering-display", "cll"),
    ),
    "h265": Codec(
        encoder="libx265",
        extensions=_MPEG4,
        pixel_formats=_8_AND_10_BIT + _12_BIT,
        options={"crf": "16", "x265-params": "log-level=error:frame-threads=2:pools=4"},
        smallest=(16, 16),
        whole_chroma=True,
        hdr10=("master-display", "max-cll"),
    ),
    "prores422": Codec(
        encoder="prores_ks",
        extensions=(".mov", ".mkv"),
        pixel_formats=("yuv422p10le",),
        options={"profile": "hq", "vendor": "apl0"},
        limited_range=True,
    ),
    "prores4444": Codec(
        encoder="prores_ks",
        extensions=(".mov", ".mkv"),
        pixel_formats=("yuv444p10le",),
        options={"profile": "4444", "vendor": "apl0"},
        limited_range=True,
    ),
    "dnxhr": Codec(
        encoder="dnxhd",
        extensions=(".mxf", ".mov"),
        pixel_formats=("yuv422p", "yuv422p10le", "yuv444p10le"),
        profiles={"yuv422p": "dnxhr_hq", "yuv422p10le": "dnxhr_hqx", "yuv444p10le": "dnxhr_444"},
        smallest=(256, 120),
        limited_range=True,
        always_bt709=True,
    ),
    # A render has chroma at full resolution, and values between the source's codes. So a YUV source gets 4:4:4 in its
    # own matrix, two bits deeper. Of an 8-bit 4:2:0 clip of 1024x576, read, written and read again, the mean and the
    # largest error in 1/255 and the KB a frame: yuv420p 0.31, 13.6, 273; yuv444p10 0.07, 0.4, 497; gbrp10 .07, .3, 805.
    "ffv1": Codec(
        encoder="ffv1",
        extensions=(".mkv",),
        pixel_formats=(
            *("bgr0", "gbrp10le", "gbrp12le", "gbrp16le"),
            *("yuv444p10le", "yuv444p12le", "yuv444p16le"),
        ),
        options={"level": "3", "slices": "4", "slicecrc": "1", "g": "1"},
    ),
    "png16": Codec(encoder="png", extensions=(".png",), pixel_formats=("rgb48be",)),
    "exr": Codec(encoder="exr", extensions=(".exr",), pixel_formats=("gbrpf16le",)),
}

MUXERS: Mapping[str, str] = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".mxf": "mxf"}

_DNX_COLOUR, _ELSEWHERE = 0x2C, 0b110


def without_matrix(picture: bytes) -> bytes:
    """A picture of DNxHR whose header leaves it to the container to name its matrix (SMPTE ST 2019-1)."""
    coded = bytearray(picture)
    coded[_DNX_COLOUR] |= _ELSEWHERE
    return bytes(coded)
