"""What a timeline's effects were, in JSON beside it, keyed by their uuid: for when an application drops them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import EffectInvalid, TimelineError
from ..core.media.partial import write_whole
from ..core.media.regular import read_regular
from .fields import MAX_ITEMS, Fields
from .media_clock import Json
from .state import from_metadata

SUFFIX = ".focuspuller.json"
_LONGEST = 220
"""Bytes of a timeline's name, at which its sidecar's still leaves room for `.damaged-1` in a disk's 255."""

SCHEMA_VERSION = 1
MAX_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Remembered:
    """An effect and what its clip can be recognised by.

    `media` are the bare file names of the clip's media references; `start` and `duration` its source range in seconds.
    `source`, as OTIO writes a media reference, stood under `source_key`. `effect` is the effect's metadata.
    """

    clip: str
    media: tuple[str, ...]
    start: float
    duration: float
    source_key: str
    source: Json
    effect: Json


def sidecar_of(timeline: Path) -> Path:
    """Where the sidecar of a timeline file stands: `edit.otio.focuspuller.json` beside `edit.otio`.

    A long name may leave no room for ours: then its digest stands for it.
    """
    name = os.fsencode(timeline.name)
    fits = len(name) <= _LONGEST
    return timeline.with_name(f"{timeline.name if fits else hashlib.sha256(name).hexdigest()[:16]}{SUFFIX}")


def write_sidecar(path: Path, effects: Mapping[str, Remembered]) -> None:
    """Write it whole, in place of an earlier one.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "effects": {
            uuid: {
                "clip": effect.clip,
                "media": list(effect.media),
                "start": effect.start,
                "duration": effect.duration,
                "source_key": effect.source_key,
                "source": effect.source,
                "effect": effect.effect,
            }
            for uuid, effect in effects.items()
        },
    }
    write_whole(path, json.dumps(content, indent=1).encode())


def read_sidecar(path: Path) -> dict[str, Remembered]:
    """The effects by uuid, each of which `from_metadata` reads.

    Raises:
        EffectInvalid: missing, damaged, hostile or a newer focuspuller's.
    """
    try:
        content = json.loads(read_regular(path, MAX_BYTES))
    except OSError as error:
        raise EffectInvalid(f"cannot read {path}: {error.strerror}; restore it, or move it away") from error
    except (ValueError, RecursionError) as error:
        raise EffectInvalid(f"{path} is not a sidecar of ours; restore it, or move it away") from error
    try:
        fields = Fields(content, "sidecar")
        if fields.whole("schema_version") != SCHEMA_VERSION:
            raise EffectInvalid("it is of another version of focuspuller; update focuspuller")
        effects = fields.fields("effects")
        if len(effects) > MAX_ITEMS:
            raise EffectInvalid(f"it holds {len(effects)} effects, more than any edit; delete it")
        return dict(_remembered(effects.fields(uuid)) for uuid in effects)
    except TimelineError as error:
        raise EffectInvalid(f"{path} cannot be used; restore it, or move it away ({error})") from error


def _remembered(fields: Fields) -> tuple[str, Remembered]:
    remembered = Remembered(
        clip=fields.text("clip"),
        media=tuple(fields.texts("media")),
        start=fields.number("start"),
        duration=fields.number("duration"),
        source_key=fields.text("source_key"),
        source=fields.fields("source").raw,
        effect=fields.fields("effect").raw,
    )
    return from_metadata(remembered.effect).uuid, remembered
