"""`focuspuller apply`: the effect on a timeline's clip."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ...core.errors import DisparityMissing, EffectInvalid, MediaError, UsageError
from ...core.media.open import open_disparity, open_frames
from ...plugin.given_disparity import is_same_media
from ...plugin.state import EffectState, default_state
from ...plugin.subject_focus import refocused
from ...plugin.timeline import (
    Document,
    apply,
    document_of_media,
    find,
    lacking,
    media_path,
    media_range,
    picture_rate,
    remove,
    save_document,
)
from ...plugin.timeline.clips import Clip, label
from ...plugin.timeline.location import is_timeline
from ..console import Console, Result
from .inputs import asked_rate, one_clip, open_timeline, state_from


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_or_start(args, console) as document:
        clip = one_clip(document, args.clip)
        if args.disparity is not None:
            args.disparity = args.disparity.absolute()
        before = _usable(clip, args, console)
        own = before is not None and _is_its_own(document, before, args.disparity)
        state = replace(state_from(args, before or default_state(), own_disparity=own), enabled=True)
        if state.disparity is None:
            raise DisparityMissing(f"{label(clip)} has no disparity yet; give its disparity clip with --disparity")
        disparity = document.locate(state.disparity.url, f"the disparity of {label(clip)}")
        source = open_frames(media_path(document, clip), picture_rate(clip))
        source.close()
        width, height, length = source.info.width, source.info.height, source.info.frame_count
        open_disparity(disparity, state.disparity.reading, width=width, height=height, length=length).close()
        used = media_range(clip, source.info)
        if before is not None:
            state = refocused(before, state, used, float(source.info.rate))
        if apply(clip, state, source.info):
            console.note(f"{label(clip)} plays its source again: its render was of the effect as it stood before")
        if before is not None and not before.enabled:
            console.note(f"the effect on {label(clip)} was switched off, and is on again")
        if missing := lacking(clip, source.info):
            console.note(missing)
        save_document(document, args.output, overwrite=args.overwrite)
    did = "put on" if before is None else "changed on"
    console.say(f"{args.output}: effect {did} {label(clip)}, which shows frames {used.start}-{used.stop - 1}")
    return {"timeline": args.output, "clip": clip.name, "uuid": state.uuid, "frames": [used.start, used.stop - 1]}


def _is_its_own(document: Document, state: EffectState, disparity: Path | None) -> bool:
    """Whether a disparity clip is the one that the effect has."""
    if disparity is None or state.disparity is None:
        return False
    try:
        return is_same_media(document.locate(state.disparity.url, "the disparity"), disparity)
    except MediaError:
        return False


def _usable(clip: Clip, args: argparse.Namespace, console: Console) -> EffectState | None:
    """The effect to change. A broken one gives way to a new one, when the arguments say enough to make one."""
    try:
        return find(clip)
    except EffectInvalid as error:
        if args.disparity is None:
            raise
        remove(clip)
        console.note(f"{error}: replaced, all that is not given now is at its default")
        return None


def open_or_start(args: argparse.Namespace, console: Console) -> Document:
    """The timeline, or a new one of the one movie."""
    if is_timeline(args.timeline):
        if args.rate is not None:
            raise UsageError(f"--rate {args.rate}: the timeline says it; leave it out")
        return open_timeline(args.timeline, console)
    return document_of_media(args.timeline, asked_rate(args.timeline, args.rate))
