"""Media whose frames do not come at their nominal rate, as phones and screen recorders make them: which frame plays at
which time."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from ...core.media.info import MediaInfo

SLIP = 0.5
"""Frames by which one may miss its place and still count as on it: containers round."""


def length_of(media: MediaInfo) -> float:
    """Frames of the nominal rate that the media plays for."""
    times = _times(media.pts, media.time_base, media.rate)
    return float(media.frame_count) if times is None else times[-1] + 1


def span_of(media: MediaInfo, frames: range) -> tuple[float, float]:
    """Where frames of the media begin and end, in frames of the nominal rate."""
    times = _times(media.pts, media.time_base, media.rate)
    if times is None:
        return frames.start, frames.stop
    return times[frames.start], times[frames.stop] if frames.stop < len(times) else times[-1] + 1


def frames_in(media: MediaInfo, start: float, stop: float, tolerance: float) -> range:
    """The frames of the media that play from one time to another, in frames of the nominal rate; what lies beyond its
    ends is counted on in these.

    Args:
        tolerance: frames by which rounding may miss one.
    """
    times = _times(media.pts, media.time_base, media.rate)
    if times is None:
        return range(math.floor(start + tolerance), math.ceil(stop - tolerance))
    return range(_playing(times, start + tolerance), _begun(times, stop - tolerance))


def _playing(times: Sequence[float], time: float) -> int:
    length = times[-1] + 1
    if time < 0:
        return math.floor(time)
    return bisect_right(times, time) - 1 if time < length else len(times) + math.floor(time - length)


def _begun(times: Sequence[float], time: float) -> int:
    length = times[-1] + 1
    return bisect_left(times, time) if time <= length else len(times) + math.ceil(time - length)


@lru_cache(8)
def _times(pts: tuple[int, ...], time_base: Fraction, rate: Fraction) -> tuple[float, ...] | None:
    """When each frame begins, in frames of the nominal rate; None where that is its number."""
    scale = float(time_base * rate)
    times = tuple((one - pts[0]) * scale for one in pts)
    return times if any(abs(time - number) > SLIP for number, time in enumerate(times)) else None
