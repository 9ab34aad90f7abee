import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import OutputExists, ResumeMismatch, TrainingDiverged, WeightsError
from focuspuller.core.svb.windows import Batch
from focuspuller.core.training import loop
from focuspuller.core.training.loop import CHECKPOINT, LOG, WEIGHTS, Run, Start, train
from focuspuller.core.training.plan import Plan
from focuspuller.core.training.stage import held_out
from focuspuller.core.training.team import Team
from focuspuller.core.vbr import weights
from focuspuller.core.vbr.configuration import Configuration
from focuspuller.core.vbr.model import VBR
from torch import Tensor

from tests.core.training import toy

ALONE = Team(torch.device("cpu"))
PLAN = Plan(coarse_steps=6, refiner_steps=6, warm_up=2, autocast=False)
BRIEF = dataclasses.replace(PLAN, coarse_steps=1, refiner_steps=1)


def run_of(plan: Plan = PLAN, prior: bool = True) -> Run:
    return Run(
        configuration=Configuration(prior=prior, channels=4, deep_channels=8),
        plan=plan,
        batches=toy.batches,
        recipe={"source": "toy"},
        prior=toy.guess,
        judge=held_out([toy.batch(10_000)]),
    )


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `run_of()` leaves behind; to be read only."""
    folder = tmp_path_factory.mktemp("run")
    train(run_of(), folder, ALONE)
    return folder


@pytest.fixture
def finished(shared_run: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(shared_run, tmp_path / "finished"))


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOG_EVERY", 2)
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 4)
    monkeypatch.setattr(loop, "JUDGE_EVERY", 4)


class KilledError(Exception):
    pass


def dying_after(steps: int, run: Run) -> Run:
    def batches(first_step: int) -> Iterator[Batch]:
        for step, batch in enumerate(toy.batches(first_step), first_step):
            if step == steps:
                raise KilledError
            yield batch

    return dataclasses.replace(run, batches=batches)


def logged(folder: Path) -> list[dict[str, object]]:
    """The log, less what a clock says."""
    entries = [json.loads(line) for line in (folder / LOG).read_text().splitlines()]
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries]


@pytest.mark.usefixtures("often")
def test_resumed_training_equals_training_straight_through(tmp_path: Path) -> None:
    straight = tmp_path / "straight"
    straight.mkdir()
    train(run_of(), straight, ALONE)
    for deaths in ([5, 9], [7]):
        cut = tmp_path / f"cut {len(deaths)}"
        cut.mkdir()
        for death in deaths:
            with pytest.raises(KilledError):
                train(dying_after(death, run_of()), cut, ALONE, resume=True)
        train(run_of(), cut, ALONE, resume=True)
        assert (cut / WEIGHTS).read_bytes() == (straight / WEIGHTS).read_bytes()
        assert logged(cut) == logged(straight)


def test_a_finished_run_resumes_to_the_same_weights(finished: Path) -> None:
    first = (finished / WEIGHTS).read_bytes()
    (finished / WEIGHTS).unlink()
    train(run_of(), finished, ALONE, resume=True)
    assert (finished / WEIGHTS).read_bytes() == first


def test_the_seed_decides_the_weights(tmp_path: Path) -> None:
    for name, seed in [("a", 0), ("b", 0), ("c", 1)]:
        (tmp_path / name).mkdir()
        train(run_of(dataclasses.replace(BRIEF, seed=seed)), tmp_path / name, ALONE)

    def tensors(name: str) -> dict[str, Tensor]:
        return weights.load(tmp_path / name / WEIGHTS).state_dict()

    assert all(torch.equal(a, b) for a, b in zip(tensors("a").values(), tensors("b").values(), strict=True))
    assert not all(torch.equal(a, c) for a, c in zip(tensors("a").values(), tensors("c").values(), strict=True))


def test_a_run_goes_on_from_weights_of_the_same_network(shared_run: Path, tmp_path: Path) -> None:
    path = shared_run / WEIGHTS
    start = Start.read(path, run_of().configuration)
    still = dataclasses.replace(run_of(dataclasses.replace(BRIEF, learning_rate=0.0)), start=start)
    train(still, tmp_path, ALONE)
    theirs, ours = (weights.load(folder / WEIGHTS).state_dict() for folder in (shared_run, tmp_path))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert still.identity(ALONE) != dataclasses.replace(still, start=None).identity(ALONE)
    with pytest.raises(WeightsError, match="use weights made for it"):
        Start.read(path, run_of(prior=False).configuration)
    with pytest.raises(WeightsError, match="cannot be read"):
        Start.read(tmp_path / "none", run_of().configuration)


def test_steps_are_compiled_where_triton_is(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, compiled = (VBR(run_of().configuration).submodule(0) for _ in range(2))
    monkeypatch.setattr(torch, "compile", lambda network: compiled)
    for found, through in [(object(), compiled), (None, plain)]:
        monkeypatch.setattr("importlib.util.find_spec", lambda name, found=found: found)
        assert loop._compiled(plain, torch.device("cuda")) is through
        assert loop._compiled(plain, torch.device("cpu")) is plain


def test_nothing_long_is_prepared_for_a_run_that_is_refused(tmp_path: Path) -> None:
    calls = []
    run = run_of(Plan(coarse_steps=1, refiner_steps=0))
    train(run, tmp_path, ALONE, prepare=lambda: calls.append("first"))
    with pytest.raises(OutputExists):
        train(run, tmp_path, ALONE, prepare=lambda: calls.append("second"))
    assert calls == ["first"]


def test_a_run_keeps_its_share_of_what_it_went_on_from(shared_run: Path, tmp_path: Path) -> None:
    kept = 0.25
    for name in ("all", "some"):
        (tmp_path / name).mkdir()
    start = Start.read(shared_run / WEIGHTS, run_of().configuration)
    trained = train(dataclasses.replace(run_of(BRIEF), start=start), tmp_path / "all", ALONE).state_dict()
    assert any(not torch.equal(trained[name], start.state[name]) for name in trained)
    plan = dataclasses.replace(BRIEF, kept=kept)
    some = train(dataclasses.replace(run_of(plan), start=start), tmp_path / "some", ALONE)
    for name, parameter in some.named_parameters():
        expected = torch.lerp(trained[name], start.state[name].float(), kept)
        torch.testing.assert_close(parameter, expected, atol=1e-6, rtol=1e-5)


def test_what_a_run_leaves_behind(tmp_path: Path) -> None:
    random_state = torch.random.get_rng_state()
    train(run_of(BRIEF), tmp_path, ALONE)
    assert {path.name for path in tmp_path.iterdir()} == {CHECKPOINT, WEIGHTS, LOG}
    provenance = weights.read_provenance(tmp_path / WEIGHTS)
    assert provenance["recipe"] == {"source": "toy"}
    assert {entry["stage"] for entry in logged(tmp_path)} == {"coarse", "refiner"}
    assert torch.equal(torch.random.get_rng_state(), random_state)


@pytest.mark.parametrize("prior", [True, False])
def test_a_stage_trains_its_own_weights_only(tmp_path: Path, prior: bool) -> None:
    model = train(run_of(Plan(coarse_steps=3, refiner_steps=0), prior), tmp_path, ALONE)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        untrained = VBR(model.configuration)
    for trained, start in zip(model.refiner.parameters(), untrained.refiner.parameters(), strict=True):
        assert torch.equal(trained, start)
    moved = [
        not torch.equal(a, b) for a, b in zip(model.coarse.parameters(), untrained.coarse.parameters(), strict=True)
    ]
    assert sum(moved) > len(moved) / 2


def test_another_runs_folder_is_refused(shared_run: Path) -> None:
    before = {path: path.read_bytes() for path in shared_run.iterdir()}
    with pytest.raises(OutputExists, match="resume it"):
        train(run_of(), shared_run, ALONE)
    with pytest.raises(ResumeMismatch, match="another run"):
        train(run_of(dataclasses.replace(PLAN, learning_rate=1e-4)), shared_run, ALONE, resume=True)
    assert {path: path.read_bytes() for path in shared_run.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"not a checkpoint at all", b"\x80\x04\x95 a pickle"])
def test_a_file_that_is_no_checkpoint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(WeightsError):
        train(run_of(), tmp_path, ALONE, resume=True)


def test_weights_are_no_checkpoint(finished: Path) -> None:
    (finished / WEIGHTS).rename(finished / CHECKPOINT)
    with pytest.raises(WeightsError, match="train without resuming"):
        train(run_of(), finished, ALONE, resume=True)


def test_a_truncated_checkpoint(finished: Path) -> None:
    path = finished / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="truncated"):
        train(run_of(), finished, ALONE, resume=True)


def test_divergence_is_said_and_leaves_no_weights(tmp_path: Path) -> None:
    def batches(first_step: int) -> Iterator[Batch]:
        for batch in toy.batches(first_step):
            batch["bokeh"] = batch["bokeh"] * float("nan")
            yield batch

    with pytest.raises(TrainingDiverged, match="step 6 is nan"):
        train(dataclasses.replace(run_of(), batches=batches), tmp_path, ALONE)
    assert not (tmp_path / WEIGHTS).exists()
    assert not (tmp_path / CHECKPOINT).exists()


@pytest.mark.parametrize(("prior", "gain"), [(True, 0.2), (False, 0.5)])
def test_both_stages_learn(tmp_path: Path, prior: bool, gain: float) -> None:
    plan = Plan(coarse_steps=20, refiner_steps=20, warm_up=3, learning_rate=3e-3, autocast=False)
    run = dataclasses.replace(
        run_of(plan, prior),
        configuration=Configuration(prior=prior, channels=8, deep_channels=16),
        judge=held_out([toy.batch(10_000, windows=8)]),
    )
    assert run.judge is not None
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        untrained = VBR(run.configuration, run.prior)
    model = train(run, tmp_path, ALONE)
    for stage in ("coarse", "refiner"):
        before, after = (run.judge(m, stage)["psnr"] for m in (untrained, model))
        assert after > before + gain


def test_learning_rate_warms_up_then_falls_to_nothing_in_each_stage() -> None:
    plan = Plan(coarse_steps=1000, refiner_steps=500, learning_rate=1e-3, warm_up=100)
    assert plan.learning_rate_at(0) == pytest.approx(1e-5)
    assert plan.learning_rate_at(99) == pytest.approx(1e-3, rel=0.03)
    assert plan.learning_rate_at(500) == pytest.approx(0.5e-3)
    assert plan.learning_rate_at(999) < 1e-8
    assert plan.learning_rate_at(1000) == pytest.approx(1e-5)
    assert plan.learning_rate_at(1499) < 1e-7


WORKER = """
import tests.conftest
import sys
from pathlib import Path
from focuspuller.core.training.loop import train
from focuspuller.core.training.team import joined_team
from tests.core.training.test_loop import run_of
with joined_team() as team:
    train(run_of(), Path(sys.argv[1]), team)
"""


@pytest.mark.slow
def test_two_processes_with_the_same_batches_train_as_one(tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir()
    together.mkdir()
    train(run_of(), alone, ALONE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "CUDA_VISIBLE_DEVICES": ""}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(together)],
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            cwd=Path(__file__).parents[3],
        )
        for rank in range(2)
    ]
    assert [worker.wait(timeout=180) for worker in workers] == [0, 0]
    ours, theirs = (weights.load(folder / WEIGHTS).state_dict() for folder in (alone, together))
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-4) for name in ours)
    assert logged(together)[-1]["step"] == PLAN.steps
