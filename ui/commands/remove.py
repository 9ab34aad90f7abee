"""`focuspuller remove`: a timeline's clips without the effect."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ...core.errors import EffectNotFound
from ...plugin.timeline import clips, find_clip, remove, save_document
from ...plugin.timeline.clips import Clip, label
from ..console import Console, Result
from .inputs import open_timeline


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_timeline(args.timeline, console) as document:
        if args.clip is not None:
            clip = find_clip(document, args.clip)
            remove(clip)
            bared = [clip]
        else:
            bared = _bare_all(clips(document))
        if not bared:
            raise EffectNotFound(f"no clip of {args.timeline} has the effect; there is nothing to remove")
        save_document(document, args.output, overwrite=args.overwrite)
    for clip in bared:
        console.say(f"{args.output}: effect taken off {label(clip)}")
    return {"timeline": args.output, "clips": [clip.name for clip in bared]}


def _bare_all(found: Sequence[Clip]) -> list[Clip]:
    """Those of the clips that had anything of ours."""
    bared = []
    for clip in found:
        try:
            remove(clip)
        except EffectNotFound:
            continue
        bared.append(clip)
    return bared
