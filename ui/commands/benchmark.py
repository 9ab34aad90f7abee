"""`focuspuller benchmark`: speed and memory on this machine, as JSON."""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ... import __version__
from ...core.errors import UsageError
from ...core.evaluation.benchmark_classical import benchmark_classical
from ...core.evaluation.benchmark_depth import benchmark_depth
from ...core.evaluation.benchmark_media import benchmark_media, moving_texture, write_clip
from ...core.evaluation.benchmark_render import benchmark_render
from ...core.evaluation.benchmark_track import benchmark_track
from ...core.evaluation.measure import SIZES, machine, peak_memory
from ...core.media.partial import write_whole
from ...core.optics import Lens
from ...plugin.curve import Curve, Key, Scale
from ...plugin.export import render_movie
from ...plugin.session import Session
from ...plugin.state import EffectState, new_uuid
from ..console import Console, Result
from ..result_file import check_writable
from ..steps_plot import draw_steps
from .panel import toolkit

PANEL_FRAMES = 48

MEMORY_LENGTHS = (50, 500)
"""Frames of the clips whose rendering shows that memory does not grow with length."""


def run(args: argparse.Namespace, console: Console) -> Result:
    memory: dict[str, int | None] = {}
    if args.plot is not None and args.what != "render":
        raise UsageError(f"--plot draws a render's steps, and {args.what} has none; leave it out")
    if args.repeat < 1:
        raise UsageError(f"--repeat {args.repeat}: give a whole number from 1 on")
    for path in (args.output, args.plot):
        if path is not None:
            check_writable(path)
    if args.what == "panel":
        figures = _panel(args.repeat, console)
    elif args.what == "classical":
        figures = [asdict(figure) for figure in benchmark_classical(args.repeat, console.progress)]
    elif args.what == "render":
        figures = [asdict(figure) for figure in benchmark_render(args.repeat, console.progress)]
        if args.plot is not None:
            draw_steps(figures, args.plot)
    elif args.what == "depth":
        figures = [asdict(figure) for figure in benchmark_depth(console.progress)]
    elif args.what == "track":
        figures = [asdict(figure) for figure in benchmark_track(console.progress)]
    else:
        figures = [asdict(figure) for figure in benchmark_media(args.repeat, console.progress)]
        memory = _memory_by_length(console)
    for figure in figures:
        console.say(LINES.get(args.what, _line)(figure))
    for length, peak in memory.items():
        console.say(f"rendering {length} at 540p in draft: {_mebibytes(peak)} at most")
    result = {
        "benchmark": args.what,
        "focuspuller": __version__,
        "machine": machine(),
        "figures": figures,
        "peak_memory_bytes": memory,
    }
    if args.output is not None:
        write_whole(args.output, json.dumps(result, indent=2).encode())
    return result


def _line(figure: Mapping[str, Any]) -> str:
    """A figure for people: what it is of, frames per second, and seconds a frame with their spread."""
    of = "  ".join(f"{value:>8}" for name, value in figure.items() if isinstance(value, str) or name == "radius")
    seconds = figure["seconds"]
    line = f"{of}  {1 / seconds['median']:8.2f} frames/s  {seconds['median']:.4f} s a frame"
    line += f" ({seconds['least']:.4f} to {seconds['most']:.4f})"
    line += f"  {_mebibytes(figure['peak_memory'])}" if "peak_memory" in figure else ""
    if figure.get("roofline_ratio") is not None:
        steps = ", ".join(f"{step} {share:.0%}" for step, share in figure["shares"].items())
        line += f"  {figure['roofline_ratio']:.2f} x its convolutions"
        line += f" ({figure['network_ratio']:.2f} without the prior): {steps}"
    return line


def _mebibytes(peak: int | None) -> str:
    return f"{'-' if peak is None else round(peak / 2**20)} MiB"


def _panel(repeat: int, console: Console) -> list[dict[str, Any]]:
    with toolkit():  # that the other benchmarks need not have
        from ..panel.benchmark import benchmark_panel

    with tempfile.TemporaryDirectory() as scratch:
        clip, disparity = _clip_at_540p(Path(scratch), PANEL_FRAMES)
        return [asdict(figure) for figure in benchmark_panel(clip, disparity, repeat, console.progress)]


def _panel_line(figure: Mapping[str, Any]) -> str:
    of = (
        f"(median of {figure['runs']}, at most {figure['most']:.1f})" if figure["most"] > figure["milliseconds"] else ""
    )
    return f"{figure['what']}: {figure['milliseconds']:.1f} ms {of}; promised {figure['limit']:.0f} ms"


def _clip_line(figure: Mapping[str, Any]) -> str:
    memory = _mebibytes(figure["peak_memory"])
    return f"{figure['frames']} frames: {figure['frames_per_second']:.2f} frames/s  {memory}"


LINES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "panel": _panel_line,
    "depth": _clip_line,
    "track": _clip_line,
}
"""How a figure is said, where it is not of one frame."""


def _memory_by_length(console: Console) -> dict[str, int | None]:
    """Peak memory of whole renders, decoder to encoder, of clips of several lengths."""
    peaks: dict[str, int | None] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for length in MEMORY_LENGTHS:
            console.progress("memory", len(peaks), len(MEMORY_LENGTHS))
            clip, disparity = _clip_at_540p(Path(scratch), length)
            peaks[f"{length} frames"] = peak_memory(render_rack, clip, disparity, Path(scratch) / f"{length}.out.mp4")
    console.progress("memory", len(MEMORY_LENGTHS), len(MEMORY_LENGTHS))
    return peaks


def _clip_at_540p(folder: Path, length: int) -> tuple[Path, Path]:
    """A moving texture, and a ramp of disparity across it."""
    width, height = SIZES["540p"]
    clip, disparity = folder / f"{length}.mp4", folder / f"{length}.disparity.mkv"
    write_clip(clip, moving_texture(width, height, length), (width, height), length, "h264")
    ramp = np.repeat(np.linspace(0, 1, width, dtype=np.float32)[None, :, None], height, axis=0).repeat(3, axis=2)
    write_clip(disparity, itertools.repeat(ramp, length), (width, height), length, "ffv1")
    return clip, disparity


def render_rack(clip: Path, disparity: Path, target: Path) -> None:
    """A whole render of a focus pull in draft quality."""
    rack = Curve(Scale.DIOPTRES, 1.0, (Key(0, 1.0), Key(49, 8.0)))
    state = EffectState(new_uuid(), Lens(), rack, Curve(Scale.STOPS, 1.4))
    with Session(clip, disparity, state, quality="draft") as session:
        render_movie(session, target)
