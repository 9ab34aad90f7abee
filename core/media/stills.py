"""Single picture files, as RGB or as one number per pixel."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
from av.codec.context import ThreadType
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from ..errors import MediaNotFound, MediaUnreadable
from ..frames import Image
from .colour import check_readable, to_luma, to_rgb
from .exr import describe_exr, read_exr, read_exr_map
from .info import ColourTags
from .limits import MAX_PIXELS, check_size
from .orientation import Orientation, orientation_of_file
from .png import profile_of_png, rgb_profile
from .regular import read_regular
from .samples import depth_of
from .side_data import side_data_of

_DECODERS = {".png": "png", ".tif": "tiff", ".tiff": "tiff", ".jpg": "mjpeg", ".jpeg": "mjpeg"}

_MAX_BYTES = (1 << 31) - (1 << 10)
"""What FFmpeg takes at once."""


@dataclass(frozen=True, slots=True)
class StillInfo:
    """What a picture file says about itself."""

    width: int
    height: int
    codec: str
    pixel_format: str
    bit_depth: int
    colour: ColourTags
    pixel_aspect: Fraction = Fraction(1)
    rate: Fraction | None = None
    """Frames per second."""
    chromaticities: tuple[float, ...] | None = None
    """As in `MediaInfo`."""
    icc_profile: bytes | None = None


class StillReader(Protocol):
    """Reads picture files of one kind. All methods raise MediaNotFound and MediaUnreadable."""

    def describe(self, path: Path) -> StillInfo: ...

    def rgb(self, path: Path) -> Image:
        """Display-coded, float32 (H, W, 3) in [0, 1]."""
        ...

    def luma(self, path: Path) -> Image:
        """Float32 (H, W): stored values, of integers as parts of the largest one."""
        ...


def still_reader(suffix: str) -> StillReader:
    """For files that end in one of `IMAGE_SUFFIXES`."""
    return _Exr() if suffix.lower() == ".exr" else _Coded(_DECODERS[suffix.lower()])


class _Exr:
    def describe(self, path: Path) -> StillInfo:
        said = describe_exr(path)
        check_size(path, said.width, said.height)
        return StillInfo(
            width=said.width,
            height=said.height,
            codec="exr",
            pixel_format=f"gbr{'a' * said.alpha}pf{said.bit_depth}le",
            bit_depth=said.bit_depth,
            colour=ColourTags(),
            pixel_aspect=said.pixel_aspect,
            rate=said.rate,
            chromaticities=said.chromaticities,
        )

    def rgb(self, path: Path) -> Image:
        return read_exr(path)

    def luma(self, path: Path) -> Image:
        return read_exr_map(path)


class _Coded:
    """PNG, TIFF and JPEG, through FFmpeg's decoders; upright as their EXIF says."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._lock = threading.Lock()
        self._reformatter = VideoReformatter()

    def describe(self, path: Path) -> StillInfo:
        frame, orientation = self._decode(path)
        tags, name = _tags(frame), frame.format.name
        check_readable(path, name, tags)
        width, height = orientation.upright_size(frame.width, frame.height)
        profile = rgb_profile(self._profile(path, frame))
        return StillInfo(width, height, self._codec, name, depth_of(name), tags, icc_profile=profile)

    def rgb(self, path: Path) -> Image:
        frame, orientation = self._decode(path)
        with self._lock:
            return orientation.upright(to_rgb(frame, self._reformatter, _tags(frame)))

    def luma(self, path: Path) -> Image:
        frame, orientation = self._decode(path)
        with self._lock:
            return orientation.upright(to_luma(frame, self._reformatter, _tags(frame)))

    def _profile(self, path: Path, frame: VideoFrame) -> bytes | None:
        if self._codec == "png":
            return profile_of_png(read_regular(path, _MAX_BYTES))
        return (side_data_of(frame, self._codec) or {}).get("ICC_PROFILE")

    def _decode(self, path: Path) -> tuple[VideoFrame, Orientation]:
        # A decoder for each picture: a damaged one leaves nothing behind for the next.
        decoder = VideoCodecContext.create(self._codec, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.options = {"max_pixels": str(MAX_PIXELS)}
        decoder.thread_type = ThreadType.NONE
        try:
            data = read_regular(path, _MAX_BYTES)
            frames = [*decoder.decode(Packet(data)), *decoder.decode(None)]
        except FileNotFoundError:
            raise MediaNotFound(f"{path}: there is no such file; check the path") from None
        except (av.error.FFmpegError, OSError) as error:
            raise MediaUnreadable(
                f"{path}: not a {self._codec.upper()} picture, or a damaged one ({error.strerror}); export it again"
            ) from error
        if not frames:
            raise MediaUnreadable(f"{path}: no picture in it; export it again")
        check_size(path, frames[0].width, frames[0].height)
        return frames[0], orientation_of_file(data)


def _tags(frame: VideoFrame) -> ColourTags:
    return ColourTags(int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), int(frame.color_range))
