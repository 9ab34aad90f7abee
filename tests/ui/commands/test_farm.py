import json
from pathlib import Path

import pytest
from focuspuller.plugin.timeline import open_document, save_document
from focuspuller.ui.cli import main

from tests import clips


def test_what_it_wrote_and_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 50)
    assert main(["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", "-o", "edit.otio"]) == 0
    capsys.readouterr()
    assert main(["farm", "edit.otio", "-o", "job", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["frames"], said["tasks"], said["movie"]) == ([0, 49], 2, "job/clip.mov")
    assert Path(said["template"]).is_file()
    assert main(["farm", "edit.otio", "-o", "job"]) == 51
    assert main(["farm", "edit.otio", "-o", "other", "--frames-per-task", "0"]) == 30
    assert main(["farm", "edit.otio", "-o", "other", "--frames-per-task", "7"]) == 0
    assert "openjd run other/template.json --step Join --run-dependencies" in capsys.readouterr().out


def test_one_clip_is_one_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 6)
    assert main(["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", "-o", "one.otio"]) == 0
    with open_document(Path("one.otio")) as document:
        track = document.root.tracks[0]
        second = track[0].clone()
        second.name = "second"
        track.append(second)
        save_document(document, tmp_path / "edit.otio")
    assert main(["farm", "edit.otio", "-o", "job"]) == 43
    assert main(["farm", "edit.otio", "--clip", "second", "-o", "job"]) == 0
    assert main(["farm", "edit.otio", "--clip", "third", "-o", "other"]) == 42
    assert main(["remove", "edit.otio", "-o", "bare.otio"]) == 0
    assert main(["farm", "bare.otio", "-o", "other"]) == 42
    assert main(["farm", "bare.otio", "--clip", "second", "-o", "other"]) == 44


def test_a_task_that_fails_says_why_to_the_farm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["render", "gone.otio", "--progress", "openjd", "-o", "x.mov"]) == 41
    failed, error = capsys.readouterr().err.splitlines()
    assert failed.startswith("openjd_fail: cannot read gone.otio")
    assert error.startswith("focuspuller: error: cannot read gone.otio")
