"""The samples of a picture, whatever its pixel format: views of planes, and shuffles between layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
from av import VideoFormat, VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from ..errors import UnsupportedFormat

Samples = NDArray[np.uint8] | NDArray[np.uint16]

_CHROMA = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


def depth_of(pixel_format: str) -> int:
    """Bits of the widest component."""
    return max(component.bits for component in VideoFormat(pixel_format).components)


def has_alpha(pixel_format: str) -> bool:
    """Of formats that FFmpeg has no name for, as those of EXR layers, nothing is known."""
    try:
        return any(component.is_alpha for component in VideoFormat(pixel_format).components)
    except ValueError:
        return False


def is_rgb(video_format: VideoFormat) -> bool:
    """Palettes are RGB too."""
    return video_format.is_rgb or video_format.has_palette


def is_grey(video_format: VideoFormat) -> bool:
    return not is_rgb(video_format) and sum(not component.is_alpha for component in video_format.components) == 1


def planar_rgb(depth: int) -> str:
    return "gbrp" if depth <= 8 else f"gbrp{depth}le"


def planar_yuv(target: VideoFormat, depth: int) -> str:
    """The planar format with the target's own subsampling and depth; packed formats are shuffled from it."""
    chroma = {(1, 1): "444", (2, 1): "422", (2, 2): "420"}
    across, down = 64 // target.chroma_width(64), 64 // target.chroma_height(64)
    if (across, down) not in chroma or is_grey(target):
        raise UnsupportedFormat(f"pixel format {target.name} cannot be written; use yuv420p, yuv422p10le or gbrp")
    if target.name.startswith("yuvj"):
        return target.name
    return f"yuv{chroma[across, down]}p" + ("" if depth == 8 else f"{depth}le")


def plane_of(frame: VideoFrame, index: int) -> Samples:
    """A view of one plane's samples, (h, w · components in the plane)."""
    plane = frame.planes[index]
    components = sum(component.plane == index for component in frame.format.components)
    depth = depth_of(frame.format.name)
    dtype = "u1" if depth <= 8 else ">u2" if frame.format.is_big_endian else "<u2"
    buffer: Any = plane  # PyAV's stubs leave the buffer protocol out
    view: Samples = np.frombuffer(buffer, dtype).reshape(plane.height, -1)[:, : plane.width * components]
    return view


def planes_of(frame: VideoFrame) -> list[Samples]:
    return [plane_of(frame, index) for index in range(len(frame.planes))]


def grey_samples(frame: VideoFrame, reformatter: VideoReformatter) -> Samples:
    """The samples of a grey picture; alpha is dropped."""
    if frame.format.is_bit_stream:
        return plane_of(reformatter.reformat(frame, format="gray", threads=1), 0)
    # Past swscale, which takes all grey for full range.
    return plane_of(frame, 0)[:, :: len(frame.format.components)]


def rgb_samples(frame: VideoFrame, reformatter: VideoReformatter) -> tuple[Samples, Samples, Samples]:
    """(red, green, blue) at their own depth, of at least 8 bits; alpha is dropped."""
    name = frame.format.name
    if not name.startswith("gbr") or "msb" in name:
        frame = reformatter.reformat(frame, format=planar_rgb(depth_of(name)), threads=1)
    # Planes with alpha are not for swscale to copy: of more than 8 bits it leaves half of the last row out.
    green, blue, red = planes_of(frame)[:3]
    return red, green, blue


def luma_samples(frame: VideoFrame, reformatter: VideoReformatter) -> tuple[Samples, int]:
    """Luma, and by how much it has been scaled up from the depth it was coded at."""
    if _holds_plain_planes(frame):
        return plane_of(frame, 0), 1
    full_size, scale = _full_size_16_bit(frame, reformatter)
    return full_size[0], scale


def yuv_samples(frame: VideoFrame, reformatter: VideoReformatter) -> tuple[Samples, Samples, Samples, int]:
    """(luma, cb, cr), all at full size, and by how much they have been scaled up from the depth they were coded at."""
    size = frame.width, frame.height
    if _holds_plain_planes(frame) and all((c.width, c.height) == size for c in frame.format.components):
        return plane_of(frame, 0), plane_of(frame, 1), plane_of(frame, 2), 1
    (luma, cb, cr), scale = _full_size_16_bit(frame, reformatter)
    return luma, cb, cr, scale


def _holds_plain_planes(frame: VideoFrame) -> bool:
    """One component a plane, code values as they are."""
    return len(frame.planes) >= 3 and "msb" not in frame.format.name


def _full_size_16_bit(frame: VideoFrame, reformatter: VideoReformatter) -> tuple[list[Samples], int]:
    # From limited range to limited is a shift by 16 - depth bits, whatever the samples mean; yuvj is full by its name.
    same = ColorRange.JPEG if frame.format.name.startswith("yuvj") else ColorRange.MPEG
    full_size = reformatter.reformat(
        frame, format="yuv444p16le", src_color_range=same, dst_color_range=same, interpolation=_CHROMA, threads=1
    )
    return planes_of(full_size), 1 << (16 - depth_of(frame.format.name))
