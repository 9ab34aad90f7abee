"""Between coded pictures (any pixel format, matrix, range and transfer function) and frames, display-coded RGB.

swscale only moves and resamples samples here; the matrix and the range are ours. Its 16-bit RGB output of YUV tops
out at 255/256 of white, and its default matrix is not the file's.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from av import VideoFormat, VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter

from ..errors import UnsupportedFormat
from ..frames import Image
from .chroma import halved_across, halved_down, undone_down
from .info import BY_LIGHT, ColourTags
from .samples import (
    Samples,
    depth_of,
    grey_samples,
    is_grey,
    is_rgb,
    luma_samples,
    planar_rgb,
    planar_yuv,
    planes_of,
    rgb_samples,
    yuv_samples,
)

UNSPECIFIED_MATRIX = 2
LIMITED, FULL = 1, 2

_RED_AND_BLUE_WEIGHTS = {
    1: (0.2126, 0.0722),  # BT.709
    4: (0.30, 0.11),  # FCC
    5: (0.299, 0.114),  # BT.470BG, which is BT.601
    6: (0.299, 0.114),  # SMPTE 170M, which is BT.601
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020, non-constant luminance
}

# Blocks of rows that stay in the cache between one arithmetic step and the next.
_BLOCK_SAMPLES = 1 << 16


def matrix_of(tags: ColourTags, width: int, height: int) -> int:
    """The code point of the matrix to convert with.

    Untagged pictures are taken for BT.2020 or BT.601 when their primaries say so; else for BT.709 from 1280 pixels on
    the long side or more than 576 on the short one, and for BT.601 below.

    Raises:
        UnsupportedFormat: a coding that no 3x3 matrix undoes, such as ICtCp.
    """
    # 0 is "identity": it says nothing about a picture that is luma and chroma after all.
    if tags.matrix not in (0, UNSPECIFIED_MATRIX):
        if tags.matrix not in _RED_AND_BLUE_WEIGHTS:
            raise UnsupportedFormat(
                f"colour matrix {tags.matrix} (ITU-T H.273) is not one of BT.601, BT.709, BT.2020, SMPTE 240M or FCC; "
                "convert the clip to one of them first"
            )
        return tags.matrix
    if tags.primaries in (5, 6, 9):
        return tags.primaries
    return 1 if max(width, height) >= 1280 or min(width, height) > 576 else 6


def range_of(tags: ColourTags, pixel_format: str) -> int:
    """`LIMITED` or `FULL`: RGB and yuvj are always full; untagged grey is full, untagged YUV limited."""
    video_format = VideoFormat(pixel_format)
    if is_rgb(video_format) or pixel_format.startswith("yuvj"):
        return FULL
    if tags.range in (LIMITED, FULL):
        return tags.range
    return FULL if is_grey(video_format) else LIMITED


def check_readable(path: Path, pixel_format: str, tags: ColourTags) -> None:
    """Raises UnsupportedFormat for pictures that `to_rgb` cannot convert."""
    video_format = VideoFormat(pixel_format)
    floating = re.search(r"f(16|32)(le|be)?$", pixel_format)
    if floating or depth_of(pixel_format) > 16 or video_format.is_bayer or pixel_format.startswith("xyz"):
        raise UnsupportedFormat(
            f"{path}: pixel format {pixel_format} is not grey, RGB or YUV of up to 16 bits; convert the clip to "
            "ProRes, FFV1 or PNG"
        )
    if not (is_rgb(video_format) or is_grey(video_format)):
        try:
            matrix_of(tags, 0, 0)
        except UnsupportedFormat as error:
            raise UnsupportedFormat(f"{path}: {error}") from None


def to_rgb(frame: VideoFrame, reformatter: VideoReformatter, tags: ColourTags) -> Image:
    """A decoded picture as a frame (H, W, 3); alpha is dropped.

    RGB of 8 to 16 bits comes back exactly, as value / (2^depth - 1) through the transfer function. Chroma is upsampled
    bicubically from where the decoder says it is sited. YUV holds more than RGB from 0 to 1: nothing of it is cut off.

    Raises:
        UnsupportedFormat: see `matrix_of`.
    """
    name, width, height = frame.format.name, frame.width, frame.height
    image = np.empty((height, width, 3), np.float32)
    if is_rgb(frame.format):
        for channel, plane in enumerate(rgb_samples(frame, reformatter)):
            np.divide(plane, np.float32(2 ** max(8, depth_of(name)) - 1), out=image[..., channel])
        return _displayed(image, tags)
    if is_grey(frame.format):
        image[:] = _displayed(to_luma(frame, reformatter, tags), tags)[..., None]
        return image

    red_weight, blue_weight = _RED_AND_BLUE_WEIGHTS[matrix_of(tags, width, height)]
    green_weight = 1 - red_weight - blue_weight
    luma, cb, cr, scale = yuv_samples(frame, reformatter)
    black, luma_span, chroma_zero, chroma_span = _coding(depth_of(name), range_of(tags, name))
    red_per_cr, blue_per_cb = 2 * (1 - red_weight), 2 * (1 - blue_weight)
    green_per_cr = -red_per_cr * red_weight / green_weight
    green_per_cb = -blue_per_cb * blue_weight / green_weight
    for rows in _row_blocks(height, width):
        y = _normalised(luma[rows], black * scale, luma_span * scale)
        u = _normalised(cb[rows], chroma_zero * scale, chroma_span * scale)
        v = _normalised(cr[rows], chroma_zero * scale, chroma_span * scale)
        block = image[rows]
        np.add(y, np.float32(red_per_cr) * v, out=block[..., 0])
        np.add(y, np.float32(blue_per_cb) * u, out=block[..., 2])
        v *= np.float32(green_per_cr)
        u *= np.float32(green_per_cb)
        y += u
        np.add(y, v, out=block[..., 1])
    return _displayed(image, tags)


def from_rgb(
    image: Image, pixel_format: str, tags: ColourTags, reformatter: VideoReformatter, *, beyond: bool = True
) -> VideoFrame:
    """The inverse of `to_rgb`, rounded to nearest, and cut off where codes end.

    4:2:0 and 4:2:2 chroma is sited left, as H.264, H.265, ProRes and DNxHR take it to be. The frame carries its tags;
    its pts and time base are the caller's to set.

    Args:
        beyond: YUV may hold what RGB from 0 to 1 cannot. What was never YUV is cut off there, channel by channel: luma
            and chroma that are cut off apart are another colour.

    Raises:
        UnsupportedFormat: see `matrix_of`; or a pixel format that is neither RGB nor YUV of 8 to 16 bits.
    """
    target = VideoFormat(pixel_format)
    height, width = image.shape[:2]
    depth = depth_of(pixel_format)
    if not 8 <= depth <= 16 or target.has_palette or target.is_bayer:
        raise UnsupportedFormat(f"pixel format {pixel_format} cannot be written; use yuv420p, yuv422p10le or gbrp")
    image = _coded(image, tags)
    if is_rgb(target):
        frame = VideoFrame(width, height, planar_rgb(depth))
        for channel, plane in zip((1, 2, 0), planes_of(frame), strict=True):  # stored green, blue, red
            for rows in _row_blocks(height, width):
                _quantise(image[rows, :, channel], 0, 2**depth - 1, depth, plane[rows])
        frame = reformatter.reformat(frame, format=pixel_format, threads=1)
        _tag(frame, tags, 0, FULL)
        return frame

    matrix, value_range = matrix_of(tags, width, height), range_of(tags, pixel_format)
    frame = VideoFrame(width, height, planar_yuv(target, depth))
    _fill_yuv(planes_of(frame), image if beyond else image.clip(0, 1), matrix, depth, value_range)
    _tag(frame, tags, matrix, value_range)
    both = ColorRange(value_range)
    return reformatter.reformat(frame, format=pixel_format, src_color_range=both, dst_color_range=both, threads=1)


def to_luma(frame: VideoFrame, reformatter: VideoReformatter, tags: ColourTags) -> Image:
    """One number per pixel, float32 (H, W), without any colour conversion: what disparity is stored in.

    The luma or grey samples themselves, scaled by the range alone (see `range_of`) and not clipped; of RGB, the mean of
    the three channels, which is exact where they are equal.
    """
    name = frame.format.name
    if is_rgb(frame.format):
        red, green, blue = rgb_samples(frame, reformatter)
        total = red.astype(np.uint32) + green + blue
        rgb_mean: Image = np.divide(total, 3 * (2 ** max(8, depth_of(name)) - 1), dtype=np.float32)
        return rgb_mean
    if is_grey(frame.format):
        luma, scale = grey_samples(frame, reformatter), 1
    else:
        luma, scale = luma_samples(frame, reformatter)
    black, span, _, _ = _coding(max(8, depth_of(name)), range_of(tags, name))
    return _normalised(luma, black * scale, span * scale)


def from_luma(values: Image, pixel_format: str) -> VideoFrame:
    """The inverse of `to_luma` for full-range grey: clipped to [0, 1], rounded to nearest.

    Raises:
        UnsupportedFormat: a pixel format that is not grey of 8 to 16 bits.
    """
    depth = depth_of(pixel_format)
    if not is_grey(VideoFormat(pixel_format)) or not 8 <= depth <= 16:
        raise UnsupportedFormat(f"pixel format {pixel_format} cannot hold a map; use gray16le")
    height, width = values.shape
    frame = VideoFrame(width, height, pixel_format)
    _quantise(values, 0, 2**depth - 1, depth, planes_of(frame)[0])
    return frame


def _displayed(codes: Image, tags: ColourTags) -> Image:
    if tags.transfer not in BY_LIGHT:
        return codes
    from .transfer import displayed  # it loads torch, which most media can do without

    return displayed(codes, tags.transfer)


def _coded(image: Image, tags: ColourTags) -> Image:
    if tags.transfer not in BY_LIGHT:
        return image
    from .transfer import coded

    return coded(image, tags.transfer)


def _tag(frame: VideoFrame, tags: ColourTags, matrix: int, value_range: int) -> None:
    frame.color_primaries, frame.color_trc = tags.primaries, tags.transfer
    frame.colorspace, frame.color_range = matrix, value_range


def _coding(depth: int, value_range: int) -> tuple[int, int, int, int]:
    """(black, luma span, chroma zero, chroma span) in code values (H.273)."""
    if value_range == FULL:
        return 0, 2**depth - 1, 2 ** (depth - 1), 2**depth - 1
    unit = 2 ** (depth - 8)
    return 16 * unit, 219 * unit, 128 * unit, 224 * unit


def _row_blocks(height: int, width: int) -> list[slice]:
    """Slices of an even number of rows, so that 4:2:0 chroma never straddles two."""
    rows = 2 * max(1, _BLOCK_SAMPLES // (2 * width))
    return [slice(top, min(top + rows, height)) for top in range(0, height, rows)]


def _normalised(samples: Samples, zero: int, span: int) -> Image:
    values: Image = samples.astype(np.float32)
    if zero:
        values -= np.float32(zero)
    values /= np.float32(span)
    return values


def _quantise(values: Image, zero: int, span: int, depth: int, out: Samples) -> None:
    """Code values zero + span · value, rounded to nearest, written into `out`."""
    codes = values * np.float32(span)
    codes += np.float32(zero + 0.5)
    out[:] = codes.clip(0, 2**depth - 1, out=codes)


def _fill_yuv(planes: list[Samples], image: Image, matrix: int, depth: int, value_range: int) -> None:
    luma, cb, cr = planes
    black, luma_span, chroma_zero, chroma_span = _coding(depth, value_range)
    red_weight, blue_weight = (np.float32(weight) for weight in _RED_AND_BLUE_WEIGHTS[matrix])
    across, down = 1 + (cb.shape[1] < luma.shape[1]), 1 + (cb.shape[0] < luma.shape[0])
    chroma = [np.empty(plane.shape, np.float32) for plane in (cb, cr)]
    for rows in _row_blocks(*luma.shape):
        block: Image = image[rows]
        red, green, blue = block[..., 0], block[..., 1], block[..., 2]
        y: Image = red_weight * red + blue_weight * blue
        y += (1 - red_weight - blue_weight) * green
        _quantise(y, black, luma_span, depth, luma[rows])
        chroma_rows = slice(rows.start // down, -(-rows.stop // down))
        for primary, weight, out in ((blue, blue_weight, chroma[0]), (red, red_weight, chroma[1])):
            difference: Image = primary - y
            difference /= 2 * (1 - weight)
            if down == 2:
                difference = halved_down(difference)
            out[chroma_rows] = halved_across(difference) if across == 2 else difference
    for values, plane in zip(chroma, (cb, cr), strict=True):
        if down == 2:
            values = undone_down(values)
        for rows in _row_blocks(*plane.shape):
            _quantise(values[rows], chroma_zero, chroma_span, depth, plane[rows])
