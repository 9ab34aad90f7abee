from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import MediaUnreadable, OutputUnwritable, ResumeMismatch
from focuspuller.core.frames import Image
from focuspuller.core.media import pieces as pieces_module
from focuspuller.core.media.info import MediaInfo
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.media.pieces import Pieces, pieces_folder

from tests.core.media.held_pieces import HELD, LENGTH, alone, files_in, pieces_of
from tests.core.media.outputs import chart, clip, pictures, read, rgb_clip, small_disk, write


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    yield
    HELD.close()


def join(pieces: Pieces, target: Path, info: MediaInfo, codec: str | None = None) -> Path:
    with open_writer(target, choose_format(codec, target, info), info) as writer:
        for frame in pieces.frames(0, info.frame_count):
            writer.write(frame)
    return target


def digest(target: Path) -> str:
    files = sorted(target.parent.glob("a.*")) if "%" in target.name else [target]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


CUTS: list[list[tuple[int, int]]] = [
    [(0, 1), (1, 8), (8, 9), (9, 16)],
    [(13, 16), (0, 7), (9, 13), (7, 9)],
    [(0, 10), (5, 14), (4, 6), (12, 16), (0, 16)],
    [(i, i + 1) for i in reversed(range(16))],
]


@pytest.mark.parametrize(
    ("name", "codec", "rotation"),
    [
        *(("a.mp4", "h264", 0), ("a.mp4", "h265", 90), ("a.mov", "prores422", 270), ("a.mkv", "ffv1", 180)),
        *(("a.%04d.png", "png16", 90), ("a.%04d.exr", "exr", 0)),
    ],
)
def test_however_it_is_cut_the_file_is_the_same(tmp_path: Path, name: str, codec: str, rotation: int) -> None:
    info = clip(16, size=(48, 32), rotation=rotation)
    images = pictures(info)
    (tmp_path / "straight").mkdir()
    digests = {digest(write(tmp_path / "straight" / name, info, images, codec))}
    for number, cuts in enumerate(CUTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        pieces = pieces_of(folder / name, info, codec)
        for start, stop in cuts:
            pieces.write(start, images[start:stop])
        assert pieces.missing(0, 16) == []
        digests.add(digest(join(pieces, folder / name, info, codec)))
        pieces.discard()
        assert all(path.name.startswith("a.") for path in folder.iterdir())
    assert len(digests) == 1


@pytest.mark.parametrize("bit_depth", [8, 10, 16])
def test_pieces_of_rgb_are_exact(tmp_path: Path, bit_depth: int) -> None:
    info = rgb_clip(bit_depth, length=4)
    images = [chart(index, 96, 64, 2**bit_depth - 1) for index in range(4)]
    target = tmp_path / "a.mkv"
    pieces = pieces_of(target, info)
    pieces.write(2, images[2:])
    pieces.write(0, images[:2])
    _, again = read(join(pieces, target, info))
    np.testing.assert_array_equal(np.asarray(images), np.asarray(again))


def test_missing_runs(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    pieces = pieces_of(tmp_path / "a.mov", info)
    images = pictures(info)
    assert pieces.missing(0, LENGTH) == [range(LENGTH)]
    pieces.write(4, images[4:6])
    pieces.write(5, images[5:9])
    pieces.write(12, images[12:13])
    assert pieces.missing(0, LENGTH) == [range(4), range(9, 12), range(13, LENGTH)]
    assert pieces.missing(5, 12) == [range(9, 12)]
    assert pieces.missing(4, 9) == []
    pieces.write(9, [])
    assert pieces.missing(9, 12) == [range(9, 12)]


def test_another_run_finds_what_is_there(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    images = pictures(info)
    pieces_of(target, info).write(0, images[:10])
    again = pieces_of(target, info)
    again.verify(range(LENGTH))
    assert again.missing(0, LENGTH) == [range(10, LENGTH)]


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "swap"])
def test_damage_is_found_and_rendered_again(tmp_path: Path, damage: str) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    images = pictures(info)
    pieces = pieces_of(target, info)
    for start in (0, 8, 16):
        pieces.write(start, images[start : start + 8])
    files = sorted(pieces_folder(target).glob("*.mkv"))
    data = bytearray(files[1].read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
    elif damage == "truncate":
        del data[-1:]
    elif damage == "empty":
        data.clear()
    else:
        data = bytearray(files[0].read_bytes())
    files[1].write_bytes(data)
    pieces.verify(range(LENGTH))
    assert pieces.missing(0, LENGTH) == [range(8, 16)]
    pieces.write(8, images[8:16])
    assert digest(join(pieces, target, info)) == digest(write(tmp_path / "b.mov", info, images))


def test_damage_that_was_not_looked_for_is_never_joined(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces = pieces_of(target, info)
    pieces.write(0, pictures(info))
    file = next(pieces_folder(target).glob("*.mkv"))
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(MediaUnreadable, match="--resume"):
        join(pieces, target, info)
    assert not target.exists()


def test_joining_before_all_is_there_leaves_nothing(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces = pieces_of(target, info)
    pieces.write(0, pictures(info)[:20])
    with pytest.raises(ValueError, match="misses frames 20 to 23"):
        join(pieces, target, info)
    assert [path.name for path in tmp_path.iterdir()] == [".a.mov.pieces"]


def test_another_render_is_refused(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces_of(target, info).write(0, pictures(info)[:3])
    with pytest.raises(ResumeMismatch, match=r"remove .*\.a\.mov\.pieces to begin anew"):
        pieces_of(target, info, fingerprint="another job")
    with pytest.raises(ResumeMismatch):
        pieces_of(target, info, codec="h264")
    with pytest.raises(ResumeMismatch):
        pieces_of(target, replace(info, width=64))
    assert pieces_of(target, info).missing(0, 3) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"fingerprint": "job"}'])
def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    info = clip(LENGTH, size=(32, 32))
    folder = pieces_folder(tmp_path / "a.mov")
    folder.mkdir()
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ResumeMismatch):
        pieces_of(tmp_path / "a.mov", info)


def test_the_manifest_says_whose_pieces_they_are(tmp_path: Path) -> None:
    pieces_of(tmp_path / "a.mov", clip(), fingerprint="everything the pixels depend on")
    manifest = json.loads((pieces_folder(tmp_path / "a.mov") / "manifest.json").read_text())
    assert manifest["fingerprint"] == "everything the pixels depend on"
    assert manifest["schema_version"] == 1


def test_a_piece_of_another_render_is_not_taken_for_ours(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    ours, theirs = tmp_path / "a.mov", tmp_path / "b.mov"
    pieces_of(theirs, info, fingerprint="other").write(0, pictures(info))
    pieces = pieces_of(ours, info)
    for file in pieces_folder(theirs).glob("*.mkv"):
        file.rename(pieces_folder(ours) / file.name)
    pieces.verify(range(LENGTH))
    assert pieces.missing(0, LENGTH) == [range(LENGTH)]


def test_a_failed_piece_leaves_nothing(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces = pieces_of(target, info)

    def broken() -> Iterator[Image]:
        yield from pictures(info)[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pieces.write(0, broken())
    assert files_in(pieces_folder(target)) == ["manifest.json"]


@pytest.mark.parametrize("room", [100, 30000])
def test_a_full_disk_leaves_whole_pieces_alone(tmp_path: Path, room: int) -> None:
    info = clip(length=12, size=(320, 240))
    target = tmp_path / "a.mov"
    pieces = pieces_of(target, info)
    pieces.write(0, pictures(info)[:1])
    with small_disk(room), pytest.raises(OutputUnwritable, match=os.strerror(errno.EFBIG)):
        pieces.write(1, pictures(info)[1:])
    assert pieces.missing(0, 12) == [range(1, 12)]
    assert len(files_in(pieces_folder(target))) == 2


@pytest.mark.parametrize("name", ["a.%04d.png", "new/a.%04d.png", "folder"])
def test_pieces_of_a_sequence_are_found_again_once_its_folder_is_there(tmp_path: Path, name: str) -> None:
    info = clip(4, size=(32, 32))
    target = tmp_path / name
    pieces = pieces_of(target, info)
    pieces.write(0, pictures(info))
    join(pieces, target, info)
    pieces = pieces_of(target, info)
    assert pieces.missing(0, 4) == []
    pieces.discard()
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_a_folder_that_goes_away_is_unwritable(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces = pieces_of(target, info)
    pieces_of(target, info).discard()
    with pytest.raises(OutputUnwritable):
        pieces.write(0, pictures(info)[:2])
    with pytest.raises(OutputUnwritable):
        pieces_of(tmp_path / "missing" / "a.mov", info)


def test_stopped_on_their_way_out_the_pieces_still_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = pieces_of(tmp_path / "a.mov", clip(LENGTH, size=(32, 32)))
    removed: list[Path] = []

    def interrupted(path: Path) -> None:
        removed.append(path)
        if len(removed) == 1:
            raise KeyboardInterrupt
        shutil.rmtree(path)

    monkeypatch.setattr(pieces_module, "remove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pieces.discard()
    assert list(tmp_path.iterdir()) == []


def test_messages_name_the_target(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "missing" / "a.mov"
    with pytest.raises(OutputUnwritable, match=rf"^cannot write {re.escape(str(target))}: "):
        alone(target, info)


def test_a_folder_that_went_away_hides_no_other_error(tmp_path: Path) -> None:
    target = tmp_path / "a.mov"

    def render() -> None:
        with alone(target, clip(LENGTH, size=(32, 32))):
            shutil.rmtree(pieces_folder(target))
            raise KeyError

    with pytest.raises(KeyError):
        render()
