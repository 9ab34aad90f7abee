from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from focuspuller.core.errors import MediaNotFound, MediaUnreadable
from focuspuller.core.media.numbering import is_sequence, sequence_files


def make(folder: Path, numbers: Iterable[int], name: str = "shot.{:04d}.png") -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = [folder / name.format(number) for number in numbers]
    for file in files:
        file.touch()
    return files


@pytest.mark.parametrize(
    "named", ["", "shot.%04d.png", "shot.%d.png", "shot.####.png", "shot.####.PNG", "shot.0098.png"]
)
def test_ways_to_name_a_sequence(named: str, tmp_path: Path) -> None:
    folder = tmp_path / "frames [a] (1)"
    files = make(folder, range(98, 103), "shot.{:04d}." + ("PNG" if named.endswith("PNG") else "png"))
    make(folder, [1], ".hidden.{}.png")
    make(folder, [1], "notes{}.txt")
    assert sequence_files(folder / named) == files


def test_numbers_are_ordered_as_numbers_and_may_outgrow_their_padding(tmp_path: Path) -> None:
    files = make(tmp_path, range(8, 12), "{}.png")
    assert sequence_files(tmp_path) == files
    long = make(tmp_path / "long", range(9998, 10003))
    assert sequence_files(tmp_path / "long" / "shot.####.png") == long


def test_what_surrounds_a_placeholder_is_not_a_pattern(tmp_path: Path) -> None:
    files = make(tmp_path, range(3), "a+b(x).{:02d}.exr")
    make(tmp_path, range(3), "aab(x).{:02d}.exr")
    assert sequence_files(tmp_path / "a+b(x).##.exr") == files


def test_a_first_file_starts_the_sequence(tmp_path: Path) -> None:
    files = make(tmp_path, range(1, 7))
    make(tmp_path, range(4), "other.{:04d}.png")
    files[1].unlink()
    assert sequence_files(files[2]) == files[2:]


def test_one_picture_without_a_number(tmp_path: Path) -> None:
    (tmp_path / "matte.png").touch()
    assert sequence_files(tmp_path / "matte.png") == sequence_files(tmp_path) == [tmp_path / "matte.png"]


@pytest.mark.parametrize("named", ["", "shot.%04d.png", "shot.0001.png"])
def test_gaps_are_named(named: str, tmp_path: Path) -> None:
    for file in make(tmp_path, range(1, 9))[3:5]:
        file.unlink()
    with pytest.raises(MediaUnreadable, match=r"frames 4 to 5 are missing after shot\.0003\.png"):
        sequence_files(tmp_path / named)


def test_the_same_number_twice(tmp_path: Path) -> None:
    make(tmp_path, range(1, 3))
    make(tmp_path, [1], "shot.{}.png")
    with pytest.raises(MediaUnreadable, match="same number"):
        sequence_files(tmp_path)


def test_two_sequences_in_a_folder(tmp_path: Path) -> None:
    files = make(tmp_path, range(2), "a.{}.png")
    make(tmp_path, range(2), "b.{}.png")
    with pytest.raises(MediaUnreadable, match="2 sequences"):
        sequence_files(tmp_path)
    assert sequence_files(tmp_path / "a.%d.png") == files


@pytest.mark.parametrize("named", ["none.%04d.png", "none.png", "nowhere/a.####.exr", "empty"])
def test_nothing_is_there(named: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaNotFound):
        sequence_files(tmp_path / named)


def test_what_is_a_sequence(tmp_path: Path) -> None:
    assert all(is_sequence(path) for path in (tmp_path, Path("a.####.exr"), Path("a.%04d.TIF"), Path("a.png")))
    assert not any(is_sequence(path) for path in (Path("a.mov"), Path("take#2.mp4"), Path("a")))
