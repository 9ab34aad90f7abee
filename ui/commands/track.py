"""`focuspuller track`: focus that is clicked once and follows."""

from __future__ import annotations

import argparse
import re
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...core.errors import CurveError, DisparityMissing, EffectNotFound, UsageError
from ...core.frames import FrameSource
from ...core.media.open import Footage, open_disparity, open_frames
from ...core.tracking.track import Click, End, Track, track_subjects
from ...plugin.curve import Curve
from ...plugin.focus_decisions import Decision, Mode, turns_of
from ...plugin.key_syntax import format_keys
from ...plugin.look_ahead import FINEST, Rack, editable_keys, pulled, racks_between
from ...plugin.state import EffectState, default_state
from ...plugin.timeline import Document, apply, find, media_path, media_range, picture_rate, save_document
from ...plugin.timeline.clips import Clip, label
from ...plugin.timeline.location import is_timeline
from ...plugin.timeline.saving import refuse_target
from ..console import Console, Result
from .inputs import asked_rate, one_clip, open_timeline, refuse_effect_flags, state_from

_AT = re.compile(r"(?P<x>\d+(?:\.\d+)?),(?P<y>\d+(?:\.\d+)?)@(?P<frame>\d+)(?::(?P<mode>[a-z]+))?")


class _At(NamedTuple):
    """One --at: what is there matters from the click's frame on."""

    click: Click
    mode: Mode


def run(args: argparse.Namespace, console: Console) -> Result:
    subjects = [_at(text, Mode(args.mode)) for text in args.at]
    if not args.tolerance >= FINEST:
        raise CurveError(f"--tolerance {args.tolerance:g} is too fine; give dioptres from {FINEST:g}, such as 0.02")
    if len({at.click.frame for at in subjects}) < len(subjects):
        raise UsageError("two --at on one frame; the focus can go to one subject at a time")
    if is_timeline(args.input):
        return _on_timeline(args, subjects, console)
    if args.clip is not None or args.output is not None:
        raise UsageError(f"--clip and -o are for timelines and {args.input} is none; leave them out")
    if args.disparity is None:
        raise DisparityMissing(f"{args.input} needs its disparity clip; give it with --disparity")
    rate = asked_rate(args.input, args.rate)
    with _media(args.input, args.disparity, state_from(args, default_state()), rate) as media:
        return _tracked(media, subjects, range(len(media.frames)), args, console)[1]


def _on_timeline(args: argparse.Namespace, subjects: list[_At], console: Console) -> Result:
    refuse_effect_flags(args)
    with open_timeline(args.input, console) as document:
        clip = one_clip(document, args.clip, with_effect=True)
        state = find(clip)
        if state is None:
            raise EffectNotFound(f"{label(clip)} has no effect; put one on with `focuspuller apply`")
        if args.output is not None:
            refuse_target(document, args.output, args.overwrite)
        disparity = _disparity_of(document, clip, state)
        with _media(media_path(document, clip), disparity, state, picture_rate(clip)) as media:
            used = media_range(clip, media.frames.info)
            curve, result = _tracked(media, subjects, used, args, console)
        if args.output is None:
            return result
        if apply(clip, replace(state, focus_distance=curve), media.frames.info):
            console.note(f"{label(clip)} plays its source again: its render was of the effect as it stood before")
        save_document(document, args.output, overwrite=args.overwrite)
    console.say(f"{args.output}: the keys are in the effect on {label(clip)}")
    return {**result, "timeline": args.output, "clip": clip.name}


@dataclass(frozen=True, slots=True)
class _Media:
    frames: Footage
    disparity: FrameSource
    state: EffectState


@contextmanager
def _media(path: Path, disparity: Path, state: EffectState, rate: Fraction | None) -> Generator[_Media, None, None]:
    """The clip with its disparity, open."""
    if state.disparity is None:
        raise DisparityMissing(f"{path} has no disparity; give it with --disparity")
    with closing(open_frames(path, rate)) as frames:
        size = {"width": frames.width, "height": frames.height, "length": len(frames)}
        with closing(open_disparity(disparity, state.disparity.reading, **size)) as maps:
            yield _Media(frames, maps, state)


def _disparity_of(document: Document, clip: Clip, state: EffectState) -> Path:
    if state.disparity is None:
        raise DisparityMissing(f"{label(clip)} has no disparity; give it with `focuspuller apply --disparity`")
    return document.locate(state.disparity.url, f"the disparity of {label(clip)}")


def _tracked(
    media: _Media, subjects: list[_At], used: range, args: argparse.Namespace, console: Console
) -> tuple[Curve, dict[str, object]]:
    """The keys, and what to say about them."""
    clicks = [at.click for at in subjects]
    if args.to is not None:
        last = max(click.frame for click in clicks)
        if args.to not in used or args.to < last:
            raise UsageError(f"--to {args.to}: give a frame from the last --at, {last}, to {used[-1]}")
        used = range(used.start, args.to + 1)
    tracks = track_subjects(media.frames, media.disparity, clicks, used, partial(console.progress, "track"))
    for click, track in zip(clicks, tracks, strict=True):
        for end, frame in ((track.begins, track.first), (track.ends, track.last)):
            if end is not End.CLIP:
                where = "begins" if frame == track.first else "ends"
                console.note(f"the track of {click.x:g},{click.y:g}@{click.frame} {where} at frame {frame}: {end}")
    decisions = [Decision(at.click.frame, track, at.mode) for at, track in zip(subjects, tracks, strict=True)]
    turns = turns_of(decisions, media.state.lens, used)
    racks = racks_between(turns, used, float(media.frames.info.rate))
    for rack in racks:
        if rack.arrives > rack.wanted:
            console.note(
                f"the rack wanted at frame {rack.wanted} arrives at {rack.arrives}: decisions follow too closely"
            )
    curve = editable_keys(pulled(turns, racks, used), args.tolerance, used.start, racks)
    focus = format_keys(curve)
    console.say(focus)
    return curve, {
        "focus": focus,
        "frames": [used.start, used.stop - 1],
        "tolerance": args.tolerance,
        "keys": len(curve.keys),
        "tracks": [_described(decision) for decision in decisions],
        "racks": [_rack(rack) for rack in racks],
    }


def _described(decision: Decision) -> dict[str, object]:
    track = decision.track
    return {
        "at": decision.frame,
        "mode": decision.mode.value,
        "frames": [track.first, track.last],
        "begins": track.begins.value,
        "ends": track.ends.value,
        "hidden": _hidden(track),
        "disparity": [round(value, 4) for value in track.disparity.tolist()],
        "centre": [[round(x, 1), round(y, 1)] for x, y in track.centre.tolist()],
    }


def _hidden(track: Track) -> list[list[int]]:
    """Runs of frames [first, last] on which the subject does not show."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], track.seen, [True]]))) + track.first
    return [[int(first), int(after) - 1] for first, after in list(pairwise(edges))[::2]]


def _rack(rack: Rack) -> dict[str, int]:
    return {"start": rack.start, "arrives": rack.arrives, "wanted": rack.wanted}


def _at(text: str, mode: Mode) -> _At:
    match = _AT.fullmatch(text.strip())
    if match is None or (match["mode"] or mode) not in list(Mode):
        raise UsageError(f"--at {text}: write it like 715,208@24, or 715,208@24:strong (follow, strong, fixed)")
    return _At(Click(float(match["x"]), float(match["y"]), int(match["frame"])), Mode(match["mode"] or mode))
