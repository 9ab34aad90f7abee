from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import FrameUnreadable, MediaUnreadable
from focuspuller.core.frames import Image
from focuspuller.core.media.exr import light_of, write_exr
from focuspuller.core.media.sequence import SequenceReader

from tests.core.media.movies import codes_of, picture, write_still


def pngs(folder: Path, numbers: range, name: str = "shot.{:04d}.png") -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [write_still(folder / name.format(n), codes_of(n, 8), "png", "rgb24") for n in numbers]


def test_exr_sequences_are_display_coded(tmp_path: Path) -> None:
    for index in range(3):
        write_exr(tmp_path / f"shot.{index:04d}.exr", light_of(picture(index)))
    reader = SequenceReader(tmp_path / "shot.####.exr", rate=Fraction(25))
    for index in (2, 0, 1):
        assert np.abs(reader.read(index) - picture(index)).max() < 1 / 2000
    info = reader.info
    assert (info.codec, info.bit_depth, info.width, info.height) == ("exr", 16, 64, 48)
    assert info.rate == Fraction(25)
    assert [pts * info.time_base for pts in info.pts] == [Fraction(index, 25) for index in range(3)]


def test_another_size_is_named(tmp_path: Path) -> None:
    files = pngs(tmp_path, range(3))
    write_still(files[1], codes_of(0, 8)[:10], "png", "rgb24")
    reader = SequenceReader(tmp_path)
    with pytest.raises(FrameUnreadable, match=r"shot\.0001\.png.*32x10.*32x24"):
        reader.read(1)
    reader.read(2)


@pytest.mark.parametrize("kind", ["truncated", "text", "empty"])
def test_a_damaged_file_is_named_and_the_others_can_be_read(kind: str, tmp_path: Path) -> None:
    files = pngs(tmp_path, range(3))
    whole = files[1].read_bytes()
    files[1].write_bytes({"truncated": whole[: len(whole) // 2], "text": b"hello" * 50, "empty": b""}[kind])
    reader = SequenceReader(tmp_path)
    with pytest.raises(FrameUnreadable, match=r"frame 1: .*shot\.0001\.png"):
        reader.read(1)
    np.testing.assert_array_equal(reader.read(2), np.float32(codes_of(2, 8) / 255))


def test_a_first_file_that_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "shot.0000.tif").write_bytes(b"hello" * 50)
    with pytest.raises(MediaUnreadable, match=r"shot\.0000\.tif"):
        SequenceReader(tmp_path)


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    files = pngs(tmp_path, range(3))
    reader = SequenceReader(tmp_path)
    files[1].unlink()
    with pytest.raises(FrameUnreadable, match="no such file"):
        reader.read(1)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_such_frame(index: int, tmp_path: Path) -> None:
    pngs(tmp_path, range(3))
    with pytest.raises(FrameUnreadable, match="0 to 2"):
        SequenceReader(tmp_path).read(index)


def test_a_changed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    files = pngs(tmp_path, range(3))
    before = SequenceReader(tmp_path).fingerprint
    assert SequenceReader(tmp_path / "shot.####.png").fingerprint == before
    os.utime(files[1], (0, 0))
    assert SequenceReader(tmp_path).fingerprint != before


def test_read_never_returns_what_the_caller_could_spoil(tmp_path: Path) -> None:
    pngs(tmp_path, range(1))
    reader = SequenceReader(tmp_path)
    spoiled: Image = reader.read(0)
    spoiled[:] = 0
    assert reader.read(0).any()
