"""The training loop: the coarse generator, then the refiner on top of it."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Adam

from ..device import half_precision, has_triton
from ..errors import TrainingDiverged
from ..svb.windows import Batch
from ..vbr import weights
from ..vbr.configuration import Configuration
from ..vbr.model import VBR
from ..vbr.prior import Prior, classical_rendering
from . import checkpoint
from .log import Log
from .losses import video_loss
from .plan import STAGES, Plan, StageName
from .prefetch import prefetched
from .stage import Network, through_stage
from .team import Team

CHECKPOINT = "checkpoint.safetensors"
WEIGHTS = "vbr.safetensors"
LOG = "log.jsonl"

LOG_EVERY = 20
CHECKPOINT_EVERY = 100
JUDGE_EVERY = 500
"""Steps; multiples of LOG_EVERY, so that a resumed log has no seam. A hundred take minutes on a CPU; to judge takes as
long as ten."""

Batches = Callable[[int], Iterable[Batch]]
"""Batches without end, on the device that trains, from the one of a step on. The batch of a step is always the same,
which is what lets a resumed run go on as if it had never stopped."""

Judge = Callable[[VBR, StageName], Mapping[str, float]]
Progress = Callable[[int, float], None]
"""Called with (steps done, mean loss lately)."""


@dataclass(frozen=True)
class Start:
    """Weights that a run goes on from, read once: the run may replace their file."""

    state: Mapping[str, Tensor]
    digest: str

    @staticmethod
    def read(path: Path, configuration: Configuration) -> Start:
        """Raises:
        WeightsError: they are not weights of that configuration.
        """
        return Start(weights.load(path, configuration).state_dict(), weights.digest(path))


@dataclass(frozen=True)
class Run:
    """A training run: same run, same weights; to the bit on a CPU.

    Args:
        recipe: JSON values that say what the batches are; part of the run's identity and of the weights' provenance.
        prior: what is trained upon.
        judge: figures on held-out data, for the log.
        start: weights to go on from; otherwise the seed decides.
    """

    configuration: Configuration
    plan: Plan
    batches: Batches
    recipe: Mapping[str, object]
    prior: Prior = classical_rendering
    judge: Judge | None = None
    start: Start | None = None

    def identity(self, team: Team) -> str:
        parts = {
            "configuration": dataclasses.asdict(self.configuration),
            "plan": dataclasses.asdict(self.plan),
            "recipe": dict(self.recipe),
            "team": team.size,
        }
        if self.start is not None:
            parts["start_from"] = self.start.digest
        return json.dumps(parts, sort_keys=True)

    def untrained(self) -> VBR:
        """The network as the run begins with it."""
        with torch.random.fork_rng():
            torch.manual_seed(self.plan.seed)
            model = VBR(self.configuration, self.prior)
        if self.start is not None:
            model.load_state_dict(self.start.state)
        return model


def train(
    run: Run,
    folder: Path,
    team: Team,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    prepare: Callable[[], None] | None = None,
) -> VBR:
    """Train from the start, or from the folder's checkpoint; leave weights and log in the folder.

    Args:
        prepare: what else takes long; called once all is checked, before the first step.

    Raises:
        OutputExists: the folder holds a run and `resume` is false.
        ResumeMismatch: the checkpoint is another run's.
        WeightsError: the checkpoint is damaged.
        TrainingDiverged: the loss is no longer a number.
        OutputUnwritable: no folder, no permission, no space.
    """
    trainer = _Trainer(run, folder, team, resume, progress)
    if prepare is not None:
        prepare()
    # Windows are all of one size, so that it pays to find out which way to convolve is the fastest.
    with torch.backends.cudnn.flags(enabled=True, benchmark=True):
        return trainer.train()


class _Trainer:
    def __init__(self, run: Run, folder: Path, team: Team, resume: bool, progress: Progress | None) -> None:
        self.run = run
        self.plan = run.plan
        self.folder = folder
        self.team = team
        self.progress = progress
        self.precision = half_precision(team.device) if run.plan.autocast else None
        self.identity = run.identity(team)
        self.done = checkpoint.steps_done(folder / CHECKPOINT, self.identity, resume)
        self.model = run.untrained().to(team.device).to(memory_format=torch.channels_last)
        self.log = Log(folder / LOG, self.done) if team.leads else None

    def train(self) -> VBR:
        for stage in STAGES:
            first, last = self.plan.span(stage)
            if first < last and self.done <= last:
                self._train_stage(stage, first, last)
        model = self.model.eval().requires_grad_(False)
        if self.run.start is not None:
            for name, parameter in model.named_parameters():
                parameter.lerp_(self.run.start.state[name].to(parameter), self.plan.kept)
        if self.team.leads:
            judge = self.run.judge
            metrics = {stage: dict(judge(model, stage)) for stage in STAGES} if judge else {}
            weights.save(model, self.folder / WEIGHTS, json.loads(self.identity) | {"metrics": metrics})
        return model

    def _train_stage(self, stage: StageName, first: int, last: int) -> None:
        trained = self.model.submodule(0 if stage == "coarse" else 1)
        self.model.requires_grad_(False)
        trained.requires_grad_(True)
        optimiser = Adam(trained.parameters(), fused=True)
        if stage == "refiner" and self.done == first and self.run.start is None:
            self.model.start_refiner()
        if first < self.done:
            checkpoint.restore(self.folder / CHECKPOINT, self.model, trained, optimiser, self.done - first)
        network = DistributedDataParallel(trained) if self.team.size > 1 else trained
        through = _compiled(network, self.team.device)

        start = max(first, self.done)
        begun, losses = time.monotonic(), []
        for step, batch in zip(range(start, last), prefetched(self.run.batches(start), self.team.device), strict=False):
            losses.append(self._step(stage, step, through, optimiser, batch))
            self.done = step + 1
            if self.done % LOG_EVERY == 0 or self.done == last:
                self._report(stage, torch.stack(losses).mean().item(), (time.monotonic() - begun) / len(losses))
                begun, losses = time.monotonic(), []
            if self.log is None:
                continue
            if self.run.judge is not None and (self.done % JUDGE_EVERY == 0 or self.done == last):
                self.log.add({"step": self.done, "stage": stage} | dict(self.run.judge(self.model, stage)))
            if self.done % CHECKPOINT_EVERY == 0 or self.done == last:
                path = self.folder / CHECKPOINT
                checkpoint.save(path, self.model, trained, optimiser, self.done, self.identity)

    def _step(self, stage: StageName, step: int, network: Network, optimiser: Adam, batch: Batch) -> torch.Tensor:
        for group in optimiser.param_groups:
            group["lr"] = self.plan.learning_rate_at(step)
        with torch.autocast(self.team.device.type, self.precision, enabled=self.precision is not None):
            bokeh, truth = through_stage(stage, network, self.model, batch)
        loss = video_loss(bokeh, truth, self.plan.epsilon, self.plan.temporal_weight)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        trained = (parameter for group in optimiser.param_groups for parameter in group["params"])
        nn.utils.clip_grad_norm_(trained, self.plan.gradient_clip)
        optimiser.step()
        return loss.detach()

    def _report(self, stage: StageName, loss: float, seconds: float) -> None:
        if not math.isfinite(loss):
            raise TrainingDiverged(
                f"the loss at step {self.done} is {loss}; start again in another folder, with another --seed"
            )
        if self.log is not None:
            rate = self.plan.learning_rate_at(self.done - 1)
            self.log.add({"step": self.done, "stage": stage, "loss": loss, "rate": rate, "seconds": seconds})
        if self.progress is not None:
            self.progress(self.done, loss)


def _compiled(network: Network, device: torch.device) -> Network:
    """A step is a thousand small operations; a GPU waits for Python before each, and for memory in most."""
    return torch.compile(network) if has_triton(device) else network
