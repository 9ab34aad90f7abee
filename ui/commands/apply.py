"""`focuspuller apply`: the effect on a timeline's clip."""

from __future__ import annotations

import argparse

from ...core.errors import DisparityMissing
from ...core.media.open import open_disparity, open_frames
from ...plugin.curve import check_keys_on_media
from ...plugin.timeline import Document, apply, document_of_movie, find, media_path, media_range, save_document
from ...plugin.timeline.clips import label
from ...plugin.timeline.references import drop_renders
from ..console import Console, Result
from .inputs import default_state, is_timeline, one_clip, open_timeline, state_from


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_or_start(args, console) as document:
        clip = one_clip(document, args.clip)
        if args.disparity is not None:
            args.disparity = args.disparity.absolute()
        before = find(clip)
        state = state_from(args, before or default_state())
        if state.disparity is None:
            raise DisparityMissing(f"{label(clip)} has no disparity yet; give its disparity clip with --disparity")
        disparity = document.locate(state.disparity.url, f"the disparity of {label(clip)}")
        source = open_frames(media_path(document, clip))
        source.close()
        for curve in (state.focus_distance, state.aperture):
            check_keys_on_media(curve, 0, source.info.frame_count - 1)
        width, height, length = source.info.width, source.info.height, source.info.frame_count
        open_disparity(disparity, state.disparity.reading, width=width, height=height, length=length).close()
        if state != before and drop_renders(clip):
            console.note(f"{label(clip)} plays its source again: its render was of the effect as it stood before")
        apply(clip, state, source.info)
        used = media_range(clip, source.info)
        save_document(document, args.output, overwrite=args.overwrite)
    did = "put on" if before is None else "changed on"
    console.say(f"{args.output}: effect {did} {label(clip)}, which shows frames {used.start}-{used.stop - 1}")
    return {"timeline": args.output, "clip": clip.name, "uuid": state.uuid, "frames": [used.start, used.stop - 1]}


def open_or_start(args: argparse.Namespace, console: Console) -> Document:
    """The timeline, or a new one of the one movie."""
    if is_timeline(args.timeline):
        return open_timeline(args.timeline, console)
    source = open_frames(args.timeline)
    source.close()
    return document_of_movie(args.timeline, source.info.frame_count, float(source.info.rate))
