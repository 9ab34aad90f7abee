import dataclasses
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from focuspuller.core.svb.dataset import RECORD
from focuspuller.core.svb.recipe import Recipe
from focuspuller.core.training import outlines, presets
from focuspuller.core.training.plan import Plan
from focuspuller.core.vbr.configuration import PAPER
from focuspuller.core.vbr.weights import read_provenance
from focuspuller.ui.cli import main
from focuspuller.ui.grammar import parser

from tests import clips
from tests.core.evaluation.datasets import dataset

TINY = presets.Preset(
    plan=Plan(2, 2),
    data=Recipe(stream=9, videos=2, objects=1, points=4, frames=4, size=32),
    batch=1,
    crop=16,
    configuration=dataclasses.replace(PAPER, channels=4, deep_channels=8),
)


@pytest.fixture
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(presets.PRESETS, "smoke", TINY)
    monkeypatch.setattr(presets, "JUDGED_WINDOWS", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 1)


@pytest.mark.usefixtures("_tiny")
def test_a_run_with_data_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    command = ["train", "--preset", "smoke", "-o", str(run), "--json"]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["psnr"]) == set(result["psnr_at_start"]) == {"coarse", "refiner"}
    assert (run / "curve.png").read_bytes().startswith(b"\x89PNG")
    said = read_provenance(run / "vbr.safetensors")
    recipe = said["recipe"]
    assert isinstance(recipe, dict)
    assert recipe["command"] == "focuspuller train --preset smoke --seed 0"
    assert recipe["data"]["made_by"]["objects"] == 1
    first = (run / "vbr.safetensors").read_bytes()
    assert main(command) == 51
    assert main([*command, "--resume"]) == 0
    assert (run / "vbr.safetensors").read_bytes() == first
    assert main([*command, "--resume", "--steps", "8"]) == 54


@pytest.mark.usefixtures("_tiny")
def test_a_users_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset(tmp_path / "svb", 2, frames=4)
    dataset(tmp_path / "one", 1, frames=4)
    options = ["--preset", "smoke", "-o", str(tmp_path / "run")]
    assert main(["train", str(tmp_path / "gone"), *options]) == 70
    assert main(["train", str(tmp_path / "one"), *options]) == 70
    assert main(["train", str(tmp_path / "svb"), *options, "--steps", "1"]) == 2
    assert main(["train", str(tmp_path / "svb"), *options, "--seed", "-1"]) == 2
    capsys.readouterr()
    ablation = ["--configuration", "paper", "--without", "fusion", "--without", "temporal-loss"]
    assert main(["train", str(tmp_path / "svb"), *options, *ablation]) == 0
    assert "PSNR on held-out windows: coarse" in capsys.readouterr().out
    assert not (tmp_path / "run" / "data").exists()


def test_the_outliner_trains_with_data_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    stills = dataclasses.replace(outlines.STILLS, videos=2, objects=1, size=128)
    monkeypatch.setattr("focuspuller.ui.commands.train.STILLS", stills)
    monkeypatch.setattr(outlines, "JUDGED", 2)
    run = tmp_path / "run"
    command = ["train", "--preset", "outlines", "--steps", "2", "-o", str(run), "--json"]
    for renderers_own in (["--without", "fusion"], ["--configuration", "paper"], ["--start-from", "w"]):
        assert main([*command, *renderers_own]) == 2
    capsys.readouterr()
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out)
    assert 0 < result["error"] < 1
    assert (run / "curve.png").read_bytes().startswith(b"\x89PNG")
    said = read_provenance(run / "outlines.safetensors")
    assert said["recipe"] == {"command": "focuspuller train --preset outlines --steps 2 --seed 0"}
    assert main(command) == 51
    assert main([*command, "--resume"]) == 0


def test_the_grammar_offers_every_preset_and_ablation() -> None:
    for preset in presets.PRESETS:
        for part in ("fusion", "alignment", "temporal-loss", "augmentation"):
            args = parser().parse_args(["train", "--preset", preset, "--without", part, "-o", "x"])
            variation = presets.Variation(args.configuration, args.without)
            full = presets.Variation()
            preset_of = presets.PRESETS[args.preset]
            assert dataclasses.astuple(variation) != dataclasses.astuple(full)
            variation.configuration_of(preset_of)


def test_finetuning_needs_weights_to_go_on_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--preset", "finetune", "-o", str(tmp_path)]) == 2
    assert "--start-from" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


@pytest.mark.usefixtures("_tiny")
def test_what_goes_on_from_weights_makes_data_they_have_not_seen(tmp_path: Path) -> None:
    command = ["train", "--preset", "smoke", "-o"]
    first, second = tmp_path / "first", tmp_path / "second"
    assert main([*command, str(first)]) == 0
    assert main([*command, str(second), "--start-from", str(first / "vbr.safetensors")]) == 0
    seeds = [json.loads((run / "data" / RECORD).read_text())["seed"] for run in (first, second)]
    assert seeds == [0, 2]


@pytest.mark.parametrize("wrong", [["--steps", "1"], ["--start-from", "gone.safetensors"]])
def test_what_is_refused_is_refused_before_data_is_made(tmp_path: Path, wrong: list[str]) -> None:
    assert main(["train", "--preset", "smoke", "-o", str(tmp_path / "run"), *wrong]) != 0
    assert not (tmp_path / "run" / "data").exists()


@pytest.mark.parametrize(
    ("held", "more"), [("checkpoint.safetensors", []), ("vbr.safetensors", []), ("vbr.safetensors", ["--resume"])]
)
def test_a_run_that_is_there_is_refused_before_data_is_made(tmp_path: Path, held: str, more: list[str]) -> None:
    (tmp_path / held).write_bytes(b"of hours of work")
    assert main(["train", "--preset", "smoke", "-o", str(tmp_path), *more]) == 51
    assert [path.name for path in tmp_path.iterdir()] == [held]


@pytest.mark.slow
def test_the_smoke_preset_learns_in_under_three_minutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    assert main(["train", "--preset", "smoke", "-o", str(tmp_path / "run"), "--json"]) == 0
    assert time.monotonic() - begun < 180
    result = json.loads(capsys.readouterr().out)
    for stage, gain in (("coarse", 1.0), ("refiner", 0.5)):
        assert result["psnr"][stage] > result["psnr_at_start"][stage] + gain
    lines = (tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    losses = [entry for entry in map(json.loads, lines) if "loss" in entry]
    for stage in ("coarse", "refiner"):
        of_stage = [entry["loss"] for entry in losses if entry["stage"] == stage]
        assert of_stage[-1] < of_stage[0]


@pytest.mark.slow
def test_torchrun_trains_one_network_with_two_processes(tmp_path: Path) -> None:
    dataset(tmp_path / "svb", 2, size=64, frames=4)
    command = ["train", str(tmp_path / "svb"), "--preset", "smoke", "--steps", "4", "-o", str(tmp_path / "run")]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    ended = subprocess.run(
        [*torchrun, "-m", "focuspuller", *command, "--json"],
        env=clips.environment(tmp_path) | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
        cwd=os.fspath(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["steps"] == 4
