from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.media.mark import MARK, mark_of
from focuspuller.core.media.output import existing_outputs
from focuspuller.core.media.output_format import choose_format

from tests.core.media.outputs import pictures, psnr, read, rgb_clip, write


def test_frames_move_into_a_folder_that_exists(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    info = rgb_clip(length=6)
    images = pictures(info)
    target = tmp_path / "a.%04d.png"
    output_format = choose_format(None, target, info)
    assert existing_outputs(target, output_format, range(6)) == []
    write(target, info, images[:3], frames=range(3))
    assert existing_outputs(target, output_format, range(6))[0] == tmp_path / "a.0000.png"
    write(target, info, images[3:], frames=range(3, 6))
    assert sorted(path.name for path in tmp_path.iterdir()) == [*(f"a.{i:04d}.png" for i in range(6)), "notes.txt"]
    assert psnr(read(target)[1], images) > 95


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    info = rgb_clip(length=3)
    target = tmp_path / "new" / "a.####.png"
    output_format = choose_format(None, target, info)
    assert existing_outputs(target, output_format, range(3)) == []
    write(target, info, pictures(info))
    assert existing_outputs(target, output_format, range(2, 9))[0] == tmp_path / "new" / "a.0002.png"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.0000.png", "a.0001.png", "a.0002.png", "new"]


def test_folders_name_their_frames_and_a_part_keeps_its_numbers(tmp_path: Path) -> None:
    info = rgb_clip(length=6)
    write(tmp_path / "shot", info, pictures(info)[4:], "exr", frames=range(4, 6))
    assert sorted(path.name for path in (tmp_path / "shot").iterdir()) == ["shot.0004.exr", "shot.0005.exr"]


def test_an_exrs_own_primaries_stay_beside_its_mark(tmp_path: Path) -> None:
    aces = (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767)
    info = rgb_clip(length=1, chromaticities=aces, metadata={MARK: "0123456789abcdef"})
    target = write(tmp_path / "a.%04d.exr", info, pictures(info))
    assert read(target)[0].chromaticities == pytest.approx(aces)
    assert mark_of([tmp_path / "a.0000.exr"]) == "0123456789abcdef"
