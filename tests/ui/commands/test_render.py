import json
from pathlib import Path

import pytest
from focuspuller.core.media.lock import lock_folder
from focuspuller.core.media.pieces import pieces_folder
from focuspuller.ui.cli import main

from tests import clips
from tests.core.media.movies import write_movie

DRAFT = ["--quality", "draft"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_alpha_that_is_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips.write_clip(tmp_path / "disparity.mkv", clips.near_square(3))
    write_movie(tmp_path / "clip.mov", "prores_ks", "yuva444p10le", pts=range(3))
    assert main(["render", "clip.mov", "--disparity", "disparity.mkv", *DRAFT, "-o", "out.mkv", "--json"]) == 0
    said = capsys.readouterr()
    assert "note: clip.mov: its alpha channel is left out" in said.err
    assert "alpha" in json.loads(said.out)["notes"][0]


def test_a_trim_beyond_the_media_is_said_before_the_render(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips.clip_with_disparity(tmp_path, 6)
    apply = ["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", "-o", "edit.otio"]
    assert main(apply) == 0
    edit = json.loads(Path("edit.otio").read_text())
    edit["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["value"] = 9.0
    Path("edit.otio").write_text(json.dumps(edit))
    capsys.readouterr()
    for command in (["render", "edit.otio", *DRAFT, "-o", "out.mkv"], ["apply", "edit.otio", "-o", "again.otio"]):
        assert main(command) == 0
        first, *_ = capsys.readouterr().err.splitlines()
        assert first.startswith("note: clip 'clip' uses frames 0 to 8, of which its media has only 0 to 5")


@pytest.mark.parametrize(("arguments", "made"), [(["--codec", "exr"], "x.0002.exr"), ([], "x.0002.png")])
def test_a_folder_of_pictures_is_made_where_it_is_meant(tmp_path: Path, arguments: list[str], made: str) -> None:
    clips.clip_with_disparity(tmp_path, 3)
    if not arguments:
        (tmp_path / "x").mkdir()
    render = ["render", "clip.mkv", "--disparity", "clip.disparity.mkv", *DRAFT, *arguments, "-o", "x"]
    assert main(render) == 0
    assert (tmp_path / "x" / made).is_file()


def test_a_second_render_of_the_same_name_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips.clip_with_disparity(tmp_path, 3)
    render = ["render", "clip.mkv", "--disparity", "clip.disparity.mkv", *DRAFT, "-o", "out.mkv"]
    held = lock_folder(pieces_folder(tmp_path / "out.mkv"), shared=True)
    assert held is not None
    for flags in ([], ["--resume"], ["--overwrite"]):
        assert main([*render, *flags]) == 55
        assert "out.mkv is being rendered by another process" in capsys.readouterr().err
    assert main([*render, "--frames", "0-1"]) == 0, "parts are rendered side by side"
    held.close()
    assert main([*render, "--resume"]) == 0
