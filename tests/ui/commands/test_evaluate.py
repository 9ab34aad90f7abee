import dataclasses
import json
from pathlib import Path

import pytest
import torch
from focuspuller.core.device import device_errors
from focuspuller.core.evaluation import methods
from focuspuller.core.svb.corrupt import Corruption
from focuspuller.core.vbr import weights
from focuspuller.core.vbr.configuration import PAPER
from focuspuller.core.vbr.model import VBR
from focuspuller.ui.cli import main
from focuspuller.ui.commands.evaluate import corruption_levels

from tests.core.evaluation.datasets import FRAMES, dataset


def test_levels_and_ranges() -> None:
    assert corruption_levels(["none..IV"]) == list(Corruption)
    assert corruption_levels(["IV", "i..ii"]) == [Corruption.I, Corruption.II, Corruption.IV]


def test_a_table_for_people_and_the_same_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset(tmp_path / "svb")
    pictures = ["--plot", str(tmp_path / "plot.png"), "--sheet", str(tmp_path / "sheet.png")]
    command = ["evaluate", str(tmp_path / "svb"), "--method", "input", "layered", "--corruption", "none", "IV"]
    assert main([*command, *pictures]) == 0
    said = capsys.readouterr().out
    assert said.startswith("| Method | Disparity | PSNR ↑")
    assert (tmp_path / "plot.png").exists()
    assert (tmp_path / "sheet.png").exists()
    assert main([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [(r["method"], r["corruption"]) for r in result["results"]] == [
        ("input", "none"), ("layered", "none"), ("input", "IV"), ("layered", "IV"),
    ]  # fmt: skip
    assert f"{result['results'][1]['mean']['psnr']:.2f}" in said


def test_saved_pictures_are_measured_as_the_method_that_made_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset(tmp_path / "svb")
    command, out = ["evaluate", str(tmp_path / "svb"), "--json"], str(tmp_path / "out")
    assert main([*command, "--method", "layered", "--save", out]) == 0
    (made,) = json.loads(capsys.readouterr().out)["results"]
    assert main([*command, "--method", "input", "--pictures", f"theirs={out}"]) == 0
    _, measured = json.loads(capsys.readouterr().out)["results"]
    assert measured == made | {"method": "theirs"}


def test_weights_by_name_and_saved_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset(tmp_path / "svb")
    torch.manual_seed(0)
    weights.save(VBR(dataclasses.replace(PAPER, channels=4, deep_channels=8)).eval(), tmp_path / "w.safetensors", {})
    command = ["evaluate", str(tmp_path / "svb"), "--weights", f"mine={tmp_path / 'w.safetensors'}"]
    assert main([*command, "--method", "mine", "--save", str(tmp_path / "out"), "--json"]) == 0
    assert len(list((tmp_path / "out").glob("*/*.png"))) == 2 * FRAMES
    capsys.readouterr()
    assert main([*command, "--method", "mine", "--save", str(tmp_path / "out")]) == 51


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--method", "vbr"], 60, "--weights vbr=FILE"),
        (["--method", "vbr", "--weights", "vbr=gone"], 60, "gone"),
        (["--method", "magic"], 2, "layered"),
        (["--method", "input", "--weights", "vbr"], 2, "NAME=FILE"),
        (["--method", "input", "--corruption", "V"], 2, "none..IV"),
        (["--method", "input", "layered", "--save", "out"], 2, "--save"),
        (["--method", "input", "--plot", "plot.png"], 2, "--corruption"),
        (["--method", "input", "--corruption", "IV..I"], 2, "i..iv"),
        (["--method", "input", "--sheet", "gone/sheet.png"], 53, "gone"),
        (["--method", "input", "--sheet", "svb"], 53, "svb is a folder"),
        (["--method", "input", "--weights", "mine=w"], 2, "--method mine"),
        (["--method", "mine", "--weights", "mine=w", "mine=v"], 2, "mine twice"),
        ([], 2, "--method"),
        (["--pictures", "theirs"], 2, "NAME=DIR"),
        (["--method", "input", "--pictures", "input=svb"], 2, "another"),
        (["--pictures", "theirs=svb", "--corruption", "none..IV"], 2, "--corruption"),
        (["--pictures", "theirs=gone"], 70, "--save"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(
    options: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(methods, "SHIPPED", tmp_path)
    dataset(tmp_path / "svb", 1)
    assert main(["evaluate", "svb", *options]) == code
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.strip().splitlines()
    assert words in line
    assert [path.name for path in tmp_path.iterdir()] == ["svb"]


def test_a_full_gpu_is_told_with_what_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(given: methods.Given) -> torch.Tensor:
        with device_errors(torch.device("cpu")):
            raise torch.OutOfMemoryError

    dataset(tmp_path / "svb", 1)
    monkeypatch.setitem(methods.CLASSICAL, "input", full)
    assert main(["evaluate", str(tmp_path / "svb"), "--method", "input"]) == 83
    said = capsys.readouterr().err
    assert "smaller videos" in said
    assert "--memory" not in said


def test_a_folder_that_is_no_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path), "--method", "input"]) == 70
    assert "focuspuller synth" in capsys.readouterr().err
