"""Our effect on a clip: a plain OTIO effect, a marker that can find it again, and the render that plays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.errors import EffectInvalid, EffectNotFound, TimelineError
from ...core.media.info import MediaInfo
from ..conformed import conformed
from ..curve import check_keys_on_media
from ..state import EFFECT_LABEL, EFFECT_NAME, METADATA_KEY, EffectState, new_uuid, to_metadata
from .clips import Clip, clips, clips_in, label, named
from .document import Document
from .location import check_name
from .media_time import media_clock, media_range, stated_clock
from .references import drop_renders, put_render, source_key, source_reference
from .uneven import span_of

MARKER = "focuspuller"

_NUMBER = re.compile(r"(.*)%0?(\d*)d(.*)", re.DOTALL)


def effect_clips(document: Document) -> list[Clip]:
    """The clips that carry our effect, whether or not it can be used, in the timeline's order."""
    return [clip for clip in clips(document) if effects_on(clip)]


def find(clip: Clip) -> EffectState | None:
    """The state of the clip's effect, on its media as it is now; None when it has none. Switched off in the
    application, it is disabled.

    Raises:
        EffectInvalid, EffectFromFuture: what it carries cannot be used.
    """
    effect = _effect(clip)
    if effect is None:
        return None
    written = plain(effect)
    with named(clip):
        state = state_in(written["metadata"].get(METADATA_KEY), clip)
    # OTIO's own switch counts, which the application shows and turns.
    return replace(state, enabled=written.get("enabled", state.enabled) is not False)


def state_in(metadata: object, clip: Clip) -> EffectState:
    """The state in an effect's untrusted metadata, on the clip's media as it is now.

    Raises:
        EffectInvalid, EffectFromFuture: it cannot be used.
    """
    return conformed(metadata, stated_clock(clip))


def apply(clip: Clip, state: EffectState, media: MediaInfo | None = None) -> bool:
    """Put the effect on the clip, or replace its state there; all else on the clip stays as it is.

    But a render of the effect as it stood before goes.

    Args:
        media: what the clip's source says of itself, once opened; without it the timeline's word is taken.

    Returns:
        Whether a render went, so that the source plays.

    Raises:
        TimelineError: the clip's range cannot be told.
        EffectInvalid: several effects of ours are on the clip.
        CurveError: keys that lie off the media.
        UnsupportedFormat: the disparity has a name that no timeline can hold.
    """
    if media is not None:
        with named(clip):
            for curve in (state.focus_distance, state.aperture):
                check_keys_on_media(curve, 0, media.frame_count - 1)
    try:
        before = find(clip)
    except TimelineError:  # what was there cannot be used
        before = None
    put(clip, state, media)
    return before != state and drop_renders(clip)


def put(clip: Clip, state: EffectState, media: MediaInfo | None = None) -> None:
    """As `apply`, under the render that the clip plays, which is of this very state."""
    if state.disparity is not None:
        check_name(Path(state.disparity.url))
    metadata = to_metadata(state, media_clock(clip, media), media_range(clip, media))
    old = _effect(clip)
    written = plain(old or otio.schema.Effect(name=EFFECT_LABEL, effect_name=EFFECT_NAME))
    written["metadata"][METADATA_KEY] = metadata
    written["enabled"] = state.enabled
    # By way of JSON, in which OTIO reads times as RationalTime; and far faster than its dictionaries from Python.
    effect = otio.core.deserialize_json_from_string(json.dumps(written))
    if old is None:
        clip.effects.append(effect)
    else:
        clip.effects[clip.effects.index(old)] = effect
    _mark(clip, state.uuid)


def remove(clip: Clip) -> None:
    """Take off the effect, its marker and its render; the source plays again.

    Raises:
        EffectNotFound: there is nothing of ours on the clip.
        MediaNotFound: the render is all that is left to play.
    """
    ours = effects_on(clip), _markers(clip)
    if not drop_renders(clip) and not any(ours):
        raise EffectNotFound(f"{label(clip)} has no effect of ours; put one on with `focuspuller apply`")
    for held, found in zip((clip.effects, clip.markers), ours, strict=True):
        for item in found:
            held.remove(item)


def add_render(clip: Clip, path: Path, frames: range, media: MediaInfo | None = None) -> None:
    """Let the clip play a render of its effect, which stands beside the source in the source's own time.

    Args:
        path: the movie, or a sequence's pattern such as `a.%04d.exr`, which is numbered as the media's frames.
        frames: the media frames it holds.
        media: what the source says of itself, as given to `apply`.

    Raises:
        EffectNotFound: the clip has no effect.
    """
    state = find(clip)
    if state is None:
        raise EffectNotFound(f"{label(clip)} has no effect to play a render of; put one on with `focuspuller apply`")
    if clip.source_range is None:
        # Or the clip would be as long as the render, which holds only what the edit shows.
        clip.source_range = source_reference(clip).available_range
    clock = media_clock(clip, media)
    sequence = _NUMBER.fullmatch(path.name)
    # A movie keeps the times of its frames, whatever they are; pictures have none.
    begins, ends = (frames.start, frames.stop) if sequence or media is None else span_of(media, frames)
    holds = otio.opentime.TimeRange(
        otio.opentime.RationalTime(clock.start + begins, clock.rate),
        otio.opentime.RationalTime(ends - begins, clock.rate),
    )
    facts = {
        "available_range": holds,
        "available_image_bounds": source_reference(clip).available_image_bounds,
        "metadata": {METADATA_KEY: {"uuid": state.uuid, "source_reference": source_key(clip)}},
    }
    if sequence:
        render = otio.schema.ImageSequenceReference(
            target_url_base=f"{path.parent.as_posix()}/",
            name_prefix=sequence[1],
            name_suffix=sequence[3],
            frame_zero_padding=int(sequence[2] or 0),
            start_frame=frames.start,
            rate=clock.rate,
            **facts,
        )
    else:
        render = otio.schema.ExternalReference(target_url=path.as_posix(), **facts)
    put_render(clip, render)


def separate_copies(root: Any) -> int:
    """Give clips that were split or copied with their effect a uuid each; the first keeps its own. Returns how many.

    Args:
        root: OTIO's object that holds the clips.

    An effect that cannot be used is left alone.
    """
    seen: set[str] = set()
    separated = 0
    for clip in (clip for clip in clips_in(root) if effects_on(clip)):
        try:
            state = find(clip)
        except TimelineError:
            continue
        if state is not None and state.uuid in seen:
            fresh = new_uuid()
            effects_on(clip)[0].metadata[METADATA_KEY]["uuid"] = fresh
            _mark(clip, fresh)
            separated += 1
        elif state is not None:
            seen.add(state.uuid)
    return separated


def effects_on(clip: Clip) -> list[Any]:
    """Our effects on a clip, as OTIO has them."""
    return [effect for effect in clip.effects if getattr(effect, "effect_name", None) == EFFECT_NAME]


def marked_uuid(clip: Clip) -> str | None:
    """The uuid on our marker, if the clip has one."""
    for marker in _markers(clip):
        uuid = marker.metadata[METADATA_KEY].get("uuid")
        if isinstance(uuid, str):
            return uuid
    return None


def is_intact(clip: Clip) -> bool:
    """Whether the clip's effect still carries metadata of ours, whatever it holds."""
    return any(METADATA_KEY in effect.metadata for effect in effects_on(clip))


def plain(held: Any) -> Any:
    """One of OTIO's objects as plain JSON values."""
    return json.loads(held.to_json_string())


def _effect(clip: Clip) -> Any:
    found = effects_on(clip)
    if len(found) > 1:
        raise EffectInvalid(
            f"{label(clip)} has {len(found)} effects of ours; remove all but one in the application, "
            "or remove them and apply one anew"
        )
    return found[0] if found else None


def _markers(clip: Clip) -> list[Any]:
    """Those that carry a uuid of ours; one that merely has our name is somebody else's."""
    return [marker for marker in clip.markers if isinstance(getattr(marker, "metadata", {}).get(METADATA_KEY), Mapping)]


def _mark(clip: Clip, uuid: str) -> None:
    """Hold the uuid in a marker one frame long, where applications that drop effects may keep it."""
    for marker in _markers(clip):
        marker.metadata[METADATA_KEY]["uuid"] = uuid
        return
    stated = clip.source_range or source_reference(clip).available_range
    start = stated.start_time if stated else otio.opentime.RationalTime()
    one_frame = otio.opentime.TimeRange(start, otio.opentime.RationalTime(1, start.rate))
    clip.markers.append(
        otio.schema.Marker(name=MARKER, marked_range=one_frame, metadata={METADATA_KEY: {"uuid": uuid}})
    )
