"""Unsaved work in a file beside the timeline, whole or absent, so that a crash costs seconds.

Only what was changed is kept: it goes back on to the timeline as one step that can be undone.
"""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.errors import EffectInvalid, FocuspullerError, TimelineError
from ...core.media.partial import remove, write_whole
from ...plugin.fields import Fields
from ...plugin.media_clock import MediaClock
from ...plugin.state import EffectState, from_metadata, to_metadata
from ...plugin.timeline import Document
from .edits import Edits

SUFFIX = ".focuspuller-autosave.json"
MAX_BYTES = 1 << 28
SCHEMA_VERSION = 1
_CLOCK = MediaClock(0.0, 24.0)


@dataclass(frozen=True)
class Recovered:
    """Work that was never saved. `is_of_this` tells whether the timeline is still as it was then."""

    edits: Edits
    is_of_this: bool


def autosave_of(path: Path) -> Path:
    """Where the unsaved work on a timeline or clip lies: `.edit.otio.focuspuller-autosave.json`."""
    return path.with_name(f".{path.name}{SUFFIX}")


def write_autosave(path: Path, edits: Edits, clip_count: int, digest: str) -> None:
    """Args:
        path: of the timeline.
        clip_count, digest: what the timeline is known by; see `opening.digest_of`.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "clips": clip_count,
        "digest": digest,
        "edits": [
            {"clip": index, "effect": None if state is None else to_metadata(state, _CLOCK, range(0))}
            for index, state in edits.items()
        ],
    }
    write_whole(autosave_of(path), json.dumps(content, allow_nan=False).encode())


def read_autosave(path: Path, clip_count: int, digest: str) -> Recovered | None:
    """What was left unsaved of a timeline; None when nothing was.

    Raises:
        EffectInvalid: a file that is damaged, or not of this timeline; see `set_aside`.
    """
    file = autosave_of(path)
    if not file.is_file():
        return None
    try:
        if file.stat().st_size > MAX_BYTES:
            raise EffectInvalid("it is too large")
        fields = Fields(json.loads(file.read_bytes()), "autosave")
        if fields.whole("clips") != clip_count:
            raise EffectInvalid("it is of a timeline with other clips")
        edits: dict[int, EffectState | None] = {}
        for edit in fields.items("edits"):
            index, effect = edit.whole("clip"), edit.optional("effect")
            if not 0 <= index < clip_count:
                raise EffectInvalid(f"it names clip {index}")
            edits[index] = None if effect is None else from_metadata(effect.raw)
        return Recovered(edits, fields.text("digest") == digest)
    except (OSError, ValueError, RecursionError, TimelineError) as error:
        raise EffectInvalid(f"{file.name} cannot be recovered ({error})") from error


def drop_autosave(path: Path) -> None:
    remove(autosave_of(path))


def set_aside(path: Path) -> Path:
    """Keep unsaved work that cannot be recovered, where no other work is kept; its new place.

    Raises:
        OSError: it cannot be moved.
    """
    places = (path.with_name(f"{path.name}.focuspuller-unsaved-{number}.json") for number in itertools.count(1))
    return autosave_of(path).rename(next(place for place in places if not os.path.lexists(place)))


def with_absolute_disparity(document: Document, edits: Edits) -> Edits:
    """The edits as they can be read from beside another copy of the timeline."""

    def absolute(state: EffectState | None) -> EffectState | None:
        if state is None or state.disparity is None:
            return state
        try:
            found = document.locate(state.disparity.url, "the disparity")
        except FocuspullerError:
            return state
        if document.is_unpacked(found):
            return state
        return replace(state, disparity=replace(state.disparity, url=str(found.absolute())))

    return {index: absolute(state) for index, state in edits.items()}
