"""URLs as applications write them, to paths, and back."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from focuspuller.plugin.timeline.location import (
    candidates,
    files_at,
    is_network,
    is_relative,
    plain_of,
    sequence_expression,
    spellings,
    url_of,
)

posix = pytest.mark.skipif(os.name == "nt", reason="spells POSIX paths")


@posix
@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/media/a b.mov", "/media/a b.mov"),
        ("file:///media/a%20b.mov", "/media/a b.mov"),
        ("file://localhost/media/a.mov", "/media/a.mov"),
        ("file:/media/a.mov", "/media/a.mov"),
        ("FILE:///media/100%.mov", "/media/100%.mov"),
        ("file:///media/a#1?.mov", "/media/a#1?.mov"),
        ("file://server/share/a.mov", "//server/share/a.mov"),
        ("shots/a.mov", "/edit/shots/a.mov"),
        ("../a.mov", "/edit/../a.mov"),
        ("shots/take%231.mov", "/edit/shots/take%231.mov"),
        ("take:1.mov", "/edit/take:1.mov"),
    ],
)
def test_first_candidate(url: str, path: str) -> None:
    assert candidates(url, Path("/edit"))[0].as_posix() == path


@posix
@pytest.mark.parametrize(
    "url", [r"C:\media\a.mov", "C:/media/a.mov", "file:///C:/media/a.mov", "file://C:/media/a.mov", "/elsewhere/a.mov"]
)
def test_media_that_moved_is_looked_up_beside_the_timeline(url: str) -> None:
    assert Path("/edit/a.mov") in candidates(url, Path("/edit"))


@posix
def test_windows_separators_and_encoding_are_tried() -> None:
    assert Path("/edit/shots/a.mov") in candidates(r"shots\a.mov", Path("/edit"))
    assert Path("/edit/shots/a b.mov") in candidates("shots/a%20b.mov", Path("/edit"))


@pytest.mark.parametrize("name", ["Take #3", "50% done", "ask?", "plain"])
@pytest.mark.parametrize("pattern", ["shot.%04d.png", "shot.%d.png"])
def test_a_pattern_in_an_encoded_folder_is_found(tmp_path: Path, name: str, pattern: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "shot.0001.png").write_bytes(b"")
    url = f"{quote(name)}/{pattern}"
    assert any(files_at(path) for path in candidates(url, tmp_path))
    assert spellings("file:///%d0%bf/%d0%bf.mov")[0] == "/\u043f/\u043f.mov", "which is encoded, not a pattern"


@pytest.mark.parametrize("url", ["http://x/a.mov", "s3://bucket/a.mov"])
def test_the_network_is_no_path(url: str) -> None:
    assert is_network(url)
    assert candidates(url, Path("/edit")) == []


@pytest.mark.parametrize(
    "name", ["a.mov", "a b.mov", "100%.mov", "50%25.mov", "a#1.mov", "was?.mov", "ünï.mov", "a:b.mov"]
)
def test_url_of_a_path_finds_it_again(name: str, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    for path in (tmp_path / name, tmp_path / "inside" / name):
        path.write_bytes(b"")
        for folder in (tmp_path, tmp_path / "inside"):
            url = url_of(path, folder)
            assert is_relative(url) == path.is_relative_to(folder)
            assert next(tried for tried in candidates(url, folder) if tried.is_file()) == path
            assert folder / plain_of(path, folder) == path


@pytest.mark.parametrize("name", ["a.%04d.exr", "a.####.exr", "a.0001.exr"])
def test_files_of_a_sequence_however_it_is_named(name: str, tmp_path: Path) -> None:
    for file in ("a.0001.exr", "a.0002.exr", "a.x.exr", "b.0001.exr", "a.0003.exr.tmp"):
        (tmp_path / file).write_bytes(b"")
    assert [file.name for file in files_at(tmp_path / name)] == ["a.0001.exr", "a.0002.exr"]
    expression = sequence_expression(name)
    assert expression is not None
    assert [file.name for file in sorted(tmp_path.iterdir()) if expression.fullmatch(file.name)] == [
        "a.0001.exr",
        "a.0002.exr",
    ]


@pytest.mark.parametrize("name", ["a.mov", "a#1.mov", "100%d.mov", "a001.mov", "a.exr"])
def test_what_is_one_file(name: str, tmp_path: Path) -> None:
    assert files_at(tmp_path / name) == []
    (tmp_path / name).write_bytes(b"")
    assert files_at(tmp_path / name) == [tmp_path / name]
    assert sequence_expression(name) is None


@pytest.mark.parametrize("url", ["a\0b.mov", "x" * 5000, "/" * 300, "..", "."])
def test_hostile_names_are_only_looked_up(url: str, tmp_path: Path) -> None:
    for path in candidates(url, tmp_path):
        files_at(path)
