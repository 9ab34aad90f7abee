"""`focuspuller apply`: the effect on a timeline's clip."""

from __future__ import annotations

import argparse
from pathlib import Path

from ...core.errors import DisparityMissing, EffectInvalid, MediaError, UsageError
from ...core.media.open import open_disparity, open_frames
from ...plugin.curve import check_keys_on_media
from ...plugin.state import EffectState
from ...plugin.subject_focus import refocused
from ...plugin.timeline import (
    Document,
    apply,
    document_of_movie,
    find,
    lacking,
    length_of,
    media_path,
    media_range,
    picture_rate,
    remove,
    save_document,
)
from ...plugin.timeline.clips import Clip, label
from ...plugin.timeline.references import drop_renders
from ..console import Console, Result
from .inputs import asked_rate, default_state, is_timeline, one_clip, open_timeline, state_from


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_or_start(args, console) as document:
        clip = one_clip(document, args.clip)
        if args.disparity is not None:
            args.disparity = args.disparity.absolute()
        before = _usable(clip, args, console)
        own = before is not None and _is_its_own(document, before, args.disparity)
        state = state_from(args, before or default_state(), own_disparity=own)
        if state.disparity is None:
            raise DisparityMissing(f"{label(clip)} has no disparity yet; give its disparity clip with --disparity")
        disparity = document.locate(state.disparity.url, f"the disparity of {label(clip)}")
        source = open_frames(media_path(document, clip), picture_rate(clip))
        source.close()
        for curve in (state.focus_distance, state.aperture):
            check_keys_on_media(curve, 0, source.info.frame_count - 1)
        width, height, length = source.info.width, source.info.height, source.info.frame_count
        open_disparity(disparity, state.disparity.reading, width=width, height=height, length=length).close()
        if state != before and drop_renders(clip):
            console.note(f"{label(clip)} plays its source again: its render was of the effect as it stood before")
        used = media_range(clip, source.info)
        if before is not None:
            state = refocused(before, state, used, float(source.info.rate))
        apply(clip, state, source.info)
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
        return document.locate(state.disparity.url, "the disparity").samefile(disparity)
    except (MediaError, OSError):  # or a sequence's pattern, which is no file
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
    source = open_frames(args.timeline, asked_rate(args.timeline, args.rate))
    source.close()
    return document_of_movie(args.timeline, length_of(source.info), float(source.info.rate))
