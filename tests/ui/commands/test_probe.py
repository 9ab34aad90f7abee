import json
from pathlib import Path

import pytest
from focuspuller.core.media.info import MediaInfo
from focuspuller.ui.cli import main

from tests import clips


def probed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert main(["probe", *map(str, arguments), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert isinstance(result, dict)
    return result


def test_a_movie_says_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, _ = clips.clip_with_disparity(tmp_path, 6)
    said = probed(capsys, clip)
    assert (said["frames"], said["size"], said["rate"], said["codec"]) == (6, "64x48", "24", "ffv1")
    assert said["timestamps"] == "constant"
    assert set(said) >= {"colour", "timecode", "audio_streams", "bit_depth"}
    assert MediaInfo.__dataclass_fields__.keys() & said.keys() >= {"codec", "rotation", "pixel_format"}


def test_a_timeline_lists_its_clips(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, disparity = clips.clip_with_disparity(tmp_path, 6)
    edit = tmp_path / "edit.otio"
    assert main(["apply", str(clip), "--disparity", str(disparity), "-o", str(edit)]) == 0
    capsys.readouterr()
    assert probed(capsys, edit)["clips"] == [{"clip": "clip", "frames": "0-5", "effect": True}]
