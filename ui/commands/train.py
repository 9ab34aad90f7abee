"""`focuspuller train`: weights from synthetic pairs."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from ...core.device import device_errors
from ...core.errors import OutputExists, UsageError
from ...core.media.partial import unwritable
from ...core.outlines.outlined import SHIPPED, load_outlines
from ...core.svb.dataset import Video, open_dataset
from ...core.svb.packed import PackedVideos
from ...core.svb.recipe import Recipe
from ...core.svb.synthesis import synthesise, tracing_device
from ...core.training.curve import draw_curve
from ...core.training.loop import CHECKPOINT, LOG, WEIGHTS, Start, train
from ...core.training.outlines import PRESET as OUTLINES
from ...core.training.outlines import STILLS, OutlinePlan, train_outliner
from ...core.training.outlines import WEIGHTS as OUTLINES_WEIGHTS
from ...core.training.presets import DATA_SEED, FURTHER_DATA_SEED, PRESETS, Variation, figures_at_start, run_of
from ...core.training.team import Team, joined_team
from ...core.vbr.prior import classical_rendering
from ...core.vbr.weights import read_provenance
from ..console import Console, Result

CURVE = "curve.png"


def run(args: argparse.Namespace, console: Console) -> Result:
    if args.seed < 0:
        raise UsageError(f"--seed {args.seed}: give a whole number from 0 on")
    _refuse_held(args.output, OUTLINES_WEIGHTS if args.preset == OUTLINES else WEIGHTS, args.resume)
    with unwritable(args.output):
        args.output.mkdir(parents=True, exist_ok=True)
    with joined_team() as team:
        # One of the team speaks.
        console.as_json = console.as_json and team.leads
        with device_errors(team.device, less="close what else uses it"):
            return _train(args, team, console)


def _refuse_held(folder: Path, weights: str, resume: bool) -> None:
    """Before data is made for it, a run that would replace another."""
    if (folder / CHECKPOINT).exists():
        if not resume:
            raise OutputExists(f"{folder} holds a training run; resume it, or choose another folder")
    elif (folder / weights).exists():
        raise OutputExists(f"{folder} holds {weights} and no {CHECKPOINT} to go on from; choose another folder")


def _train(args: argparse.Namespace, team: Team, console: Console) -> Result:
    if args.preset == OUTLINES:
        return _train_outliner(args, team, console)
    preset, variation = PRESETS[args.preset], Variation(args.configuration, args.without, args.steps, args.seed)
    if preset.goes_on and args.start_from is None:
        raise UsageError(f"--preset {args.preset} goes on from weights; give them with --start-from FILE")
    # Whatever is refused, before data is made for it.
    variation.plan_of(preset, team)
    configuration = variation.configuration_of(preset)
    start = None if args.start_from is None else Start.read(args.start_from, configuration)
    seed = DATA_SEED if start is None else FURTHER_DATA_SEED
    videos = _videos(args, preset.data, seed, team, console)
    outlines = load_outlines(SHIPPED, team.device) if configuration.prior else None
    packed = PackedVideos(args.output / "packed", classical_rendering, outlines, team.device)
    mine = team.rank * len(videos) // team.size
    run = run_of(
        preset,
        variation,
        videos,
        team,
        packed,
        recipe={"command": _command(args)},
        start=start,
    )
    total = run.plan.steps

    def packing(done: int, total: int) -> None:
        console.progress("pack", done, total, "video")

    trained = train(
        run,
        args.output,
        team,
        resume=args.resume,
        progress=(lambda done, loss: console.progress("train", done, total, "step")) if team.leads else None,
        # Each of a team begins elsewhere, and finds most of the rest done.
        prepare=lambda: packed.fill(
            [*videos[mine:], *videos[:mine]], packing if team.leads else lambda done, total: None
        ),
    )
    if not team.leads:
        return {}
    weights = args.output / WEIGHTS
    draw_curve(
        args.output / LOG,
        args.output / CURVE,
        loss="loss (logarithm of Eq 9)",
        judged=("psnr", "PSNR on held-out windows, dB"),
    )
    before = {stage: figures["psnr"] for stage, figures in figures_at_start(run, trained).items()}
    metrics = read_provenance(weights)["metrics"]
    assert isinstance(metrics, dict)
    after = {stage: figures["psnr"] for stage, figures in metrics.items()}
    parameters = sum(parameter.numel() for parameter in trained.parameters())
    gains = ", ".join(f"{stage} {psnr:.2f} -> {after[stage]:.2f} dB" for stage, psnr in before.items())
    console.say(f"{weights}: {parameters / 1e6:.1f} million parameters after {total} steps")
    console.say(f"PSNR on held-out windows: {gains}")
    console.say(f"{args.output / CURVE}: the loss curve; compare with `focuspuller evaluate --weights NAME={weights}`")
    return {"weights": weights, "log": args.output / LOG, "steps": total, "psnr_at_start": before, "psnr": after}


def _train_outliner(args: argparse.Namespace, team: Team, console: Console) -> Result:
    if args.configuration is not None or args.without or args.start_from is not None:
        raise UsageError("--configuration, --without and --start-from are of the renderer; leave them out")
    if team.size > 1:
        raise UsageError("the outliner is small and trains in one process; run it without torchrun")
    plan = OutlinePlan(seed=args.seed)
    if args.steps is not None:
        plan = dataclasses.replace(plan, steps=args.steps)
    trained = train_outliner(
        _videos(args, STILLS, DATA_SEED, team, console),
        plan,
        args.output,
        team.device,
        {"command": _command(args)},
        resume=args.resume,
        progress=lambda done, loss: console.progress("train", done, plan.steps, "step"),
    )
    weights = args.output / OUTLINES_WEIGHTS
    draw_curve(
        args.output / LOG,
        args.output / CURVE,
        loss="cross entropy near soft edges",
        judged=("error", "the same on held-out frames"),
    )
    metrics = read_provenance(weights)["metrics"]
    assert isinstance(metrics, dict)
    before, after = metrics["error_at_start"], metrics["error"]
    parameters = sum(parameter.numel() for parameter in trained.parameters())
    console.say(f"{weights}: {parameters / 1e6:.1f} million parameters after {plan.steps} steps")
    console.say(f"Cross entropy near soft edges of held-out frames: {before:.3f} -> {after:.3f}")
    console.say(f"{args.output / CURVE}: the loss curve")
    return {
        "weights": weights,
        "log": args.output / LOG,
        "steps": plan.steps,
        "error_at_start": before,
        "error": after,
    }


def _videos(args: argparse.Namespace, recipe: Recipe, seed: int, team: Team, console: Console) -> Sequence[Video]:
    """The user's data set, or the preset's own, made first."""
    if args.dataset is not None:
        return open_dataset(args.dataset)
    if team.size > 1:
        raise UsageError("several processes need their data ready; make it with `focuspuller synth` and give DATASET")
    folder = args.output / "data"
    synthesise(
        folder,
        recipe,
        seed,
        workers=os.cpu_count() or 1,
        resume=True,
        device=tracing_device(),
        progress=lambda done, total: console.progress("synth", done, total, "video"),
    )
    return open_dataset(folder)


def _command(args: argparse.Namespace) -> str:
    """What was asked for, without where it lies, so that a resumed run is the same run."""
    words = ["focuspuller train", f"--preset {args.preset}"]
    words += [f"--configuration {args.configuration}"] if args.configuration is not None else []
    words += [f"--without {part}" for part in args.without]
    words += [f"--steps {args.steps}"] if args.steps is not None else []
    words += [f"--start-from {args.start_from.name}"] if args.start_from is not None else []
    return " ".join([*words, f"--seed {args.seed}"])
