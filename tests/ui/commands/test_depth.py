import json
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.depth.sidecar import read_facts
from focuspuller.core.media.open import open_frames
from focuspuller.ui.cli import main

from tests import clips

LENGTH = 4


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clips.write_clip(tmp_path / "clip.mkv", clips.textured(LENGTH))
    metres = np.tile(np.linspace(2, 8, clips.WIDTH, dtype=np.float32), (LENGTH, clips.HEIGHT, 1))
    np.savez("metres.npz", depths=metres)


def test_a_plain_clip_and_a_local_model_give_a_disparity_to_render_with(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("transformers")
    pytest.importorskip("cv2")
    from tests.core.depth import tiny

    tiny.depth_anything(Path("model"))
    assert main(["depth", "clip.mkv", "--model", "model", "-o", "clip.disparity.mkv", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["frames"], result["estimated"], result["near"]) == (LENGTH, LENGTH, None)
    facts = read_facts(Path("clip.disparity.mkv"))
    assert facts is not None
    assert facts.made["stabilise"] == 1
    assert main(["render", "clip.mkv", "--disparity", "clip.disparity.mkv", "--quality", "draft", "-o", "out.mkv"]) == 0


def test_metres_reach_the_lens_unless_the_user_says_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    depth = ["depth", "clip.mkv", "--maps", "metres.npz", "--model-output", "metric", "-o", "d.mkv"]
    assert main(depth) == 0
    assert "from 2" in capsys.readouterr().out
    assert main(["apply", "clip.mkv", "--disparity", "d.mkv", "-o", "edit.otio"]) == 0
    assert main(["apply", "clip.mkv", "--disparity", "d.mkv", "--near", "1.5", "-o", "own.otio"]) == 0
    lenses = [json.dumps(json.loads(Path(name).read_text())) for name in ("edit.otio", "own.otio")]
    found = [json.loads(text[text.index('"lens": ') + 8 :].split("}")[0] + "}") for text in lenses]
    assert found[0]["near"] == pytest.approx(2, rel=0.02)
    assert found[0]["far"] == pytest.approx(8, rel=0.02)
    assert (found[1]["near"], found[1]["far"]) == (1.5, found[0]["far"])


def test_files_are_left_as_they_are_unless_asked() -> None:
    assert main(["depth", "clip.mkv", "--maps", "metres.npz", "--model-output", "depth", "-o", "d.mkv"]) == 0
    values = open_frames("d.mkv").read_luma(0)[0]
    assert np.all(np.diff(values) <= 0), "bigger distance, smaller disparity"
    assert (values[0], values[-1]) == pytest.approx((1, 0), abs=0.02)


def test_one_half_of_a_stereo_clip_gets_its_disparity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cv2")
    from tests.core.depth.pairs import pair

    left, right, of_left, _ = pair(seed=4, size=128, base=14, frames=2)
    clips.write_clip(tmp_path / "pair.mkv", [np.concatenate(eyes, axis=1) for eyes in zip(left, right, strict=True)])
    assert main(["depth", "pair.mkv", "--stereo", "side-by-side", "-o", "d.mkv"]) == 0
    assert "left half" in capsys.readouterr().err
    found = open_frames("d.mkv")
    assert (len(found), found.width, found.height) == (2, 128, 128)
    assert np.corrcoef(found.read_luma(1).ravel(), of_left[1].ravel())[0, 1] > 0.8


def test_a_cut_is_told_and_one_frame_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cv2")
    from tests.core.depth import moving

    shots = [moving.shot(seed, size=64, frames=2) for seed in (2, 9)]
    pictures, estimated = ([image for shot in shots for image in shot[kind]] for kind in (0, 2))
    for length in (1, 4):
        clips.write_clip(tmp_path / "shots.mkv", pictures[:length])
        np.savez("maps.npz", depths=np.stack(estimated[:length]))
        made = ["depth", "shots.mkv", "--maps", "maps.npz", "--stabilise", "1", "--overwrite", "-o", "d.mkv"]
        assert main(made) == 0
        assert ("cuts before frames 2" in capsys.readouterr().out) == (length == 4)
        assert len(open_frames("d.mkv")) == length


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--model", "./gone"], 60, "no such folder"),
        (["--onnx", "gone.onnx"], 11, "no such file"),
        (["--maps", "gone.npz"], 11, "no such file"),
        (["--maps", "metres.npz", "--stabilise", "2"], 30, "from 0 to 1"),
        (["--maps", "metres.npz", "--batch", "0"], 30, "--batch"),
        (["--maps", "metres.npz", "--first-eye", "left"], 2, "--stereo"),
        (["--stereo", "side-by-side", "--model-output", "metric"], 2, "--model-output"),
        ([], 2, "required"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments[:1] == ["--model"]:
        pytest.importorskip("transformers")
    if arguments[:1] == ["--onnx"]:
        pytest.importorskip("onnxruntime")
    assert main(["depth", "clip.mkv", *arguments, "-o", "d.mkv"]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert not Path("d.mkv").exists()


def test_a_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    for library in ("transformers", "onnxruntime"):
        monkeypatch.setitem(sys.modules, library, None)
    for flag, name in (("--model", "depth"), ("--onnx", "onnx")):
        assert main(["depth", "clip.mkv", flag, "x/y", "-o", "d.mkv"]) == 3
        assert f"pip install 'focuspuller[{name}]'" in capsys.readouterr().err
