from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from focuspuller.core.errors import DisparityLengthMismatch, DisparityNotFinite, FrameUnreadable, ParameterError
from focuspuller.core.frames import Image
from focuspuller.core.media.disparity import DisparityReader, DisparityReading
from focuspuller.core.media.open import open_disparity
from numpy.typing import NDArray

from tests.core.media.movies import write_movie

WIDTH, HEIGHT, LENGTH = 32, 24, 6


class Maps:
    """Luma held in memory."""

    name = "maps"
    fingerprint = "maps"

    def __init__(self, maps: list[Image]) -> None:
        self._maps = maps
        self.height, self.width = maps[0].shape
        self.closed = False

    def __len__(self) -> int:
        return len(self._maps)

    def read(self, index: int) -> Image:
        raise AssertionError("disparity is not colour")

    def read_luma(self, index: int) -> Image:
        return self._maps[index]

    def close(self) -> None:
        self.closed = True


def maps(length: int = LENGTH, low: float = 0.0, high: float = 1.0) -> list[Image]:
    rng = np.random.default_rng(0)
    return [(low + (high - low) * rng.random((HEIGHT, WIDTH))).astype(np.float32) for _ in range(length)]


def reader(stored: list[Image], reading: DisparityReading | None = None, length: int = LENGTH) -> DisparityReader:
    return DisparityReader(Maps(stored), reading or DisparityReading(), WIDTH, HEIGHT, length)


def codes(index: int, white: int) -> NDArray[np.integer]:
    return np.random.default_rng(index).integers(0, white + 1, (HEIGHT, WIDTH))


def write_luma(path: Path, pixel_format: str, white: int, value_range: int = 0) -> Path:
    """Lossless video whose first plane holds `codes`."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", 24)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixel_format
        stream.codec_context.color_range = value_range
        for index in range(LENGTH):
            frame = av.VideoFrame(WIDTH, HEIGHT, pixel_format)
            for number, plane in enumerate(frame.planes):
                dtype = np.uint8 if white == 255 else np.uint16
                samples = np.full((plane.height, plane.line_size // np.dtype(dtype).itemsize), (white + 1) // 2, dtype)
                if number == 0:
                    samples[:, :WIDTH] = codes(index, white)
                plane.update(samples.tobytes())
            frame.pts = index
            frame.color_range = value_range
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def opened(path: Path, reading: DisparityReading | None = None) -> DisparityReader:
    return open_disparity(path, reading or DisparityReading(), width=WIDTH, height=HEIGHT, length=LENGTH)


@pytest.mark.parametrize(
    ("pixel_format", "white"),
    [("gray", 255), ("gray10le", 1023), ("gray12le", 4095), ("gray16le", 65535)],
)
def test_grey_video_is_read_to_the_last_code(pixel_format: str, white: int, tmp_path: Path) -> None:
    disparity = opened(write_luma(tmp_path / "d.mkv", pixel_format, white))
    for index in (3, 0, 5):
        np.testing.assert_array_equal(disparity.read(index), np.float32(codes(index, white) / white))
    assert disparity.notes == ()
    disparity.close()


@pytest.mark.parametrize(
    ("pixel_format", "white", "value_range", "black", "span"),
    [
        ("yuv420p", 255, 1, 16, 219),
        ("yuv420p", 255, 0, 16, 219),
        ("yuv420p", 255, 2, 0, 255),
        ("yuv422p10le", 1023, 1, 64, 876),
        ("yuv444p10le", 1023, 2, 0, 1023),
        ("gray", 255, 1, 16, 219),
    ],
)
def test_luma_is_stretched_only_as_it_is_tagged(
    pixel_format: str, white: int, value_range: int, black: int, span: int, tmp_path: Path
) -> None:
    disparity = opened(write_luma(tmp_path / "d.mkv", pixel_format, white, value_range))
    expected = ((codes(2, white) - black) / span).clip(0, 1)
    np.testing.assert_allclose(disparity.read(2), expected, atol=1e-6)
    disparity.close()


def test_bigger_is_nearer_whichever_way_it_is_stored() -> None:
    stored = maps()
    near_dark = [1 - disparity for disparity in stored]
    as_stored = reader(stored).read(2)
    turned = reader(near_dark, DisparityReading(near_is_bright=False)).read(2)
    np.testing.assert_array_equal(as_stored, stored[2])
    np.testing.assert_allclose(turned, stored[2], atol=1e-6)


@pytest.mark.parametrize("near_is_bright", [True, False])
def test_levels_become_zero_and_one_and_the_rest_is_clipped(near_is_bright: bool) -> None:
    stored = np.linspace(-50, 250, WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    reading = DisparityReading(near_is_bright, black=20, white=120)
    disparity = reader([stored], reading, length=1).read(0)
    expected = ((stored - 20) / 100).clip(0, 1)
    np.testing.assert_allclose(disparity, expected if near_is_bright else 1 - expected, atol=1e-6)
    assert disparity.dtype == np.float32


def test_swapped_levels_turn_the_map_round() -> None:
    stored = maps(1)
    turned = reader(stored, DisparityReading(black=1, white=0), 1).read(0)
    np.testing.assert_allclose(turned, 1 - stored[0], atol=1e-6)


@pytest.mark.parametrize(("black", "white"), [(0.5, 0.5), (float("nan"), 1), (0, float("inf"))])
def test_levels_must_differ_and_be_finite(black: float, white: float) -> None:
    with pytest.raises(ParameterError):
        DisparityReading(black=black, white=white)


@pytest.mark.parametrize("offset", [0, 2, 3])
def test_an_offset_pairs_maps_of_a_longer_clip_with_this_one(offset: int) -> None:
    stored = maps(LENGTH + 3)
    shifted = reader(stored, DisparityReading(offset=offset))
    for index in range(LENGTH):
        np.testing.assert_array_equal(shifted.read(index), stored[index + offset])
    assert len(shifted) == LENGTH
    assert shifted.notes == (f"maps: of {LENGTH + 3} frames of disparity, {offset} to {offset + LENGTH - 1} are used",)


@pytest.mark.parametrize(
    ("stored", "offset"), [(LENGTH - 1, None), (LENGTH + 1, None), (LENGTH - 1, 0), (1, 0), (LENGTH, 1), (LENGTH, -1)]
)
def test_maps_that_do_not_go_with_the_clip(stored: int, offset: int | None) -> None:
    with pytest.raises(DisparityLengthMismatch, match=rf"maps: {stored} .*{LENGTH}\b") as error:
        reader(maps(stored), DisparityReading(offset=offset))
    assert "--" not in str(error.value)


@pytest.mark.parametrize(("width", "height"), [(64, 48), (50, 31), (16, 12), (7, 5)])
def test_another_size_is_resampled_with_a_note(width: int, height: int) -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    ramp = (x + 0.5) / WIDTH * 0.7 + (y + 0.5) / HEIGHT * 0.3
    disparity = DisparityReader(Maps([ramp]), DisparityReading(), width, height, 1)
    image = disparity.read(0)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    expected = (x + 0.5) / width * 0.7 + (y + 0.5) / height * 0.3
    inner = np.s_[1:-1, 1:-1]
    assert image.shape == (height, width)
    assert np.abs(image - expected)[inner].max() < 0.01
    assert len(disparity.notes) == 1
    assert f"{WIDTH}x{HEIGHT}" in disparity.notes[0]
    assert f"{width}x{height}" in disparity.notes[0]


def test_reducing_weighs_in_every_pixel() -> None:
    checks = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2).astype(np.float32)
    image = DisparityReader(Maps([checks]), DisparityReading(), WIDTH // 4, HEIGHT // 4, 1).read(0)
    assert np.abs(image - 0.5).max() < 0.05


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_not_finite_are_refused_by_name(value: float) -> None:
    stored = maps(LENGTH + 1)
    stored[4][3, 5] = value
    disparity = reader(stored, DisparityReading(offset=1))
    disparity.read(2)
    with pytest.raises(DisparityNotFinite, match=r"maps: frame 4 has 1 "):
        disparity.read(3)


@pytest.mark.parametrize("index", [-1, LENGTH])
def test_there_is_no_such_frame(index: int) -> None:
    with pytest.raises(FrameUnreadable, match=f"0 to {LENGTH - 1}"):
        reader(maps()).read(index)


def test_reading_is_part_of_the_fingerprint() -> None:
    readings = [DisparityReading(), DisparityReading(False), DisparityReading(white=0.5), DisparityReading(offset=1)]
    prints = {reader(maps(LENGTH + (reading.offset or 0)), reading).fingerprint for reading in readings}
    assert len(prints) == len(readings)
    assert reader(maps(), DisparityReading(offset=0)).fingerprint in prints, "an offset that nobody said is none"


def test_a_reading_is_not_applied_to_what_the_source_keeps() -> None:
    stored = maps(1)
    before = stored[0].copy()
    reader(stored, DisparityReading(False, 0.2, 0.4), 1).read(0)
    np.testing.assert_array_equal(stored[0], before)


def test_the_source_is_closed_with_it() -> None:
    source = Maps(maps())
    DisparityReader(source, DisparityReading(), WIDTH, HEIGHT, LENGTH).close()
    assert source.closed


def test_colour_video_is_read_by_its_luma(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "d.mp4", pts=range(LENGTH), size=(WIDTH, HEIGHT), options={"crf": "1"})
    disparity = opened(path).read(0)
    assert disparity.shape == (HEIGHT, WIDTH)
    assert 0 <= disparity.min() < disparity.max() <= 1
