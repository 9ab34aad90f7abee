import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from focuspuller.core.errors import CurveError, DisparityMissing, OutputExists, ParameterError, UsageError
from focuspuller.plugin.curve import Scale
from focuspuller.plugin.key_syntax import parse_keys
from focuspuller.plugin.timeline import clips as clips_of
from focuspuller.plugin.timeline import find, open_document
from focuspuller.ui.cli import main

from tests.clips import write_clip
from tests.core.tracking.scenes import disc_at

LENGTH = 24
NEAR = np.linspace(0.5, 0.6, LENGTH)


@pytest.fixture(autouse=True)
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """clip.mkv and its disparity: a disc that crosses the picture and comes nearer."""
    monkeypatch.chdir(tmp_path)
    frames, disparity = disc_at([(30 + 1.5 * t, 36) for t in range(LENGTH)], NEAR.tolist())
    write_clip(tmp_path / "clip.mkv", frames.pictures)
    write_clip(tmp_path / "clip.disparity.mkv", [np.repeat(d[..., None], 3, axis=2) for d in disparity.pictures])


MEDIA = ["clip.mkv", "--disparity", "clip.disparity.mkv", "--near", "1"]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["track", *arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_keys_follow_the_subject_in_the_syntax_of_focus(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["track", *MEDIA, "--at", "45,36@10"]) == 0
    curve = parse_keys(capsys.readouterr().out.strip(), Scale.DIOPTRES)
    assert len(curve.keys) <= LENGTH / 8
    np.testing.assert_allclose(curve.levels_at(np.arange(LENGTH, dtype=float)), NEAR, atol=0.035)


def test_json_says_what_was_tracked_and_how(capsys: pytest.CaptureFixture[str]) -> None:
    result = told(capsys, *MEDIA, "--at", "45,36@10:strong", "--at", "8,8@20:fixed", "--tolerance", "0.05")
    subject, place = result["tracks"]
    assert (subject["at"], subject["mode"], subject["frames"]) == (10, "strong", [0, LENGTH - 1])
    assert (place["at"], place["mode"], place["hidden"]) == (20, "fixed", [])
    assert len(subject["disparity"]) == len(subject["centre"]) == LENGTH
    (rack,) = result["racks"]
    assert rack["start"] < rack["arrives"] == rack["wanted"] == 20
    curve = parse_keys(result["focus"], Scale.DIOPTRES)
    assert curve.levels_at(np.array([20.0]))[0] == pytest.approx(0.1, abs=0.06)
    assert result["keys"] == len(curve.keys)


def test_to_ends_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    result = told(capsys, *MEDIA, "--at", "45,36@10", "--to", "16")
    assert result["frames"] == [0, 16]
    assert parse_keys(result["focus"], Scale.DIOPTRES).keys[-1].frame == 16


def test_keys_go_into_a_timelines_effect_and_nothing_else_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", *MEDIA, "--aperture", "0=2,20=5.6", "-o", "edit.otio"]) == 0
    assert main(["track", "edit.otio", "--at", "45,36@10", "-o", "tracked.otio"]) == 0
    states = []
    for path in ("edit.otio", "tracked.otio"):
        with open_document(Path(path)) as document:
            state = find(clips_of(document)[0])
            assert state is not None
            states.append(state)
    before, after = states
    assert (after.uuid, after.aperture, after.lens) == (before.uuid, before.aperture, before.lens)
    frames = np.arange(LENGTH, dtype=float)
    np.testing.assert_allclose(after.focus_distance.levels_at(frames), NEAR, atol=0.035)


def test_where_a_track_ends_and_why_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames, disparity = disc_at([(64 + 5.0 * t, 36) for t in range(LENGTH)], [0.5] * LENGTH)
    write_clip(tmp_path / "clip.mkv", frames.pictures)
    write_clip(tmp_path / "clip.disparity.mkv", [np.repeat(d[..., None], 3, axis=2) for d in disparity.pictures])
    result = told(capsys, *MEDIA, "--at", "64,36@0")
    (track,) = result["tracks"]
    assert track["ends"] == "it leaves the picture"
    assert track["frames"][1] < LENGTH - 1
    assert main(["track", *MEDIA, "--at", "64,36@0"]) == 0
    said = capsys.readouterr().err
    assert f"64,36@0 ends at frame {track['frames'][1]}: it leaves the picture" in said


def test_one_frame_is_one_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames, disparity = disc_at([(60, 36)], [0.5])
    write_clip(tmp_path / "clip.mkv", frames.pictures)
    write_clip(tmp_path / "clip.disparity.mkv", [np.repeat(d[..., None], 3, axis=2) for d in disparity.pictures])
    assert told(capsys, *MEDIA, "--at", "60,36@0")["keys"] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ([*MEDIA, "--at", "45@10"], UsageError, "715,208@24"),
        ([*MEDIA, "--at", "45,36@10:never"], UsageError, "follow, strong, fixed"),
        ([*MEDIA, "--at", "450,36@10"], ParameterError, "128 x 72 px"),
        ([*MEDIA, "--at", "45,36@99"], ParameterError, "frames 0 to 23"),
        ([*MEDIA, "--at", "45,36@10", "--to", "5"], UsageError, "--to 5"),
        ([*MEDIA, "--at", "45,36@10", "--to", "99"], UsageError, "--to 99"),
        ([*MEDIA, "--at", "45,36@10", "--at", "8,8@10"], UsageError, "two --at"),
        ([*MEDIA, "--at", "45,36@10", "--tolerance", "0"], CurveError, "--tolerance"),
        ([*MEDIA, "--at", "45,36@10", "-o", "out.otio"], UsageError, "timelines"),
        (["clip.mkv", "--at", "45,36@10"], DisparityMissing, "--disparity"),
    ],
)
def test_bad_arguments_get_one_clear_line(
    arguments: list[str], error: type[UsageError], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["track", *arguments]) == error.exit_code
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("focuspuller: error: ")
    assert says in line


def test_a_timelines_effect_is_its_own_and_outputs_are_not_replaced() -> None:
    assert main(["apply", *MEDIA, "-o", "edit.otio"]) == 0
    assert main(["track", "edit.otio", "--near", "2", "--at", "45,36@10"]) == UsageError.exit_code
    Path("there.otio").write_text("mine")
    assert main(["track", "edit.otio", "--at", "45,36@10", "-o", "there.otio"]) == OutputExists.exit_code
    assert Path("there.otio").read_text() == "mine"
