"""Effects whose media was conformed since: keys and all that goes by frames move along to a copy of other extent."""

from __future__ import annotations

import math
from dataclasses import replace

from ..core.errors import DisparityError, EffectInvalid, ParameterError
from .curve import Curve
from .media_clock import MediaClock
from .state import EffectState, from_metadata, written_clock
from .subject import Subject


def conformed(metadata: object, present: MediaClock | None) -> EffectState:
    """The state in untrusted JSON, as `from_metadata` reads it, on the media as it is now.

    Args:
        present: how the media counts now, by the timeline's word; None where it says nothing.

    Raises:
        EffectFromFuture, EffectInvalid: see `from_metadata`.
    """
    state = from_metadata(metadata)
    if present is None:
        return state
    written = written_clock(metadata)
    now = written.continued(present)
    if now is None or now is written or now.length is None:
        return state
    try:
        return on_part(state, round(now.start - written.start), math.ceil(round(now.length, 3)))
    except (ParameterError, DisparityError) as error:
        raise EffectInvalid(f"the effect does not fit its media, which was trimmed since: {error}") from error


def on_part(state: EffectState, first: int, length: int) -> EffectState:
    """An effect on a copy of its media that begins with the media's frame `first` and has `length` frames.

    The disparity clip is as it was.
    """
    disparity = state.disparity
    if disparity is not None:
        reading = replace(disparity.reading, offset=(disparity.reading.offset or 0) + first)
        disparity = replace(disparity, reading=reading)
    return replace(
        state,
        focus_distance=piece(state.focus_distance, range(first, first + length)),
        aperture=piece(state.aperture, range(first, first + length)),
        disparity=disparity,
        subjects=tuple(_counted_from(subject, first) for subject in state.subjects),
    )


def piece(curve: Curve, frames: range, at: int = 0) -> Curve:
    """A curve on some of its frames, of which the first is now frame `at`.

    It keeps its shape there: where keys lie beyond, one stands at the end.
    """
    first, last = frames[0], frames[-1]
    if curve.keys and curve.keys[0].frame < first:
        curve = curve.insert(first).pinned(first, "right")
    if curve.keys and curve.keys[-1].frame > last:
        curve = curve.insert(last).pinned(last, "left")
    kept = (key for key in curve.keys if first <= key.frame <= last)
    return replace(curve, keys=tuple(replace(key, frame=key.frame - first + at) for key in kept))


def _counted_from(subject: Subject, first: int) -> Subject:
    decisions = tuple(decided._replace(frame=decided.frame - first) for decided in subject.decisions)
    return replace(subject, first=subject.first - first, decisions=decisions)
