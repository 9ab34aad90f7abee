"""`focuspuller probe`: what a movie, an image sequence or a timeline holds."""

from __future__ import annotations

import argparse

from ...core.errors import FocuspullerError
from ...core.media.info import MediaInfo
from ...core.media.open import probe
from ...plugin.timeline import clips, media_range, names
from ...plugin.timeline.clips import Clip
from ...plugin.timeline.effects import effects_on
from ..console import Console, Result
from .inputs import is_timeline, open_timeline

MAX_LISTED = 50


def run(args: argparse.Namespace, console: Console) -> Result:
    if is_timeline(args.file):
        return _timeline(args, console)
    result = _media(probe(args.file))
    for name, value in result.items():
        console.say(f"{name:>14}  {value}")
    return result


def _timeline(args: argparse.Namespace, console: Console) -> Result:
    with open_timeline(args.file, console) as document:
        found = clips(document)
        shown = [_clip(name, clip) for name, clip in zip(names(found), found, strict=True)]
    for clip in shown[:MAX_LISTED]:
        console.say(f"{clip['clip']}  frames {clip['frames']}  {'effect' if clip['effect'] else ''}".rstrip())
    if len(shown) > MAX_LISTED:
        console.say(f"and {len(shown) - MAX_LISTED} more clips; --json lists them all")
    return {"path": args.file, "clips": shown}


def _clip(name: str, clip: Clip) -> dict[str, object]:
    try:
        used = media_range(clip)
        frames: str | None = f"{used.start}-{used.stop - 1}"
    except FocuspullerError as error:
        frames = str(error)
    return {"clip": name, "frames": frames, "effect": bool(effects_on(clip))}


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
