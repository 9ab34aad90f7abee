import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import OutputExists, ResumeMismatch, TrainingDiverged, UsageError
from focuspuller.core.outlines.outliner import Outliner
from focuspuller.core.outlines.soft import REACH, beside, is_soft
from focuspuller.core.svb.corrupt import blurred
from focuspuller.core.svb.dataset import Video
from focuspuller.core.svb.outlines import OutlineCrops
from focuspuller.core.training import outlines
from focuspuller.core.training.log import read_log
from focuspuller.core.training.loop import CHECKPOINT, LOG
from focuspuller.core.training.outlines import WEIGHTS, OutlinePlan, held_out, outline_error, train_outliner
from focuspuller.core.vbr.weights import read_provenance

from tests.core.evaluation.datasets import dataset

CPU = torch.device("cpu")
PLAN = OutlinePlan(steps=9, batch=1, crop=48, warm_up=2)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Video]:
    return dataset(tmp_path_factory.mktemp("svb") / "svb", 3, size=64, frames=1)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "LOG_EVERY", 2)
    monkeypatch.setattr(outlines, "CHECKPOINT_EVERY", 4)
    monkeypatch.setattr(outlines, "JUDGE_EVERY", 4)
    monkeypatch.setattr(outlines, "JUDGED", 2)


def trained(
    videos: Sequence[Video], folder: Path, plan: OutlinePlan = PLAN, *, resume: bool = False, dies: int = 0
) -> Path:
    def dying(done: int, loss: float) -> None:
        if done == dies:
            raise KeyboardInterrupt

    folder.mkdir(exist_ok=True)
    train_outliner(videos, plan, folder, CPU, {"command": "train"}, resume=resume, progress=dying)
    return folder


def test_resumed_training_equals_training_straight_through(videos: Sequence[Video], tmp_path: Path) -> None:
    straight = trained(videos, tmp_path / "straight")
    for dies in (6, 8):
        with pytest.raises(KeyboardInterrupt):
            trained(videos, tmp_path / "cut", resume=True, dies=dies)
    cut = trained(videos, tmp_path / "cut", resume=True)
    assert (cut / WEIGHTS).read_bytes() == (straight / WEIGHTS).read_bytes()
    logs = [
        [{key: value for key, value in entry.items() if key != "seconds"} for entry in read_log(folder / LOG)]
        for folder in (straight, cut)
    ]
    assert logs[0] == logs[1]
    said = read_provenance(cut / WEIGHTS)
    assert said["held_out"] == 1
    assert set(json.loads(json.dumps(said["metrics"]))) == {"error_at_start", "error"}


def test_a_folder_is_one_runs(videos: Sequence[Video], tmp_path: Path) -> None:
    trained(videos, tmp_path / "run")
    with pytest.raises(OutputExists):
        trained(videos, tmp_path / "run")
    before = (tmp_path / "run" / CHECKPOINT).read_bytes()
    with pytest.raises(ResumeMismatch):
        trained(videos, tmp_path / "run", dataclasses.replace(PLAN, seed=1), resume=True)
    assert (tmp_path / "run" / CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize("steps", [0, -3])
def test_no_steps_teach_nothing(steps: int) -> None:
    with pytest.raises(UsageError, match="give more"):
        OutlinePlan(steps=steps)


def test_a_video_that_is_too_small_is_named(videos: Sequence[Video], tmp_path: Path) -> None:
    mixed = [*videos, *dataset(tmp_path / "small", 1, size=47, frames=1)]
    with pytest.raises(UsageError, match=r"small.00000 is 47 x 47 px; give videos of at least 48 px"):
        trained(mixed, tmp_path / "run")


def test_a_loss_that_is_no_number_ends_the_run(videos: Sequence[Video], tmp_path: Path) -> None:
    with pytest.raises(TrainingDiverged):
        trained(videos, tmp_path / "run", dataclasses.replace(PLAN, learning_rate=float("inf"), warm_up=1))
    assert not (tmp_path / "run" / WEIGHTS).exists()


def test_the_truth_is_without_error_and_counts_only_near_soft_edges() -> None:
    truth = torch.full((1, 1, 64, 64), 0.2)
    truth[..., 32:] = 0.7
    given = blurred(truth, 1.5)
    around, soft = beside(given, REACH), is_soft(given)
    share = around.share(truth)
    assert outline_error(share, around, truth, soft) < 1e-5
    assert outline_error(around.share(given), around, truth, soft) > 1e-3
    assert outline_error(1 - share, around, truth, soft) > 0.9
    assert outline_error(1 - share, around, truth, is_soft(truth)) == 0
    share[..., :12] = 1 - share[..., :12]
    assert outline_error(share, around, truth, soft) < 1e-5


def test_it_learns_what_it_is_shown(videos: Sequence[Video]) -> None:
    judge = held_out(videos, 48, CPU)
    model = Outliner()
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    frame, given, truth = OutlineCrops(videos, 48, outlines.JUDGES_SEED).batch(range(2))
    soft = is_soft(given)
    before = judge(model)
    for _ in range(30):
        optimiser.zero_grad()
        share, around = model(frame, given, soft)
        torch.autograd.backward(outline_error(share, around, truth, soft))
        optimiser.step()
    assert judge(model.eval()) < 0.8 * before
