"""A timeline's clips, depth first through whatever nests them, and the names an editor can call them by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import opentimelineio as otio

from ...core.errors import ClipAmbiguous, ClipNotFound, FocuspullerError
from .document import Document, short

Clip = Any
"""An otio.schema.Clip, which carries no types."""

LISTED = 8
"""Names that a message lists at most."""


def clips(document: Document) -> list[Clip]:
    """Every clip with pictures, depth first, in the order of tracks and time. Linear in their number."""
    return clips_in(document.root)


def clips_in(root: Any) -> list[Clip]:
    """The clips of an OTIO object that have pictures; a shot's sound often has its name, media and range."""
    return [clip for clip in all_clips_in(root) if not _is_sound(clip)]


def all_clips_in(root: Any) -> list[Clip]:
    """Those on sound tracks, too."""
    return [root] if isinstance(root, otio.schema.Clip) else list(root.find_clips())


def _is_sound(clip: Clip) -> bool:
    holder = clip.parent()
    while holder is not None and not isinstance(holder, otio.schema.Track):
        holder = holder.parent()
    return holder is not None and holder.kind == otio.schema.TrackKind.Audio


def names(found: list[Clip]) -> list[str]:
    """What `find_clip` finds each of these clips by: its name, and `#2` for the second of that name."""
    totals = Counter(clip.name for clip in found)
    seen: Counter[str] = Counter()
    written = []
    for clip in found:
        seen[clip.name] += 1
        written.append(f"{clip.name}#{seen[clip.name]}" if totals[clip.name] > 1 or not clip.name else clip.name)
    return written


def find_clip(document: Document, name: str) -> Clip:
    """The clip of this name; `name#2` is the second of several, and `#3` the third of those without one.

    Raises:
        ClipNotFound: lists the names most like it.
        ClipAmbiguous: several have the name.
    """
    found = clips(document)
    same = [clip for clip in found if clip.name == name]
    if len(same) == 1 and name:
        return same[0]
    if same:
        raise ClipAmbiguous(
            f"{len(same)} clips are named {quoted(name)}; say which with {quoted(f'{name}#1')} and so on"
        )
    if numbered := re.fullmatch(r"(.*)#(\d{1,9})", name, re.DOTALL):
        same = [clip for clip in found if clip.name == numbered[1]]
        if 1 <= int(numbered[2]) <= len(same):
            return same[int(numbered[2]) - 1]
        if same:
            raise ClipNotFound(f"only {len(same)} clips are named {quoted(numbered[1])}; give a number up to that")
    raise ClipNotFound(f"no clip is named {quoted(name)}; {_those_there_are(found, name)}")


def label(clip: Clip) -> str:
    """How a message calls a clip."""
    return f"clip {quoted(clip.name)}" if clip.name else "a clip without a name"


@contextmanager
def named(clip: Clip) -> Iterator[None]:
    """Errors of ours that come out of it say which clip they are of."""
    try:
        yield
    except FocuspullerError as error:
        if label(clip) in str(error):
            raise
        raise type(error)(f"{label(clip)}: {error}", options=error.options) from error


def file_stem(clip: Clip) -> str:
    """Its name as a file can have it: letters, digits, dots, dashes and underscores, of whichever script."""
    return re.sub(r"[^\w.-]+", "_", clip.name)[:60].strip("._") or "clip"


def quoted(name: str) -> str:
    return f"'{short(name)}'"


def listed(all_names: list[str]) -> str:
    """Names for a message, not too many of them."""
    more = f" and {len(all_names) - LISTED} more" if len(all_names) > LISTED else ""
    return ", ".join(map(quoted, all_names[:LISTED])) + more


def _those_there_are(found: list[Clip], name: str) -> str:
    if not found:
        return "the timeline has no clips: give another"
    written = names(found)
    if len(written) > LISTED:
        alike = get_close_matches(name[:200], dict.fromkeys(text[:200] for text in written), n=LISTED)
        if alike:
            return f"of its {len(written)} clips the nearest are {listed(alike)}: give one of them"
    return f"its clips are {listed(written)}: give one of them"
