from __future__ import annotations

import struct
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from focuspuller.core.errors import MediaNotFound, MediaUnreadable
from focuspuller.core.frames import Image
from focuspuller.core.media.exr import describe_exr, light_of, read_exr, read_exr_map, write_exr
from focuspuller.core.media.open import open_frames, probe

from tests.core.media.movies import picture

SCANLINES = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}


def values(seed: int, shape: tuple[int, ...] = (48, 64)) -> Image:
    return np.random.default_rng(seed).random(shape, np.float32)


def write(path: Path, channels: dict[str, Image], header: Mapping[str, object] | None = None) -> Path:
    OpenEXR.File({**SCANLINES, **(header or {})}, dict(channels)).write(str(path))
    return path


def test_every_half_float_comes_back(tmp_path: Path) -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    light = np.repeat(halves[np.isfinite(halves)].reshape(-1, 64, 1), 3, axis=-1)
    write_exr(tmp_path / "a.exr", light)
    np.testing.assert_array_equal(light_of(read_exr(tmp_path / "a.exr")), light)
    assert describe_exr(tmp_path / "a.exr")[:5] == (64, 992, 16, False, Fraction(1))


def test_colour_is_display_coded_and_keeps_what_is_beyond(tmp_path: Path) -> None:
    linear = values(0, (48, 64, 3)) * 30 - 1
    path = write(tmp_path / "a.exr", {"RGB": linear})
    image = read_exr(path)
    np.testing.assert_allclose(image.clip(0), linear.clip(0) ** (1 / 2.2), rtol=1e-6)
    np.testing.assert_array_equal(image < 0, linear < 0)
    assert describe_exr(path)[:5] == (64, 48, 32, False, Fraction(1))


@pytest.mark.parametrize(("name", "alpha"), [("A", True), ("beauty.A", True), ("Alpha2", False), ("Z", False)])
def test_alpha_is_told(name: str, alpha: bool, tmp_path: Path) -> None:
    assert describe_exr(write(tmp_path / "a.exr", {"R": values(0), name: values(1)}))[3] is alpha


def test_a_map_is_read_as_it_is_stored(tmp_path: Path) -> None:
    depth = values(1) * 200 - 3
    depth[2, 3], depth[4, 5] = np.nan, np.inf
    for name in ("Z", "depth.Z", "Y", "left.disparity", "anything"):
        np.testing.assert_array_equal(read_exr_map(write(tmp_path / "a.exr", {name: depth})), depth)


def test_layers(tmp_path: Path) -> None:
    channels = {f"beauty.{c}": values(ord(c)) for c in "RGB"} | {"depth.Z": values(4), "mask.A": values(5)}
    path = write(tmp_path / "a.exr", channels)
    expected = np.stack([channels[f"beauty.{c}"] for c in "RGB"], axis=-1) ** (1 / 2.2)
    np.testing.assert_allclose(read_exr(path), expected, atol=1e-6)
    np.testing.assert_array_equal(read_exr_map(path), channels["depth.Z"])


@pytest.mark.parametrize(("stated", "aspect"), [(2.0, Fraction(2)), (4 / 3, Fraction(4, 3))])
def test_pixels_have_the_shape_that_the_header_states(stated: float, aspect: Fraction, tmp_path: Path) -> None:
    path = write(tmp_path / "a.exr", {"R": values(0)}, {"pixelAspectRatio": stated})
    assert probe(path).pixel_aspect == aspect


@pytest.mark.parametrize("depth", ["Z", "depth.Z", "view.Depth.Z"])
def test_no_component_of_a_vector_is_taken_for_depth(depth: str, tmp_path: Path) -> None:
    names = [*"RGBA", *(f"{layer}.{axis}" for layer in "NP" for axis in "XYZ"), "Mist.Z", depth]
    channels = {name: values(seed) for seed, name in enumerate(names)}
    np.testing.assert_array_equal(read_exr_map(write(tmp_path / "a.exr", channels)), channels[depth])


def test_the_picture_itself_comes_before_its_layers(tmp_path: Path) -> None:
    channels = {f"{layer}{c}": values(ord(c) + len(layer)) for layer in ("", "a.") for c in "RGB"}
    path = write(tmp_path / "a.exr", channels)
    np.testing.assert_allclose(read_exr(path)[..., 0], channels["R"] ** (1 / 2.2), atol=1e-6)


@pytest.mark.parametrize("picture_layer", ["ViewLayer.Combined", "rgba", "z.beauty"])
def test_a_layer_called_the_picture_comes_before_passes(picture_layer: str, tmp_path: Path) -> None:
    channels = {f"{layer}.{c}": values(ord(c) + len(layer)) for layer in ("AO", picture_layer) for c in "RGB"}
    path = write(tmp_path / "a.exr", channels)
    np.testing.assert_allclose(read_exr(path)[..., 0], channels[f"{picture_layer}.R"] ** (1 / 2.2), atol=1e-6)


@pytest.mark.parametrize(
    ("stated", "rate"), [(Fraction(24000, 1001), Fraction(24000, 1001)), (Fraction(0), Fraction(24))]
)
def test_the_header_says_how_fast_pictures_are_unless_somebody_else_does(
    stated: Fraction, rate: Fraction, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.exr", {"R": values(0)}, {"framesPerSecond": stated})
    assert probe(path).rate == rate
    assert open_frames(path, Fraction(25)).info.rate == 25
    named = b"framesPerSecond\0rational\0\x08\0\0\0"
    data = path.read_bytes()
    start = data.index(named) + len(named) + 4
    path.write_bytes(data[:start] + bytes(4) + data[start + 4 :])
    with pytest.raises(MediaUnreadable, match=r"a\.exr"):
        probe(path)


def test_parts(tmp_path: Path) -> None:
    colour, depth = values(6, (48, 64, 3)), values(7)
    parts = [
        OpenEXR.Part(dict(SCANLINES), {"RGB": colour}, "beauty"),
        OpenEXR.Part(dict(SCANLINES), {"Z": depth}, "depth"),
    ]
    OpenEXR.File(parts).write(str(tmp_path / "a.exr"))
    np.testing.assert_allclose(read_exr(tmp_path / "a.exr"), colour ** (1 / 2.2), atol=1e-6)
    np.testing.assert_array_equal(read_exr_map(tmp_path / "a.exr"), depth)


def test_a_map_in_three_equal_channels(tmp_path: Path) -> None:
    stored = values(8)
    path = write(tmp_path / "a.exr", {"RGB": np.repeat(stored[..., None], 3, axis=-1)})
    np.testing.assert_allclose(read_exr_map(path), stored, atol=1e-6)


def test_one_channel_is_a_grey_picture(tmp_path: Path) -> None:
    stored = values(9)
    image = read_exr(write(tmp_path / "a.exr", {"Y": stored}))
    np.testing.assert_allclose(image, np.repeat(stored[..., None], 3, axis=-1) ** (1 / 2.2), atol=1e-6)


@pytest.mark.parametrize("corner", [(10, 5), (-20, -7), (70, 50), (200, 200)])
def test_pixels_lie_in_the_display_window(corner: tuple[int, int], tmp_path: Path) -> None:
    left, top = corner
    stored = values(10)
    windows = {
        "displayWindow": (np.array([0, 0], np.int32), np.array([99, 59], np.int32)),
        "dataWindow": (np.array([left, top], np.int32), np.array([left + 63, top + 47], np.int32)),
    }
    path = write(tmp_path / "a.exr", {"Z": stored}, windows)
    expected = np.zeros((60, 100), np.float32)
    for row in range(48):
        for column in range(64):
            if 0 <= top + row < 60 and 0 <= left + column < 100:
                expected[top + row, left + column] = stored[row, column]
    np.testing.assert_array_equal(read_exr_map(path), expected)
    assert describe_exr(path)[:2] == (100, 60)


def test_too_many_unnamed_channels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.exr", {"a": values(1), "b": values(2)})
    with pytest.raises(MediaUnreadable, match="rename"):
        read_exr_map(path)


def test_a_header_that_lies_about_its_size_allocates_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.exr", {"Z": values(1)})
    data = bytearray(path.read_bytes())
    for name in (b"dataWindow\0box2i\0", b"displayWindow\0box2i\0"):
        start = data.index(name) + len(name) + 4
        data[start : start + 16] = struct.pack("<4i", 0, 0, 200_000, 200_000)
    path.write_bytes(data)
    with pytest.raises(MediaUnreadable, match="200001x200001"):
        read_exr(path)


@pytest.mark.parametrize("kind", ["truncated", "corrupt", "not one", "empty"])
def test_damaged_files(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.exr", {"RGB": picture(0)})
    whole = path.read_bytes()
    half = len(whole) // 2
    broken = {
        "truncated": whole[:half],
        "corrupt": whole[:half] + bytes(400) + whole[half + 400 :],
        "not one": b"hello" * 100,
        "empty": b"",
    }
    path.write_bytes(broken[kind])
    with pytest.raises(MediaUnreadable, match=r"a\.exr"):
        read_exr(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound):
        read_exr(tmp_path / "a.exr")


def test_writing_to_a_full_disk_is_an_error() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(OSError, match="space"):
        write_exr(full, light_of(picture(0)))
