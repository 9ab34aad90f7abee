"""Finding our effects again in a timeline that an application wrote without them. Nothing is guessed."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import opentimelineio as otio

from ...core.errors import EffectInvalid, MediaError, TimelineError
from ..sidecar import Remembered, read_sidecar, sidecar_of
from ..state import METADATA_KEY, from_metadata
from .clips import Clip, clips, clips_in, listed, names
from .document import OTIO_REFUSALS, Document
from .effects import effects_on, find, is_intact, marked_uuid, plain, put, state_in
from .location import spellings
from .references import RENDER_KEY, source_key, source_reference, url_in

SAME_TIME = 0.01
"""Seconds by which applications may round a clip's range."""


class Outcome(StrEnum):
    INTACT = "intact"
    REATTACHED = "reattached"
    AMBIGUOUS = "ambiguous"
    LOST = "lost"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Reattachment:
    """What became of one remembered effect; `note` names the clip and how it was told, or says why none was."""

    uuid: str
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class _Bare:
    """A clip without the effect it may have had, as the timeline names it, and what it can be recognised by."""

    clip: Clip
    name: str
    marked: str | None
    media: frozenset[str]
    span: tuple[float, float] | None


def remember(root: Any) -> dict[str, Remembered]:
    """What the sidecar holds of an OTIO object's effects, by uuid; effects that cannot be used are left out."""
    remembered = {}
    for clip in clips_in(root):
        if not is_intact(clip):
            continue
        try:
            state, key, span = find(clip), source_key(clip), _span(clip)
        except (TimelineError, MediaError):
            continue
        if state is not None and span is not None:
            effect = plain(effects_on(clip)[0])["metadata"][METADATA_KEY]
            for parameter in ("focus_distance", "aperture"):
                effect[parameter].pop("baked", None)
            effect["enabled"] = state.enabled
            remembered[state.uuid] = Remembered(
                clip=clip.name,
                media=tuple(sorted(_media_names(clip))),
                start=span[0],
                duration=span[1],
                source_key=key,
                source=plain(source_reference(clip)),
                effect=effect,
            )
    return remembered


def recovered(document: Document) -> tuple[str, ...]:
    """Put back what the sidecar beside the timeline remembers, and what to tell of that.

    A sidecar that cannot be read is told of, too: effects that the timeline still carries need none.
    """
    sidecar = sidecar_of(document.path)
    if not sidecar.exists():
        return ()
    try:
        remembered = read_sidecar(sidecar)
    except EffectInvalid as error:
        return (f"{error}; nothing is put back from it",)
    return tuple(one.note for one in reattach(document, remembered) if one.outcome is not Outcome.INTACT)


def reattach(document: Document, remembered: Mapping[str, Remembered]) -> list[Reattachment]:
    """Put back the effects that the timeline lost, on the one clip each that must have had it.

    A clip is told by the effect's uuid on our marker, or by its name, media and source range together. A source
    that gave way to our render is put back too, also where the effect is still there. What nobody had stays with the
    document, to be remembered again.

    Returns:
        What became of each remembered effect, in their order.
    """
    found = clips(document)
    intact: dict[str, tuple[Clip, str]] = {}
    bare: list[_Bare] = []
    taken: list[_Bare] = []
    for clip, name in zip(found, names(found), strict=True):
        if is_intact(clip):
            if uuid := _uuid(clip):
                intact[uuid] = clip, name
            taken.append(_Bare(clip, name, None, frozenset(_media_names(clip)), _span(clip)))
        else:
            bare.append(_Bare(clip, name, marked_uuid(clip), frozenset(_media_names(clip)), _span(clip)))
    by_mark, by_name = _grouped(bare, lambda one: one.marked), _grouped(bare, lambda one: one.clip.name)
    fitting = {
        uuid: by_mark.get(uuid) or [one for one in by_name.get(was.clip, []) if _fits(one, was)]
        for uuid, was in remembered.items()
        if uuid not in intact
    }
    wanted = Counter(id(one) for candidates in fitting.values() for one in candidates)
    done = []
    for uuid, was in remembered.items():
        if uuid in intact:
            done.append(_with_source(uuid, was, *intact[uuid]))
            continue
        candidates = fitting[uuid]
        # A clip that has another effect by now may be the one that had this.
        twins = [] if uuid in by_mark else [one for one in taken if one.clip.name == was.clip and _fits(one, was)]
        if twins and not candidates:
            note = f"'{was.clip}' has another effect by now; remove that and apply this anew to have it back"
            done.append(Reattachment(uuid, Outcome.SUPERSEDED, note))
            continue
        contested = bool(twins) or any(wanted[id(one)] > 1 for one in candidates)
        done.append(_settle(uuid, was, [*candidates, *twins], contested))
    document.unplaced = {
        one.uuid: remembered[one.uuid] for one in done if one.outcome in (Outcome.AMBIGUOUS, Outcome.LOST)
    }
    return done


def _with_source(uuid: str, was: Remembered, clip: Clip, name: str) -> Reattachment:
    """A clip that still has its effect; its source, where only our render is left, is put back."""
    if _has_source(clip):
        return Reattachment(uuid, Outcome.INTACT, f"clip '{name}' still has it")
    try:
        _restore_source(clip, was)
    except (TimelineError, MediaError) as error:
        return Reattachment(uuid, Outcome.LOST, str(error))
    if _has_source(clip):
        return Reattachment(uuid, Outcome.REATTACHED, f"clip '{name}' has its source again, beside its render")
    return Reattachment(uuid, Outcome.LOST, f"clip '{name}' has lost its source; relink it to its footage")


def _has_source(clip: Clip) -> bool:
    try:
        source_key(clip)
    except MediaError:
        return False
    return True


def _settle(uuid: str, was: Remembered, candidates: list[_Bare], contested: bool) -> Reattachment:
    if not candidates:
        note = f"no clip has its marker, nor the name, media and range of '{was.clip}'; apply it anew to the right clip"
        return Reattachment(uuid, Outcome.LOST, note)
    if len(candidates) > 1 or contested:
        among = listed([one.name for one in candidates])
        note = f"'{was.clip}' could be {among}, or another effect's; apply it anew to the right clip"
        return Reattachment(uuid, Outcome.AMBIGUOUS, note)
    (one,) = candidates
    try:
        _restore_source(one.clip, was)
        put(one.clip, state_in(was.effect, one.clip))
    except (TimelineError, MediaError) as error:
        return Reattachment(uuid, Outcome.LOST, str(error))
    how = "its marker" if one.marked == uuid else "its name, media and range"
    return Reattachment(uuid, Outcome.REATTACHED, f"clip '{one.name}', told by {how}")


def _restore_source(clip: Clip, was: Remembered) -> None:
    """Put the source back under its key where an application kept, under whatever key, nothing but our render."""
    references = clip.media_references()
    source = _source_of(was)
    source_names = _bare_names(source)
    if not source_names or not was.source_key:
        return
    if any(source_names & _bare_names(reference) for reference in references.values()):
        return
    playing = references.get(clip.active_media_reference_key)
    if playing is not None and _bare_names(playing) & set(was.media):
        playing.metadata[METADATA_KEY] = {"uuid": from_metadata(was.effect).uuid, "source_reference": was.source_key}
        clip.set_media_references({was.source_key: source, RENDER_KEY: playing}, RENDER_KEY)


def _source_of(was: Remembered) -> Any:
    try:
        source = otio.core.deserialize_json_from_string(json.dumps(was.source))
    except OTIO_REFUSALS as error:
        raise EffectInvalid(f"the remembered source of '{was.clip}' is damaged; relink the clip to it") from error
    if not isinstance(source, otio.core.MediaReference):
        raise EffectInvalid(f"the remembered source of '{was.clip}' is no media reference; relink the clip to it")
    return source


def _grouped(bare: list[_Bare], key: Callable[[_Bare], str | None]) -> dict[str, list[_Bare]]:
    groups: dict[str, list[_Bare]] = {}
    for one in bare:
        if (name := key(one)) is not None:
            groups.setdefault(name, []).append(one)
    return groups


def _fits(one: _Bare, was: Remembered) -> bool:
    """Whether media and range are the remembered ones, on a clip that no marker of ours claims for another effect."""
    if one.marked is not None or one.span is None or not one.media & set(was.media):
        return False
    return all(abs(a - b) < SAME_TIME for a, b in zip(one.span, (was.start, was.duration), strict=True))


def _uuid(clip: Clip) -> str | None:
    try:
        state = find(clip)
    except TimelineError:
        return None
    return state.uuid if state else None


def _media_names(clip: Clip) -> set[str]:
    return {name for reference in clip.media_references().values() for name in _bare_names(reference)}


def _bare_names(reference: Any) -> set[str]:
    """The file name that a reference points at; folders and encodings change when applications relink."""
    return {re.split(r"[/\\]", text)[-1] for text in spellings(url_in(reference) or "")[:1]}


def _span(clip: Clip) -> tuple[float, float] | None:
    """The source range's start and duration in seconds."""
    try:
        used = clip.trimmed_range()
    except otio.exceptions.OTIOError:
        return None
    span = used.start_time.to_seconds(), used.duration.to_seconds()
    return span if all(map(math.isfinite, span)) else None
