from __future__ import annotations

import numpy as np
import pytest
from av import VideoFormat, VideoFrame
from av.video.reformatter import VideoReformatter
from focuspuller.core.errors import UnsupportedFormat
from focuspuller.core.media.samples import (
    depth_of,
    grey_samples,
    has_alpha,
    is_grey,
    is_rgb,
    luma_samples,
    planar_yuv,
    plane_of,
    rgb_samples,
    yuv_samples,
)

WIDTH, HEIGHT = 37, 21  # lines are padded


def codes(depth: int, shape: tuple[int, ...] = (HEIGHT, WIDTH)) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.random.default_rng(depth).integers(0, 1 << depth, shape)


@pytest.mark.parametrize("pixel_format", ["gray", "gray10le", "gray16le", "gray16be"])
def test_views_write_through_without_the_padding(pixel_format: str) -> None:
    expected = codes(depth_of(pixel_format))
    frame = VideoFrame(WIDTH, HEIGHT, pixel_format)
    plane_of(frame, 0)[:] = expected
    np.testing.assert_array_equal(grey_samples(frame, VideoReformatter()), expected)
    if pixel_format in ("gray", "gray16le", "gray16be"):
        np.testing.assert_array_equal(frame.to_ndarray(), expected)


@pytest.mark.parametrize("pixel_format", ["ya8", "ya16be", "ya16le"])
def test_alpha_beside_grey_is_dropped(pixel_format: str) -> None:
    depth = depth_of(pixel_format)
    both = codes(depth, (HEIGHT, WIDTH * 2))
    frame = VideoFrame(WIDTH, HEIGHT, pixel_format)
    plane_of(frame, 0)[:] = both
    np.testing.assert_array_equal(grey_samples(frame, VideoReformatter()), both[:, ::2])


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgra", "rgb48be", "rgba64le", "gbrap10le"])
def test_rgb_comes_out_at_its_own_depth(pixel_format: str) -> None:
    depth, planar = depth_of(pixel_format), pixel_format.startswith("gb")
    frame = VideoFrame(WIDTH, HEIGHT, pixel_format)
    for number in range(len(frame.planes)):
        view = plane_of(frame, number)
        view[:] = codes(depth, view.shape)
    order = {"rgb24": (0, 1, 2), "bgra": (2, 1, 0), "rgb48be": (0, 1, 2), "rgba64le": (0, 1, 2)}.get(pixel_format)
    for channel, samples in enumerate(rgb_samples(frame, VideoReformatter())):
        if planar:
            expected = plane_of(frame, (2, 0, 1)[channel])
        else:
            assert order is not None
            expected = plane_of(frame, 0)[:, order[channel] :: len(frame.format.components)]
        np.testing.assert_array_equal(samples, expected)


@pytest.mark.parametrize(
    "pixel_format", ["yuv420p", "yuvj420p", "yuv422p10le", "yuv420p12le", "yuv444p", "yuvj444p", "nv12", "yuva444p10le"]
)
def test_luma_keeps_its_codes(pixel_format: str) -> None:
    expected = codes(depth_of(pixel_format))
    frame = VideoFrame(WIDTH, HEIGHT, pixel_format)
    for number in range(len(frame.planes)):
        plane_of(frame, number)[:] = 1 << (depth_of(pixel_format) - 1)
    plane_of(frame, 0)[:] = expected
    luma, scale = luma_samples(frame, VideoReformatter())
    np.testing.assert_array_equal(luma, expected * scale)
    luma, cb, cr, scale = yuv_samples(frame, VideoReformatter())
    np.testing.assert_array_equal(luma, expected * scale)
    for chroma in (cb, cr):
        assert chroma.shape == luma.shape
        assert (chroma == scale << (depth_of(pixel_format) - 1)).all()


def test_kinds() -> None:
    assert [is_rgb(VideoFormat(name)) for name in ("pal8", "rgb24", "gray", "yuv420p")] == [True, True, False, False]
    assert [is_grey(VideoFormat(name)) for name in ("pal8", "ya8", "gray", "yuv420p")] == [False, True, True, False]
    assert planar_yuv(VideoFormat("p010le"), 10) == "yuv420p10le"
    assert planar_yuv(VideoFormat("yuyv422"), 8) == "yuv422p"
    with pytest.raises(UnsupportedFormat):
        planar_yuv(VideoFormat("yuv410p"), 8)


def test_alpha_is_known_by_the_pixel_format() -> None:
    with_alpha = ["yuva444p10le", "rgba", "rgba64be", "ya8", "gbrap16le", "gbrapf32le"]
    without = ["yuv420p", "rgb24", "bgr0", "gray16le", "gbrpf32le", "gbrpf99le"]
    assert [name for name in [*with_alpha, *without] if has_alpha(name)] == with_alpha
