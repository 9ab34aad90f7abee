"""`focuspuller export`: a timeline that plays the renders of its effects."""

from __future__ import annotations

import argparse

from ...plugin.export_timeline import export_timeline
from ..console import Console, Result
from .inputs import making, open_timeline


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_timeline(args.timeline, console) as document:
        report = export_timeline(
            document,
            args.output,
            codec=args.codec,
            overwrite=args.overwrite,
            progress=console.progress,
            **making(args),
        )
    for note in report.notes:
        console.note(note)
    for render in report.renders:
        console.say(f"{render.target}: {render.frames} frames, {render.rendered} of them rendered now")
    console.say(f"{report.target} plays {len(report.renders)} renders")
    return {"timeline": report.target, "renders": [r.target for r in report.renders], "notes": list(report.notes)}
