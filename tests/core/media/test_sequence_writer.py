from __future__ import annotations

from pathlib import Path

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
