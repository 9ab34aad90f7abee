import dataclasses
import itertools
from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import UsageError
from focuspuller.core.svb.packed import PackedVideos
from focuspuller.core.training import presets
from focuspuller.core.training.loop import train
from focuspuller.core.training.plan import Plan
from focuspuller.core.training.presets import PRESETS, Preset, Variation, figures_at_start, run_of
from focuspuller.core.training.team import Team
from focuspuller.core.vbr.configuration import PAPER, PRIOR
from focuspuller.core.vbr.fusion import Fusion
from focuspuller.core.vbr.prior import classical_rendering

from tests.core.evaluation.datasets import dataset

ALONE = Team(torch.device("cpu"))
SMALL = dataclasses.replace(
    PRESETS["smoke"],
    plan=Plan(3, 2),
    batch=1,
    crop=16,
    configuration=dataclasses.replace(PAPER, channels=4, deep_channels=8),
)


@pytest.fixture(autouse=True)
def _few_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "JUDGED_WINDOWS", 2)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_are_possible(preset: Preset) -> None:
    assert preset.crop <= preset.data.size
    assert preset.data.frames >= 4
    assert preset.plan.coarse_steps > preset.plan.warm_up


def test_ablations_change_what_they_name_and_nothing_else() -> None:
    preset = PRESETS["short"]
    full = Variation().plan_of(preset, ALONE)
    assert Variation().configuration_of(preset) == PRIOR
    assert Variation("paper").configuration_of(preset) == PAPER
    assert Variation(without=["fusion"]).configuration_of(preset) == dataclasses.replace(PRIOR, fusion=Fusion.NONE)
    plain = Variation(without=["alignment"]).configuration_of(preset)
    assert plain == dataclasses.replace(PRIOR, fusion=Fusion.PLAIN)
    unsteady = Variation(without=["temporal-loss"])
    assert unsteady.configuration_of(preset) == PRIOR
    assert unsteady.plan_of(preset, ALONE) == dataclasses.replace(full, temporal_weight=0.0)
    assert Variation(without=["augmentation"]).plan_of(preset, ALONE) == full


def test_steps_keep_the_stages_shares() -> None:
    whole = PRESETS["shipped"].plan
    plan = Variation(steps=whole.steps // 10, seed=3).plan_of(PRESETS["shipped"], ALONE)
    assert (plan.coarse_steps, plan.refiner_steps) == (whole.coarse_steps // 10, whole.refiner_steps // 10)
    assert plan.seed == 3
    with pytest.raises(UsageError, match="give more"):
        Variation(steps=1).plan_of(PRESETS["shipped"], ALONE)


def test_a_run_reads_its_own_videos_and_says_what_they_are(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 5, frames=4)
    said = {"command": "focuspuller train"}
    packed = PackedVideos(tmp_path / "packed", classical_rendering)
    run = run_of(SMALL, Variation(), videos, ALONE, packed, said)
    assert run.recipe["command"] == "focuspuller train"
    assert run.recipe["held_out"] == 1
    assert next(iter(run.batches(0)))["frames"].shape == (1, 4, 3, 16, 16)
    other = run_of(SMALL, Variation(without=["augmentation"]), videos, ALONE, packed, said)
    assert run.identity(ALONE) != other.identity(ALONE)
    exact = next(iter(other.batches(0)))
    assert set(exact["disparity"].flatten().tolist()) <= {0.0, 1.0}
    batches = itertools.islice(run.batches(0), 8)
    assert any(set(batch["disparity"].flatten().tolist()) > {0.0, 1.0} for batch in batches)


@pytest.mark.parametrize(("crop", "frames"), [(33, 4), (16, 3)])
def test_a_video_that_does_not_do_is_named_with_what_would(tmp_path: Path, crop: int, frames: int) -> None:
    videos = dataset(tmp_path / "large", 1, size=40, frames=4) + dataset(tmp_path / "svb", 1, frames=frames)
    preset, packed = dataclasses.replace(SMALL, crop=crop), PackedVideos(tmp_path / "packed", classical_rendering)
    with pytest.raises(UsageError, match=rf"svb.00000 .* at least {crop} px and 4 frames, or another --preset"):
        run_of(preset, Variation(), videos, ALONE, packed, {})


def test_what_a_stage_starts_from_is_known_without_training_it(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 5, frames=4)
    run = run_of(SMALL, Variation(steps=5), videos, ALONE, PackedVideos(tmp_path / "packed", classical_rendering), {})
    (tmp_path / "run").mkdir()
    trained = train(run, tmp_path / "run", ALONE)
    state = torch.random.get_rng_state()
    start = figures_at_start(run, trained)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert start["coarse"]["psnr"] > 5
    assert run.judge is not None
    assert start["refiner"] != run.judge(trained, "refiner")
