"""Training recipes by name, the ablations among their variations, and the run that follows from one."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..errors import UsageError
from ..svb.dataset import Video
from ..svb.packed import PackedVideos
from ..svb.recipe import PRESETS as RECIPES
from ..svb.recipe import Recipe
from ..svb.windows import StoredWindows
from ..vbr.configuration import PAPER, PRIOR, Configuration
from ..vbr.fusion import Fusion
from ..vbr.model import VBR
from .loop import Run, Start
from .plan import Plan, StageName
from .source import WindowBatches, provenance, split
from .stage import held_out
from .team import Team

WINDOW = 4
"""Consecutive frames in a training sample, as in the paper."""

JUDGED_WINDOWS = 16
JUDGES_SEED = 0
"""The judge looks at the same windows whatever the run's seed, so that runs compare."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A recipe for weights.

    Attributes:
        data: made for the run when the user brings none.
        batch: windows a step, on each process.
        crop: px a side of a window.
        configuration: the network, where the user asks for no other.
        goes_on: from weights, which it needs.
    """

    plan: Plan
    data: Recipe
    batch: int
    crop: int = 160
    configuration: Configuration = PRIOR
    goes_on: bool = False


PRESETS: dict[str, Preset] = {
    "smoke": Preset(
        plan=Plan(
            coarse_steps=350,
            refiner_steps=250,
            learning_rate=2e-3,
            refiner_rate=0.5,
            warm_up=20,
            gradient_clip=0.3,
        ),
        data=Recipe(stream=2, videos=20, objects=4, points=64, frames=6, size=128),
        batch=4,
        crop=64,
        configuration=dataclasses.replace(PAPER, channels=16, deep_channels=32),
    ),
    "short": Preset(
        plan=Plan(coarse_steps=2_000, refiner_steps=150, learning_rate=8e-4, refiner_rate=0.3, gradient_clip=0.1),
        data=dataclasses.replace(RECIPES["crowded"], videos=800),
        batch=3,
    ),
    "shipped": Preset(
        plan=Plan(
            coarse_steps=8_100,
            refiner_steps=400,
            learning_rate=1.2e-3,
            refiner_rate=0.2,
            warm_up=200,
            gradient_clip=0.1,
        ),
        data=RECIPES["crowded"],
        batch=32,
    ),
    "finetune": Preset(
        plan=Plan(
            coarse_steps=2_500,
            refiner_steps=100,
            learning_rate=2.5e-4,
            refiner_rate=0.4,
            gradient_clip=0.1,
            kept=0.25,
        ),
        data=dataclasses.replace(RECIPES["crowded"], videos=480),
        batch=6,
        crop=256,
        goes_on=True,
    ),
}
"""`smoke` shows in minutes that training works, from the frame alone, which leaves most to learn; `short` takes about
an hour on one core; `shipped` takes four minutes on a large GPU, and is not for anything less. `finetune` goes on from
weights, gently, by whole frames: a crop's sides are no borders of the picture, beyond which nothing is known, yet look
like them."""

DATA_SEED = 0
"""Of the data that a preset makes for itself."""

FURTHER_DATA_SEED = 2
"""The same, where it goes on from weights: those that ship have seen 0, and 1 in fine-tuning, and nobody is judged by
what he learned from."""


@dataclass(frozen=True, slots=True)
class Variation:
    """How a run departs from its preset.

    Args:
        configuration: "prior" or "paper"; None keeps the preset's.
        without: what an ablation leaves out: "fusion", "alignment", "temporal-loss", "augmentation".
        steps: in all, shared among the stages as in the preset; None keeps the preset's.
        seed: of the weights and of the windows.
    """

    configuration: str | None = None
    without: Collection[str] = ()
    steps: int | None = None
    seed: int = 0

    def configuration_of(self, preset: Preset) -> Configuration:
        fusion = Fusion.DEFORMABLE
        if "alignment" in self.without:
            fusion = Fusion.PLAIN
        if "fusion" in self.without:
            fusion = Fusion.NONE
        prior = preset.configuration.prior if self.configuration is None else self.configuration == "prior"
        return dataclasses.replace(preset.configuration, prior=prior, fusion=fusion)

    def plan_of(self, preset: Preset, team: Team) -> Plan:
        """Raises:
        UsageError: fewer steps than one a stage.
        """
        plan = preset.plan
        steps = plan.steps if self.steps is None else self.steps
        coarse = round(steps * plan.coarse_steps / plan.steps)
        if min(coarse, steps - coarse) < 1:
            raise UsageError(f"{steps} steps leave none for one of the stages; give more")
        return dataclasses.replace(
            plan,
            coarse_steps=coarse,
            refiner_steps=steps - coarse,
            warm_up=min(plan.warm_up, coarse // 10),
            temporal_weight=0.0 if "temporal-loss" in self.without else plan.temporal_weight,
            seed=self.seed,
        )


def run_of(
    preset: Preset,
    variation: Variation,
    videos: Sequence[Video],
    team: Team,
    packed: PackedVideos,
    recipe: Mapping[str, str],
    start: Start | None = None,
) -> Run:
    """The run that a preset, varied, makes on these videos; the last of them are kept to judge it.

    Args:
        packed: where the videos are kept as training reads them, on the team's device.
        recipe: more to say about the run in the weights' header.
        start: weights to go on from.

    Raises:
        DatasetError: too few videos.
        UsageError: too few steps; or a video is too small or too short.
    """
    for video in videos:
        if min(video.size) < preset.crop or len(video) < WINDOW:
            height, width = video.size
            raise UsageError(
                f"{video.path} has {len(video)} frames of {width} x {height} px; give videos of at least {preset.crop} "
                f"px and {WINDOW} frames, or another --preset"
            )
    configuration = variation.configuration_of(preset)
    trained_on, kept = split(videos)
    plan = variation.plan_of(preset, team)
    augmented = "augmentation" not in variation.without
    windows = StoredWindows(trained_on, packed, WINDOW, preset.crop, variation.seed, corrupted=augmented)
    judged = StoredWindows(kept, packed, WINDOW, preset.crop, JUDGES_SEED, corrupted=False)
    # One window a batch, so that each is judged at its own scale, as a shot is rendered.
    judge = held_out(judged.batch([index]) for index in range(JUDGED_WINDOWS))
    said = {
        "batch": preset.batch,
        "crop": preset.crop,
        "window": WINDOW,
        "augmented": augmented,
        "held_out": len(kept),
        "data": provenance(videos),
        "packed": packed.kind,
    }
    return Run(
        configuration=configuration,
        plan=plan,
        batches=WindowBatches(windows, preset.batch, team),
        recipe=said | dict(recipe),
        judge=judge,
        start=start,
    )


def figures_at_start(run: Run, trained: VBR) -> Mapping[StageName, Mapping[str, float]]:
    """What the judge said of each stage before it had learned anything: what is to be gained upon.

    Args:
        trained: what came of the run; its coarse generator is what its refiner started from.
    """
    assert run.judge is not None
    fresh = run.untrained().to(next(trained.parameters()).device).eval()
    coarse = run.judge(fresh, "coarse")
    fresh.coarse = trained.coarse
    if run.start is None:
        fresh.start_refiner()
    return {"coarse": coarse, "refiner": run.judge(fresh, "refiner")}
