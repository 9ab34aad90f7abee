"""`focuspuller depth`: a clip's disparity, from whichever source was chosen."""

from __future__ import annotations

import argparse
import math
from contextlib import closing

from ...core.depth.files import open_maps
from ...core.depth.make import make_disparity
from ...core.depth.model import ModelSource
from ...core.depth.onnx_model import OnnxSource
from ...core.depth.source import DisparitySource, Quantity
from ...core.depth.stereo import StereoSource
from ...core.device import device_named
from ...core.errors import ParameterError, UsageError
from ...core.media.open import Footage, open_frames
from ..console import Console, Result


def run(args: argparse.Namespace, console: Console) -> Result:
    _check(args)
    with closing(open_frames(args.clip)) as clip, closing(_source(args, clip)) as source:
        for note in source.notes:
            console.note(note)
        strength = float(source.per_frame) if args.stabilise is None else args.stabilise
        report = make_disparity(
            clip,
            source,
            args.output,
            stabilise=strength,
            device=device_named(args.device),
            resume=args.resume,
            overwrite=args.overwrite,
            progress=console.progress,
        )
    for note in report.notes:
        console.note(note)
    distances = ""
    if report.near is not None and report.far is not None:
        distances = f", from {report.near:.3g} m to {'infinity' if report.far == math.inf else f'{report.far:.3g} m'}"
    console.say(f"{args.output}: {report.frames} frames, {report.estimated} of them estimated now{distances}")
    if report.cuts:
        console.say(f"cuts before frames {', '.join(map(str, report.cuts))}: nothing was carried across them")
    return {
        "output": report.target,
        "frames": report.frames,
        "estimated": report.estimated,
        "near": report.near,
        "far": "inf" if report.far == math.inf else report.far,
        "cuts": report.cuts,
        "notes": [*source.notes, *report.notes],
    }


def _check(args: argparse.Namespace) -> None:
    if args.stabilise is not None and not 0 <= args.stabilise <= 1:
        raise ParameterError(f"--stabilise {args.stabilise:g}: give a number from 0 to 1")
    if args.batch is not None and args.batch < 1:
        raise ParameterError(f"--batch {args.batch}: give 1 or more")
    if args.first_eye != "auto" and args.stereo is None:
        raise UsageError("--first-eye goes with --stereo; leave it out")
    if args.stereo is not None and args.model_output is not None:
        raise UsageError("--model-output: two eyes give disparity; leave it out")


def _source(args: argparse.Namespace, clip: Footage) -> DisparitySource:
    quantity = None if args.model_output is None else Quantity(args.model_output)
    if args.model is not None:
        device = device_named(args.device)
        return ModelSource(clip, args.model, quantity=quantity, device=device, batch=args.batch)
    if args.onnx is not None:
        return OnnxSource(clip, args.onnx, quantity or Quantity.DISPARITY, args.batch or 1)
    if args.stereo is not None:
        return StereoSource(clip, args.stereo, args.first_eye)
    return open_maps(args.maps, quantity or Quantity.DISPARITY)
