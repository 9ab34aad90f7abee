from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from av import VideoCodecContext, VideoFrame
from av.video.reformatter import VideoReformatter
from focuspuller.core.media.colour import from_rgb, to_rgb
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.samples import depth_of, planes_of

BT709 = ColourTags(1, 1, 1, 1)
WIDTH, HEIGHT = 96, 64


def decoded(pixel_format: str) -> VideoFrame:
    """Noise of moderate saturation, its chroma sited as H.264 says."""
    frame = VideoFrame(WIDTH, HEIGHT, pixel_format)
    codes, unit = np.random.default_rng(0), 1 << depth_of(pixel_format) - 8
    for plane in planes_of(frame):
        plane[:] = codes.integers(80 * unit, 176 * unit, plane.shape)
    frame.pts = 0
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, pixel_format
    encoder.time_base, encoder.options = Fraction(1, 24), {"qp": "0"}
    decoder = VideoCodecContext.create("h264", "r")
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return next(picture for packet in [*packets, None] for picture in decoder.decode(packet))


@pytest.mark.parametrize("pixel_format", ["yuv422p", "yuv422p10le", "yuv420p", "yuv420p10le"])
def test_what_stays_in_focus_keeps_its_chroma_code_by_code(pixel_format: str) -> None:
    source, reformatter = decoded(pixel_format), VideoReformatter()
    again = from_rgb(to_rgb(source, reformatter, BT709), pixel_format, BT709, reformatter)
    for before, after in zip(planes_of(source), planes_of(again), strict=True):
        wrong = np.abs(before.astype(int) - after)
        assert wrong[2:-2].max() == 0
        # Above and below a picture upsampling takes its outermost rows for what is not there.
        assert wrong.max() <= (5 if pixel_format.startswith("yuv420") else 0)
