import json
from pathlib import Path
from typing import Any

import pytest
from focuspuller.plugin.sidecar import sidecar_of
from focuspuller.plugin.timeline import open_document, save_document
from focuspuller.plugin.timeline.clips import clips as clips_of
from focuspuller.ui.cli import main

from tests import clips


@pytest.fixture(autouse=True)
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An edit of two clips, a and b, both of which carry the effect."""
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 6)
    assert main(["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", "-o", "one.otio"]) == 0
    with open_document(tmp_path / "one.otio") as document:
        track = document.root.tracks[0]
        track[0].name = "a"
        second = track[0].clone()
        second.name = "b"
        track.append(second)
        save_document(document, tmp_path / "edit.otio")
    return tmp_path / "edit.otio"


def effects(path: Path) -> list[int]:
    return [len(clip["effects"]) for clip in clips_in(path)]


def clips_in(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text())["tracks"]["children"][0]["children"]
    return found


def break_effect(path: Path, clip: int) -> None:
    timeline = json.loads(path.read_text())
    damaged = timeline["tracks"]["children"][0]["children"][clip]["effects"][0]["metadata"]["focuspuller"]
    damaged["aperture"]["rest"] = "wide"
    path.write_text(json.dumps(timeline))


def test_one_clip_or_all(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "edit.otio", "--clip", "b", "-o", "a.otio"]) == 0
    assert effects(Path("a.otio")) == [1, 0]
    assert main(["remove", "edit.otio", "-o", "none.otio"]) == 0
    assert effects(Path("none.otio")) == [0, 0]
    assert all(not clip["markers"] for clip in clips_in(Path("none.otio")))
    capsys.readouterr()
    assert main(["remove", "none.otio", "-o", "x.otio"]) == 44
    assert main(["remove", "a.otio", "--clip", "b", "-o", "x.otio"]) == 44
    assert main(["remove", "a.otio", "--clip", "c", "-o", "x.otio"]) == 42
    assert not Path("x.otio").exists()


def test_in_place_it_stays_removed(edit: Path) -> None:
    """The sidecar, from which a dropped effect is put back, forgets it too."""
    assert sidecar_of(edit).exists()
    assert main(["remove", "edit.otio", "-o", "edit.otio"]) == 52
    assert main(["remove", "edit.otio", "-o", "edit.otio", "--overwrite"]) == 0
    assert main(["probe", "edit.otio"]) == 0
    assert not sidecar_of(edit).exists()
    assert main(["render", "edit.otio", "-o", "x.mkv"]) == 42


def test_a_broken_effect_is_removed(edit: Path) -> None:
    break_effect(edit, 0)
    assert main(["render", "edit.otio", "--clip", "a", "-o", "x.mkv"]) == 45
    assert main(["remove", "edit.otio", "--clip", "a", "-o", "mended.otio"]) == 0
    assert effects(Path("mended.otio")) == [0, 1]


def test_a_broken_effect_is_replaced_by_what_is_given_anew(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_effect(edit, 0)
    apply = ["apply", "edit.otio", "--clip", "a", "-o", "again.otio"]
    assert main([*apply, "--aperture", "2"]) == 45, "too little is given to make one of"
    capsys.readouterr()
    assert main([*apply, "--aperture", "2", "--disparity", "clip.disparity.mkv"]) == 0
    said = capsys.readouterr()
    assert "note: clip 'a'" in said.err
    assert "default" in said.err
    assert "effect put on clip 'a'" in said.out
    with open_document(Path("again.otio")) as document:
        assert [len(clip.effects) for clip in clips_of(document)] == [1, 1]
    assert main(["render", "again.otio", "--clip", "a", "--quality", "draft", "-o", "x.mkv"]) == 0


def test_two_effects_on_one_clip_give_way_to_one(edit: Path) -> None:
    timeline = json.loads(edit.read_text())
    held = timeline["tracks"]["children"][0]["children"][0]["effects"]
    held.append(held[0])
    edit.write_text(json.dumps(timeline))
    assert main(["apply", "edit.otio", "--clip", "a", "--disparity", "clip.disparity.mkv", "-o", "one2.otio"]) == 0
    assert effects(Path("one2.otio")) == [1, 1]


def test_a_newer_effect_is_never_replaced_unasked(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    timeline = json.loads(edit.read_text())
    newer = timeline["tracks"]["children"][0]["children"][0]["effects"][0]["metadata"]["focuspuller"]
    newer["schema_version"] = 10**300
    edit.write_text(json.dumps(timeline))
    capsys.readouterr()
    assert main(["apply", "edit.otio", "--clip", "a", "--disparity", "clip.disparity.mkv", "-o", "x.otio"]) == 46
    assert len(capsys.readouterr().err) < 300
