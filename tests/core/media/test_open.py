from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import DisparityLengthMismatch, MediaNotFound
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.media.exr import light_of, write_exr
from focuspuller.core.media.open import open_disparity, open_frames, probe

from tests.core.media.movies import HEIGHT, LENGTH, WIDTH, picture, write_movie


def test_a_movie_and_a_sequence_come_through_the_same_door(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mkv", "ffv1", "bgr0", pts=range(3))
    folder = tmp_path / "frames"
    folder.mkdir()
    for index in range(3):
        write_exr(folder / f"{index:04d}.exr", light_of(picture(index)))
    for path in (movie, folder, folder / "%04d.exr", folder / "0000.exr"):
        source = open_frames(path)
        assert (len(source), source.width, source.height) == (3, WIDTH, HEIGHT)
        assert source.info == probe(path)
        assert np.abs(source.read(1) - picture(1)).max() < 0.003
        source.close()


def test_text_paths_do_too(tmp_path: Path) -> None:
    assert probe(str(write_movie(tmp_path / "a.mp4"))).frame_count == LENGTH


def test_disparity_that_does_not_fit_leaves_no_file_open(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "d.mp4")
    with pytest.raises(DisparityLengthMismatch, match=f"{LENGTH}.*{LENGTH + 1}"):
        open_disparity(path, DisparityReading(), width=WIDTH, height=HEIGHT, length=LENGTH + 1)
    descriptors = Path("/proc/self/fd")
    if descriptors.exists():
        assert path not in [entry.resolve() for entry in descriptors.iterdir()]


def test_nothing_there(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.png", "a.%04d.png"):
        with pytest.raises(MediaNotFound):
            open_frames(tmp_path / name)
