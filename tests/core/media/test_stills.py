from __future__ import annotations

import os
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from focuspuller.core.errors import MediaNotFound, MediaUnreadable
from focuspuller.core.media.exr import write_exr
from focuspuller.core.media.fingerprint import fingerprint_of
from focuspuller.core.media.info import ColourTags
from focuspuller.core.media.open import probe
from focuspuller.core.media.samples import depth_of, has_alpha
from focuspuller.core.media.stills import still_reader
from PIL import Image

from tests.core.media.movies import codes_of, write_still
from tests.core.media.outputs import pictures, rgb_clip, write


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "depth", "colour"),
    [
        ("a.png", "png", "rgb24", 8, True),
        ("a.png", "png", "rgb48be", 16, True),
        ("a.png", "png", "gray", 8, False),
        ("a.png", "png", "gray16be", 16, False),
        ("a.tif", "tiff", "rgb24", 8, True),
        ("a.tiff", "tiff", "rgb48le", 16, True),
        ("A.TIF", "tiff", "gray16le", 16, False),
    ],
)
def test_codes_are_read_exactly(
    name: str, codec: str, pixel_format: str, depth: int, colour: bool, tmp_path: Path
) -> None:
    codes = codes_of(0, depth, colour)
    path = write_still(tmp_path / name, codes, codec, pixel_format)
    reader = still_reader(path.suffix)
    expected = (codes / (2**depth - 1)).astype(np.float32)
    image = reader.rgb(path)
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image, expected if colour else np.repeat(expected[..., None], 3, axis=-1))
    if not colour:
        np.testing.assert_array_equal(reader.luma(path), expected)
    info = reader.describe(path)
    assert (info.width, info.height, info.bit_depth, info.codec) == (32, 24, depth, codec)


def test_exr_goes_to_its_own_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.EXR"
    write_exr(path, np.zeros((48, 64, 3), np.float16))
    info = still_reader(path.suffix).describe(path)
    assert (info.width, info.height, info.bit_depth, info.codec) == (64, 48, 16, "exr")


@pytest.mark.parametrize("channels", ["RGB", "RGBA"])
def test_alpha_is_known_of_an_exr_too(tmp_path: Path, channels: str) -> None:
    pixels = {name: np.zeros((4, 6), np.float16) for name in channels}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, pixels).write(str(tmp_path / "a.exr"))
    described = still_reader(".exr").describe(tmp_path / "a.exr")
    assert has_alpha(described.pixel_format) == ("A" in channels)
    assert described.bit_depth == depth_of(described.pixel_format) == 16


def test_jpeg_is_bt_601_at_any_size(tmp_path: Path) -> None:
    y, x = np.mgrid[:720, :1280]
    codes = np.stack([200 - x // 20, 60 + y // 10, 90 + x // 30], axis=-1).astype(np.uint8)
    path = tmp_path / "a.jpg"
    Image.fromarray(codes).save(path, quality=98, subsampling=0)
    assert np.abs(still_reader(".jpg").rgb(path) * 255 - codes).mean() < 1


def test_what_a_png_says_of_its_colours_is_kept(tmp_path: Path) -> None:
    info = replace(rgb_clip(16, length=1), colour=ColourTags(9, 16, 0, 2))
    write(tmp_path / "a.%d.png", info, pictures(info))
    assert probe(tmp_path / "a.0.png").colour == info.colour


@pytest.mark.parametrize("content", [b"", b"hello" * 100])
@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".exr"])
def test_what_is_no_picture(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    for read in (still_reader(suffix).describe, still_reader(suffix).rgb, still_reader(suffix).luma):
        with pytest.raises(MediaUnreadable, match=f"a{suffix}"):
            read(path)


@pytest.mark.skipif(os.name != "posix", reason="pipes have names there")
def test_a_pipe_is_no_picture_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(MediaUnreadable, match="no regular file"):
        still_reader(".png").describe(tmp_path / "a.png")
    with pytest.raises(MediaUnreadable, match="no regular file"):
        fingerprint_of([tmp_path / "a.png"])


@pytest.mark.parametrize("suffix", [".png", ".exr"])
def test_a_missing_file(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound):
        still_reader(suffix).rgb(tmp_path / f"a{suffix}")


def test_a_header_that_lies_about_its_size(tmp_path: Path) -> None:
    path = write_still(tmp_path / "a.png", codes_of(0, 8), "png", "rgb24")
    data = bytearray(path.read_bytes())
    data[16:24] = (1 << 30).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    path.write_bytes(data)
    with pytest.raises(MediaUnreadable, match=r"a\.png"):
        still_reader(".png").rgb(path)
