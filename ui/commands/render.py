"""`focuspuller render`: one clip to a movie or an image sequence."""

from __future__ import annotations

import argparse
import re
from contextlib import ExitStack

from ...core.errors import UsageError
from ...plugin.export import check_ending, render_movie
from ...plugin.session import Session
from ...plugin.timeline.location import is_timeline
from ..console import Console, Result
from .inputs import bare_session, making, one_clip, open_timeline, refuse_effect_flags


def run(args: argparse.Namespace, console: Console) -> Result:
    part = _part(args.frames)
    check_ending(args.output, args.codec)
    with ExitStack() as open_things:
        if is_timeline(args.input):
            refuse_effect_flags(args)
            document = open_things.enter_context(open_timeline(args.input, console))
            clip = one_clip(document, args.clip, with_effect=True)
            session = Session.of_clip(document, clip, **making(args))
        else:
            session = bare_session(args)
        open_things.enter_context(session)
        for note in session.notes:
            console.note(note)
        report = render_movie(
            session,
            args.output,
            codec=args.codec,
            part=part,
            resume=args.resume,
            overwrite=args.overwrite,
            progress=console.progress,
        )
    for note in report.notes:
        console.note(note)
    if report.complete:
        console.say(f"{args.output}: {report.frames} frames, {report.rendered} of them rendered now")
    else:
        console.say(f"{args.frames} are ready; render the other parts, then join them with --resume and no --frames")
    return {
        "output": report.target,
        "complete": report.complete,
        "frames": report.frames,
        "rendered": report.rendered,
        "notes": [*session.notes, *report.notes],
    }


def _part(frames: str | None) -> range | None:
    if frames is None:
        return None
    written = re.fullmatch(r"(\d{1,9})-(\d{1,9})", frames)
    if written is None or int(written[1]) > int(written[2]):
        raise UsageError(f"--frames {frames}: give the first and last media frame, such as 0-47")
    return range(int(written[1]), int(written[2]) + 1)
