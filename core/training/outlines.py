"""How the outliner is trained: one network, one loss, one cosine."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Adam

from ..errors import TrainingDiverged, UsageError
from ..outlines import weights
from ..outlines.outliner import Outliner
from ..outlines.soft import Beside, is_soft
from ..svb.dataset import Video
from ..svb.outlines import OutlineCrops, SoftEdges
from ..svb.recipe import Recipe
from ..vbr.weights import STORED
from . import checkpoint
from .log import Log
from .loop import CHECKPOINT, CHECKPOINT_EVERY, JUDGE_EVERY, LOG, LOG_EVERY, Progress
from .source import provenance, split

PRESET = "outlines"
"""Its name."""

WEIGHTS = "outlines.safetensors"

STILLS = Recipe(stream=4, videos=3000, objects=9, points=1, frames=1)
"""What it learns from, where the user brings nothing: the frame and its disparity, and hardly any lens."""

MARGIN = 10
"""px along a crop's border that do not count: what is beside them is not in sight."""

CLEAR = 0.1
"""Disparity between two surfaces from which on a pixel counts whole."""

JUDGED = 64
JUDGES_SEED = 0


@dataclass(frozen=True, slots=True)
class OutlinePlan:
    """Adam, warmed up, then along a cosine to zero.

    Args:
        batch: crops a step.
        crop: px a side.
        gradient_clip: largest norm of a step's gradient.
        seed: of the weights at the start, and of the crops.

    Raises:
        UsageError: fewer steps than one.
    """

    steps: int = 5_000
    batch: int = 8
    crop: int = 128
    learning_rate: float = 1.5e-3
    warm_up: int = 200
    gradient_clip: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise UsageError(f"{self.steps} steps teach nothing; give more")

    def learning_rate_at(self, step: int) -> float:
        warmth = min(1.0, (step + 1) / self.warm_up)
        return self.learning_rate * warmth * 0.5 * (1 + math.cos(math.pi * step / self.steps))


def train_outliner(
    videos: Sequence[Video],
    plan: OutlinePlan,
    folder: Path,
    device: torch.device,
    recipe: Mapping[str, str],
    *,
    resume: bool = False,
    progress: Progress | None = None,
) -> Outliner:
    """Train from the start, or from the folder's checkpoint; leave weights and log in the folder. The last of the
    videos are kept to judge it. Same plan and videos, same weights; to the bit on a CPU.

    Args:
        recipe: more to say about the run in the weights' header.

    Raises:
        OutputExists: the folder holds a run and `resume` is false.
        ResumeMismatch: the checkpoint is another run's.
        WeightsError: the checkpoint is damaged.
        TrainingDiverged: the loss is no longer a number.
        OutputUnwritable: no folder, no permission, no space.
        DatasetError, UsageError: the videos are too few, damaged, or too small.
    """
    for video in videos:
        if min(video.size) < plan.crop:
            height, width = video.size
            raise UsageError(f"{video.path} is {width} x {height} px; give videos of at least {plan.crop} px")
    trained_on, kept = split(videos)
    identity = json.dumps(
        {"plan": dataclasses.asdict(plan), "recipe": dict(recipe), "data": provenance(videos), "held_out": len(kept)},
        sort_keys=True,
    )
    path = folder / CHECKPOINT
    done = checkpoint.steps_done(path, identity, resume)

    model = untrained(plan).to(device).to(memory_format=torch.channels_last)
    optimiser = Adam(model.parameters(), fused=True)
    if done:
        checkpoint.restore(path, model, model, optimiser, done)
    crops = OutlineCrops(trained_on, plan.crop, plan.seed)
    judge = held_out(kept, plan.crop, device)
    log = Log(folder / LOG, done)
    begun, losses = time.monotonic(), []
    for step in range(done, plan.steps):
        first = step * plan.batch
        edges = SoftEdges(*(picture.to(device) for picture in crops.batch(range(first, first + plan.batch))))
        losses.append(_step(model, optimiser, edges, plan, step))
        done = step + 1
        if done % LOG_EVERY == 0 or done == plan.steps:
            loss, seconds = torch.stack(losses).mean().item(), (time.monotonic() - begun) / len(losses)
            said = {"loss": _finite(loss, done), "rate": plan.learning_rate_at(step), "seconds": seconds}
            log.add({"step": done, "stage": PRESET} | said)
            if progress is not None:
                progress(done, loss)
            begun, losses = time.monotonic(), []
        if done % JUDGE_EVERY == 0 or done == plan.steps:
            log.add({"step": done, "stage": PRESET, "error": _finite(judge(model), done)})
        if done % CHECKPOINT_EVERY == 0 or done == plan.steps:
            checkpoint.save(path, model, model, optimiser, done, identity)
    model = _as_stored(model.eval().requires_grad_(False))
    metrics = {"error_at_start": judge(untrained(plan).to(device)), "error": judge(model)}
    weights.save(model, folder / WEIGHTS, json.loads(identity) | {"metrics": metrics})
    return model


def _finite(loss: float, step: int) -> float:
    if not math.isfinite(loss):
        raise TrainingDiverged(f"the loss at step {step} is {loss}; start again in another folder, with another --seed")
    return loss


def _as_stored(model: Outliner) -> Outliner:
    """With the weights that its file will hold."""
    for parameter in model.parameters():
        parameter.copy_(parameter.to(STORED))
    return model


def untrained(plan: OutlinePlan) -> Outliner:
    """The network as a run begins with it."""
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        return Outliner()


def _step(model: Outliner, optimiser: Adam, edges: SoftEdges, plan: OutlinePlan, step: int) -> Tensor:
    for group in optimiser.param_groups:
        group["lr"] = plan.learning_rate_at(step)
    soft = is_soft(edges.given)
    share, around = model(edges.frame, edges.given, soft)
    loss = outline_error(share, around, edges.truth, soft)
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), plan.gradient_clip)
    optimiser.step()
    return loss.detach()


def outline_error(share: Tensor, around: Beside, truth: Tensor, soft: Tensor) -> Tensor:
    """Cross entropy of how much of a pixel belongs to the nearer surface, on average over pixels near soft edges: the
    higher the step between the two surfaces, the more one counts.

    Where nothing tells on which side a pixel lies, the best that can be said is how likely either is: an edge that is
    in doubt stays soft. Absolute errors would make it firm somewhere, be it in the wrong place.

    Args:
        share, around: what an outliner says, (B, 1, h, w).
        truth: disparity (B, 1, h, w).
        soft: where what it was given `is_soft`.
    """
    if not share.isfinite().all():
        # Which is refused below, where it should be told.
        return share.sum() * torch.nan
    right = around.share(truth)
    inside = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    counts = ((around.step / CLEAR).clamp(max=1) * soft)[inside]
    entropy = functional.binary_cross_entropy(share[inside], right[inside], counts, reduction="sum")
    return entropy / counts.sum().clamp(min=1)


def held_out(videos: Sequence[Video], crop: int, device: torch.device) -> Callable[[Outliner], float]:
    """A judge: `outline_error` over crops that training never sees."""
    batch = OutlineCrops(videos, crop, JUDGES_SEED).batch(range(JUDGED))
    frame, given, truth = (picture.to(device) for picture in batch)
    soft = is_soft(given)

    @torch.no_grad()
    def judge(model: Outliner) -> float:
        share, around = model(frame, given, soft)
        return outline_error(share, around, truth, soft).item()

    return judge
