import json
from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.media.info import MediaInfo
from focuspuller.ui.cli import main

from tests import clips


def probed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert main(["probe", *map(str, arguments), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert isinstance(result, dict)
    return result


def on_the_clip(capsys: pytest.CaptureFixture[str], timeline: str) -> Any:
    """The effect on a timeline's one clip."""
    capsys.readouterr()
    assert main(["probe", timeline, "--json"]) == 0
    (clip,) = json.loads(capsys.readouterr().out)["clips"]
    return clip["effect"]


def test_a_movie_says_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, _ = clips.clip_with_disparity(tmp_path, 6)
    said = probed(capsys, clip)
    assert (said["frames"], said["size"], said["rate"], said["codec"]) == (6, "64x48", "24", "ffv1")
    assert said["timestamps"] == "constant"
    assert set(said) >= {"colour", "timecode", "audio_streams", "bit_depth"}
    assert MediaInfo.__dataclass_fields__.keys() & said.keys() >= {"codec", "rotation", "pixel_format"}


def test_a_timeline_lists_its_clips_and_what_is_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the words that `apply` takes."""
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 6)
    said = ["--focus", "0=1.2m,5=inf:linear", "--aperture", "2", "--far-is-bright", "--levels", "0,0.5", "--far", "9"]
    assert main(["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", *said, "-o", "edit.otio"]) == 0
    assert main(["remove", "edit.otio", "-o", "bare.otio"]) == 0
    capsys.readouterr()
    assert probed(capsys, "bare.otio")["clips"] == [{"clip": "clip", "frames": "0-5", "effect": None}]
    effect = on_the_clip(capsys, "edit.otio")
    assert (effect["enabled"], effect["plays"], effect["focal_length"]) == (True, "source", 50)
    assert (effect["focus"], effect["aperture"]) == ("0=1.2m,5=inf:linear", "f/2")
    assert (effect["near"], effect["far"], effect["levels"], effect["far_is_bright"]) == (0.8, 9, "0,0.5", True)
    assert main(["probe", "edit.otio"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "clip  frames 0-5  effect"
    assert "focus  0=1.2m,5=inf:linear" in [line.strip() for line in shown]


def test_what_is_off_or_broken_is_told_and_apply_switches_it_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 6)
    assert main(["apply", "clip.mkv", "--disparity", "clip.disparity.mkv", "-o", "edit.otio"]) == 0
    timeline = json.loads(Path("edit.otio").read_text())
    (effect,) = timeline["tracks"]["children"][0]["children"][0]["effects"]
    effect["enabled"] = False
    Path("edit.otio").write_text(json.dumps(timeline))
    assert on_the_clip(capsys, "edit.otio")["enabled"] is False
    assert main(["apply", "edit.otio", "--aperture", "4", "-o", "on.otio"]) == 0
    assert "was switched off, and is on again" in capsys.readouterr().err
    effect = on_the_clip(capsys, "on.otio")
    assert (effect["enabled"], effect["aperture"]) == (True, "f/4")
    assert main(["export", "on.otio", "--quality", "draft", "--codec", "ffv1", "-o", "done.otioz", "--json"]) == 0
    (render,) = json.loads(capsys.readouterr().out)["renders"]
    assert Path(render).parent == Path("done.otioz/media")
    assert on_the_clip(capsys, "done.otioz")["plays"] == "render"
    timeline["tracks"]["children"][0]["children"][0]["effects"][0]["metadata"]["focuspuller"]["lens"] = 3
    Path("edit.otio").write_text(json.dumps(timeline))
    Path("edit.otio.focuspuller.json").unlink()
    assert "lens" in str(on_the_clip(capsys, "edit.otio")["problem"])
