"""`focuspuller probe`: what a movie, an image sequence or a timeline holds."""

from __future__ import annotations

import argparse
import math
from typing import TypedDict

from ...core.errors import FocuspullerError
from ...core.media.disparity import DisparityReading
from ...core.media.info import MediaInfo
from ...core.media.open import probe
from ...plugin.key_syntax import format_keys
from ...plugin.state import EffectState
from ...plugin.timeline import clips, find, media_range, names
from ...plugin.timeline.clips import Clip
from ...plugin.timeline.location import is_timeline
from ...plugin.timeline.references import plays_render
from ..console import Console, Result
from .inputs import open_timeline

MAX_LISTED = 50


def run(args: argparse.Namespace, console: Console) -> Result:
    if is_timeline(args.file):
        return _timeline(args, console)
    result = _media(probe(args.file))
    _say_all(result, console)
    return result


def _say_all(facts: Result, console: Console) -> None:
    for name, value in facts.items():
        console.say(f"{name:>14}  {value}")


def _timeline(args: argparse.Namespace, console: Console) -> Result:
    with open_timeline(args.file, console) as document:
        found = clips(document)
        shown = [_clip(name, clip) for name, clip in zip(names(found), found, strict=True)]
    for clip in shown[:MAX_LISTED]:
        effect = clip["effect"]
        console.say(f"{clip['clip']}  frames {clip['frames']}{'  effect' if effect else ''}")
        _say_all(effect or {}, console)
    if len(shown) > MAX_LISTED:
        console.say(f"and {len(shown) - MAX_LISTED} more clips; --json lists them all")
    return {"path": args.file, "clips": shown}


class _Shown(TypedDict):
    clip: str
    frames: str
    effect: Result | None


def _clip(name: str, clip: Clip) -> _Shown:
    try:
        used = media_range(clip)
        frames = f"{used.start}-{used.stop - 1}"
    except FocuspullerError as error:
        frames = str(error)
    try:
        state = find(clip)
        effect = None if state is None else _effect(state, clip)
    except FocuspullerError as error:
        effect = {"problem": str(error)}
    return {"clip": name, "frames": frames, "effect": effect}


def _effect(state: EffectState, clip: Clip) -> Result:
    """In the words of `focuspuller apply`."""
    reading = state.disparity.reading if state.disparity else DisparityReading()
    return {
        "enabled": state.enabled,
        "plays": "render" if plays_render(clip) else "source",
        "focus": format_keys(state.focus_distance),
        "aperture": format_keys(state.aperture),
        "focal_length": state.lens.focal_length,
        "near": state.lens.near,
        "far": "inf" if state.lens.far == math.inf else state.lens.far,
        "disparity": state.disparity.url if state.disparity else None,
        "far_is_bright": not reading.near_is_bright,
        "levels": f"{reading.black:g},{reading.white:g}",
        "offset": reading.offset,
        "subjects": len(state.subjects),
    }


def _media(info: MediaInfo) -> dict[str, object]:
    span = (info.pts[-1] - info.pts[0]) * info.time_base if info.pts else 0
    steps = {after - before for before, after in zip(info.pts, info.pts[1:], strict=False)}
    return {
        "path": info.path,
        "codec": info.codec,
        "size": f"{info.width}x{info.height}",
        "frames": info.frame_count,
        "rate": str(info.rate),
        "seconds": round(float(span + 1 / info.rate), 3),
        "timestamps": "constant" if max(steps, default=0) - min(steps, default=0) <= 1 else "variable",
        "pixel_format": info.pixel_format,
        "bit_depth": info.bit_depth,
        "colour": f"primaries {info.colour.primaries}, transfer {info.colour.transfer}, "
        f"matrix {info.colour.matrix}, range {info.colour.range}",
        "interlaced": info.interlaced,
        "rotation": info.rotation,
        "pixel_aspect": str(info.pixel_aspect),
        "timecode": info.timecode,
        "audio_streams": info.audio_streams,
    }
