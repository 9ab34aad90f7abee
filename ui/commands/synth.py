"""`focuspuller synth`: synthetic pairs of all-in-focus and bokeh video."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from ...core.errors import UsageError
from ...core.svb.assets import FolderAssets, ProceduralAssets
from ...core.svb.recipe import PRESETS
from ...core.svb.synthesis import synthesise, tracing_device
from ..console import Console, Result


def run(args: argparse.Namespace, console: Console) -> Result:
    recipe = PRESETS[args.preset]
    if args.videos is not None:
        recipe = replace(recipe, videos=args.videos)
    workers = (os.cpu_count() or 1) if args.workers is None else args.workers
    for flag, value, least in (("--videos", recipe.videos, 1), ("--workers", workers, 1), ("--seed", args.seed, 0)):
        if value < least:
            raise UsageError(f"{flag} {value}: give a whole number from {least} on")
    made = synthesise(
        args.out,
        recipe,
        args.seed,
        assets=FolderAssets(*args.assets) if args.assets else ProceduralAssets(),
        workers=workers,
        resume=args.resume,
        device=tracing_device(),
        progress=lambda done, total: console.progress("synth", done, total, "video"),
    )
    console.say(f"{args.out}: {recipe.videos} videos, {made} of them made now")
    return {"dataset": args.out, "videos": recipe.videos, "made": made, "preset": args.preset, "seed": args.seed}
