from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from focuspuller.core.errors import UnsupportedFormat
from focuspuller.core.frames import Image
from focuspuller.core.media.colour import check_readable, from_luma, from_rgb, matrix_of, range_of, to_luma, to_rgb
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.samples import depth_of, planes_of

HD = ColourTags(1, 1, 1, 1)
RGB_FORMATS = ["rgb24", "gbrp", "bgr0", "rgba", "gbrp10le", "gbrp12le", "gbrp16le", "rgb48le", "rgb48be", "rgba64be"]
YUV_FORMATS = ["yuv444p", "yuvj444p", "yuv444p10le", "yuv444p12le", "yuv444p16le", "yuva444p10le"]
SUBSAMPLED_FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuv422p10le", "yuv420p10le", "nv12", "p010le", "yuyv422"]


def round_trip(image: Image, pixel_format: str, tags: ColourTags = HD) -> Image:
    reformatter = VideoReformatter()
    return to_rgb(from_rgb(image, pixel_format, tags, reformatter), reformatter, tags)


def noise(levels: int, shape: tuple[int, ...] = (31, 45, 3)) -> Image:
    codes = np.random.default_rng(1).integers(0, levels, shape)
    return (codes / np.float64(levels - 1)).astype(np.float32)


def ramp(height: int = 48, width: int = 96) -> Image:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    image: Image = np.stack([x / (width - 1), y / (height - 1), 1 - x / (width - 1)], axis=-1)
    return image


def yuv_frame(pixel_format: str, codes: tuple[int, int, int], size: tuple[int, int] = (8, 8)) -> VideoFrame:
    frame = VideoFrame(*size, pixel_format)
    for plane, code in zip(planes_of(frame), codes, strict=True):
        plane[:] = code
    return frame


@pytest.mark.parametrize("pixel_format", RGB_FORMATS)
def test_rgb_codes_come_back_exactly(pixel_format: str) -> None:
    image = noise(2 ** depth_of(pixel_format))
    np.testing.assert_array_equal(round_trip(image, pixel_format), image)


@pytest.mark.parametrize("pixel_format", YUV_FORMATS)
@pytest.mark.parametrize("matrix", [1, 4, 5, 6, 7, 9])
@pytest.mark.parametrize("value_range", [1, 2])
def test_full_chroma_comes_back_within_two_codes(pixel_format: str, matrix: int, value_range: int) -> None:
    image = noise(1 << 16)
    error = np.abs(round_trip(image, pixel_format, ColourTags(matrix=matrix, range=value_range)) - image)
    assert error.max() <= 2 / (2 ** depth_of(pixel_format) - 1)


@pytest.mark.parametrize("pixel_format", [*YUV_FORMATS, *SUBSAMPLED_FORMATS])
@pytest.mark.parametrize("value_range", [1, 2])
def test_the_purest_colours_keep_theirs(pixel_format: str, value_range: int) -> None:
    for corner in np.ndindex(2, 2, 2):
        image = np.full((8, 8, 3), corner, np.float32)
        error = np.abs(round_trip(image, pixel_format, ColourTags(matrix=1, range=value_range)) - image)
        assert error.max() <= 2 / 255


@pytest.mark.parametrize(
    ("pixel_format", "size"),
    [*((name, (48, 96)) for name in SUBSAMPLED_FORMATS), ("yuv420p", (31, 45)), ("yuv422p10le", (31, 45))],
)
def test_smooth_pictures_survive_subsampling(pixel_format: str, size: tuple[int, int]) -> None:
    image = ramp(*size)
    error = np.abs(round_trip(image, pixel_format) - image)
    assert error.mean() < 3 / 255  # an undecoded frame says nothing of siting, so swscale centres its chroma


@pytest.mark.parametrize(
    ("pixel_format", "tags", "codes", "rgb"),
    [
        ("yuv444p", HD, (235, 128, 128), (1, 1, 1)),
        ("yuv444p", HD, (16, 128, 128), (0, 0, 0)),
        ("yuv420p", HD, (235, 128, 128), (1, 1, 1)),
        ("yuvj420p", HD, (255, 128, 128), (1, 1, 1)),
        ("yuv420p10le", ColourTags(range=2), (1023, 512, 512), (1, 1, 1)),
        # 75 % bars: BT.709 yellow in 8 bits (ITU-R BT.1729), BT.601 red in 10 bits, BT.2020 blue in 10 bits.
        ("yuv444p", HD, (168, 44, 136), (0.75, 0.75, 0)),
        ("yuv422p", HD, (168, 44, 136), (0.75, 0.75, 0)),
        ("yuv444p10le", ColourTags(matrix=6), (260, 399, 848), (0.75, 0, 0)),
        ("yuv420p10le", ColourTags(matrix=9), (103, 848, 485), (0, 0, 0.75)),
    ],
)
def test_known_codes(
    pixel_format: str, tags: ColourTags, codes: tuple[int, int, int], rgb: tuple[float, float, float]
) -> None:
    image = to_rgb(yuv_frame(pixel_format, codes), VideoReformatter(), tags)
    step = 1.3 / 2 ** depth_of(pixel_format)
    assert np.abs(image - np.array(rgb)).max() <= step
    assert image.dtype == np.float32
    assert image.flags.c_contiguous


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p10le", "gbrp", "rgb48le"])
def test_what_was_never_yuv_is_cut_off_as_rgb(pixel_format: str) -> None:
    wild = noise(256, (32, 48, 3)) * 3 - 1
    written, cut = (
        planes_of(from_rgb(image, pixel_format, HD, VideoReformatter(), beyond=False))
        for image in (wild, wild.clip(0, 1))
    )
    for plane, expected in zip(written, cut, strict=True):
        np.testing.assert_array_equal(plane, expected)


@pytest.mark.parametrize("tags", [HD, ColourTags(9, 16, 9, 1), ColourTags(9, 18, 9, 1), ColourTags(1, 8, 1, 2)])
def test_every_code_of_yuv_comes_back(tags: ColourTags) -> None:
    """Super-whites, what is less than black, and colours that RGB from 0 to 1 has not."""
    frame = VideoFrame(1016, 5, "yuv444p10le")
    luma, cb, cr = planes_of(frame)
    luma[:] = np.arange(4, 1020)
    cb[:], cr[:] = np.array([[512], [4], [1019], [300], [700]]), np.array([[512], [700], [300], [1019], [4]])
    reformatter = VideoReformatter()
    back = from_rgb(to_rgb(frame, reformatter, tags), "yuv444p10le", tags, reformatter)
    for plane, again in zip((luma, cb, cr), planes_of(back), strict=True):
        np.testing.assert_array_equal(again, plane)


def test_untagged_pictures_follow_their_size_either_way_up() -> None:
    untagged = ColourTags()
    assert matrix_of(untagged, 720, 576) == matrix_of(untagged, 576, 720) == 6
    assert matrix_of(untagged, 1280, 536) == matrix_of(untagged, 1080, 1920) == 1
    assert matrix_of(ColourTags(primaries=9), 3840, 2160) == 9
    assert matrix_of(ColourTags(matrix=5), 3840, 2160) == 5
    with pytest.raises(UnsupportedFormat, match="14"):
        matrix_of(ColourTags(matrix=14), 3840, 2160)


def test_ranges() -> None:
    assert range_of(ColourTags(), "yuv420p") == 1
    assert range_of(ColourTags(), "yuvj420p") == range_of(ColourTags(range=1), "gbrp") == 2
    assert range_of(ColourTags(), "gray10le") == 2
    assert range_of(ColourTags(range=1), "gray") == 1


@pytest.mark.parametrize(("pixel_format", "white"), [("gray", 255), ("gray10le", 1023), ("gray12le", 4095)])
def test_grey_luma_is_exact_and_unstretched(pixel_format: str, white: int) -> None:
    codes = np.random.default_rng(2).integers(0, white + 1, (32, 48))
    frame = VideoFrame(48, 32, pixel_format)
    planes_of(frame)[0][:] = codes
    np.testing.assert_array_equal(to_luma(frame, VideoReformatter(), ColourTags()), np.float32(codes / white))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "nv12", "yuyv422", "p010le"])
def test_luma_is_scaled_by_the_range_alone(pixel_format: str) -> None:
    grey = np.broadcast_to(np.linspace(0, 1, 64, dtype=np.float32)[None, :, None], (16, 64, 3))
    for tags in (ColourTags(matrix=1, range=1), ColourTags(matrix=1, range=2)):
        frame = from_rgb(grey, pixel_format, tags, VideoReformatter())
        luma = to_luma(frame, VideoReformatter(), tags)
        assert np.abs(luma - grey[..., 0]).max() <= 0.51 / (219 << (depth_of(pixel_format) - 8))


def test_luma_of_equal_rgb_is_that_value() -> None:
    grey = np.repeat(noise(256, (16, 16, 1)), 3, axis=-1)
    frame = from_rgb(grey, "rgb24", HD, VideoReformatter())
    np.testing.assert_array_equal(to_luma(frame, VideoReformatter(), HD), grey[..., 0])


@pytest.mark.parametrize("pixel_format", ["pal8", "gray", "yuv410p", "bayer_rggb8"])
def test_formats_that_cannot_be_written(pixel_format: str) -> None:
    with pytest.raises(UnsupportedFormat):
        from_rgb(ramp(), pixel_format, HD, VideoReformatter())


@pytest.mark.parametrize(
    ("pixel_format", "tags"),
    [
        ("gbrpf32le", ColourTags()),
        ("rgbaf16le", ColourTags()),
        ("bayer_rggb16le", ColourTags()),
        ("xyz12le", ColourTags()),
        ("yuv420p10le", ColourTags(matrix=14)),
    ],
)
def test_what_cannot_be_converted_is_refused_with_its_path(pixel_format: str, tags: ColourTags) -> None:
    with pytest.raises(UnsupportedFormat, match=r"^shot\.mov: "):
        check_readable(Path("shot.mov"), pixel_format, tags)


@pytest.mark.parametrize(
    "pixel_format", ["pal8", "gray", "ya16be", "monob", "yuv420p", "yuva444p12le", "gbrp16le", "nv12"]
)
def test_what_can_be_converted(pixel_format: str) -> None:
    check_readable(Path("shot.mov"), pixel_format, HD)
    frame = VideoFrame(16, 8, pixel_format)
    image = to_rgb(frame, VideoReformatter(), HD)
    assert image.shape == (8, 16, 3)
    assert np.isfinite(image).all()
    assert to_luma(frame, VideoReformatter(), HD).shape == (8, 16)


@pytest.mark.parametrize("pixel_format", ["gray", "gray10le", "gray16le"])
def test_grey_is_the_inverse_of_its_reading(pixel_format: str) -> None:
    top = 2 ** depth_of(pixel_format) - 1
    values = noise(top + 1)[..., 0]
    values[0, :3] = -0.5, 1.5, 1.0
    back = to_luma(from_luma(values, pixel_format), VideoReformatter(), ColourTags())
    np.testing.assert_allclose(back, values.clip(0, 1), atol=0.5001 / top)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "gbrp", "grayf32le"])
def test_maps_go_into_nothing_but_grey(pixel_format: str) -> None:
    with pytest.raises(UnsupportedFormat, match="gray16le"):
        from_luma(noise(256)[..., 0], pixel_format)
