"""Which frames of its media a clip shows: from the edit's time, through trims, slips and retimes, to frame indices.

OTIO's own transformed_time passes by LinearTimeWarp, so the mapping is written out here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import opentimelineio as otio

from ...core.errors import MediaNotFound, TimelineError
from ...core.media.info import MediaInfo
from ...core.media.timecode import frames_of
from ..media_clock import MediaClock, exact_rate
from .clips import Clip, label
from .references import source_reference
from .uneven import frames_in, length_of

TOLERANCE = 1e-3
"""Frames by which rounding may miss a whole frame."""

MAX_FRAME = 2.0**31
"""As curves have it; beyond it times are not meant."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A clip's place in its media, in media frames as real numbers, before any retime.

    `head` and `tail` are what transitions show of it beyond its cuts.
    """

    start: float
    duration: float
    head: float
    tail: float


def media_clock(clip: Clip, media: MediaInfo | None = None) -> MediaClock:
    """How the clip's media counts time: from its available range's start, or else from 0, or by its own timecode.

    Args:
        media: what the file itself says, which outweighs the timeline's word on the rate; but pictures say none, and
            where the timeline counts all of the file's frames at a rate, it has interpreted them so.

    Raises:
        TimelineError: nothing tells the rate.
    """
    source = source_reference(clip)
    available = source.available_range
    stated = available or clip.source_range
    if isinstance(source, otio.schema.ImageSequenceReference):
        rate = _usual(checked_rate(source.rate, clip))
    elif media is not None:
        rate = _usual(checked_rate(_interpreted(available, media), clip))
    elif stated is not None:
        rate = _usual(checked_rate(stated.start_time.rate, clip))
    else:
        raise TimelineError(f"{label(clip)} has no range and its media no rate; open its media, or relink the clip")
    if available is None:
        return MediaClock(_own_start(clip, rate, media), rate, None if media is None else media.frame_count)
    start = _frames(available.start_time, rate, clip)
    written = checked_rate(available.start_time.rate, clip)
    length = _stated_length(available, rate, clip, media)
    return MediaClock(start, written if _usual(written) == rate else rate, length)


def stated_clock(clip: Clip) -> MediaClock | None:
    """The media's clock by the timeline's word alone; None where it says nothing, or nothing that makes sense."""
    try:
        return media_clock(clip) if source_reference(clip).available_range is not None else None
    except (TimelineError, MediaNotFound):
        return None


def _interpreted(available: Any, media: MediaInfo) -> float:
    """Frames per second at which the edit plays the file."""
    if available is not None and abs(available.duration.value - length_of(media)) < TOLERANCE:
        return float(available.duration.rate)
    return float(media.rate)


def _stated_length(available: Any, rate: float, clip: Clip, media: MediaInfo | None) -> float | None:
    """Frames of the media by the timeline's word; nonsense is passed over where the file is open."""
    try:
        return _frames(available.duration, rate, clip)
    except TimelineError:
        if media is None:
            raise
        return None


def _own_start(clip: Clip, rate: float, media: MediaInfo | None) -> float:
    """Where the media itself begins to count, where the clip's range can only be meant so; else 0."""
    if media is None or clip.source_range is None:
        return 0.0
    source = source_reference(clip)
    pictures = isinstance(source, otio.schema.ImageSequenceReference)
    own = source.start_frame if pictures else frames_of(media.timecode, media.rate)
    first = _frames(clip.source_range.start_time, rate, clip)
    counted_from_0 = first < media.frame_count
    return float(own) if own is not None and not counted_from_0 and 0 <= first - own < media.frame_count else 0.0


def media_range(clip: Clip, media: MediaInfo | None = None) -> range:
    """The media frames that the clip shows, transitions at its ends included, within the media.

    A constant retime scales what the source range's duration covers. Reversed, the range is read backwards; where
    it would pass the media's end it is taken to name where playing starts, as some applications write it. An
    unknown kind of retime may show all of the media.

    A clip inside nested stacks may be trimmed further there: these frames cover it.

    Args:
        media: what the file itself says, which outweighs the timeline's word on rate and length.

    Raises:
        TimelineError: times that make no sense, or no frame of the media in them.
    """
    asked, count = _asked(clip, media)
    shown = _held(asked, count)
    if not shown:
        there = "begins later" if count is None else f"has {count}"
        raise TimelineError(
            f"{label(clip)} uses frames {asked.start} to {asked.stop - 1}, of which its media has none (it {there}); "
            "relink it or trim it anew"
        )
    return shown


def lacking(clip: Clip, media: MediaInfo) -> str | None:
    """What to tell an editor whose clip shows more than its media has; None when it has all of it."""
    asked, count = _asked(clip, media)
    held = _held(asked, count)
    if asked == held or not held:
        return None
    return (
        f"{label(clip)} uses frames {asked.start} to {asked.stop - 1}, of which its media has only {held.start} to "
        f"{held.stop - 1}; the others are left out"
    )


def _held(asked: range, count: int | None) -> range:
    """Those that the media has."""
    return range(max(0, asked.start), asked.stop if count is None else min(asked.stop, count))


def _asked(clip: Clip, media: MediaInfo | None) -> tuple[range, int | None]:
    """The frames that the clip shows, whether or not its media has them, and how many that has."""
    clock = media_clock(clip, media)
    count = media.frame_count if media is not None else _whole(clock.length)
    length = length_of(media) if media is not None else count
    warps = [effect for effect in clip.effects if isinstance(effect, otio.schema.TimeEffect) and _is_on(effect)]
    if count is not None and any(not isinstance(warp, otio.schema.LinearTimeWarp) for warp in warps):
        return range(count), count
    frozen = any(isinstance(warp, otio.schema.FreezeFrame) for warp in warps)
    speed = 0.0 if frozen else math.prod(getattr(warp, "time_scalar", 1.0) for warp in warps)
    if not math.isfinite(speed):
        raise TimelineError(f"{label(clip)} is retimed by {speed}; give its time warp a finite speed")
    low, high = _shown(_cut(clip, clock, length), speed, length)
    if not (abs(low) <= MAX_FRAME and abs(high) <= MAX_FRAME):
        raise TimelineError(f"{label(clip)} is retimed to frames {low:g} to {high:g}; give its time warp a usual speed")
    if media is not None:
        return frames_in(media, low, high, TOLERANCE), count
    return range(math.floor(low + TOLERANCE), math.ceil(high - TOLERANCE)), count


def _shown(cut: _Cut, speed: float, count: float | None) -> tuple[float, float]:
    """From and to where in the media it plays."""
    if speed == 0:
        frame = math.floor(cut.start + TOLERANCE)
        return frame, frame + 1
    length = cut.duration * abs(speed)
    before, after = cut.head * abs(speed), cut.tail * abs(speed)
    if speed > 0:
        return cut.start - before, cut.start + length + after
    first = cut.start
    if count is not None and first + length > count + 1 and first + 1 - length >= -TOLERANCE:
        first = cut.start + 1 - length
    return first - after, first + length + before


def _cut(clip: Clip, clock: MediaClock, count: float | None) -> _Cut:
    try:
        trimmed, visible = clip.trimmed_range(), clip.visible_range()
    except otio.exceptions.OTIOError as error:
        if clip.source_range is None and count is not None:
            return _Cut(0.0, count, 0.0, 0.0)
        raise TimelineError(f"{label(clip)} has no range in its media; relink it or trim it anew") from error
    times = (trimmed.start_time, trimmed.duration, visible.start_time, visible.duration)
    start, duration, seen_from, seen = (_frames(time, clock.rate, clip) for time in times)
    head = max(0.0, start - seen_from)
    tail = max(0.0, seen - duration - head)
    available = source_reference(clip).available_range
    if clip.source_range is None and available is not None:  # of the source, whatever plays
        start, duration = (_frames(time, clock.rate, clip) for time in (available.start_time, available.duration))
    return _Cut(start - clock.start, duration, head, tail)


def _whole(length: float | None) -> int | None:
    return None if length is None else math.ceil(length - TOLERANCE)


def _frames(time: Any, rate: float, clip: Clip) -> float:
    """A RationalTime in frames at a rate."""
    written = _usual(checked_rate(time.rate, clip))
    frames = time.value if written == _usual(rate) else time.value * _usual(rate) / written
    if not abs(frames) <= MAX_FRAME:
        raise TimelineError(f"{label(clip)} has a time of {time.value:g} frames; trim it anew")
    return float(frames)


def checked_rate(rate: float, clip: Clip) -> float:
    """Raises:
    TimelineError: it is no frame rate.
    """
    if not 0 < rate < math.inf:
        raise TimelineError(f"{label(clip)} has a frame rate of {rate:g}; relink it or trim it anew")
    return float(rate)


def _usual(rate: float) -> float:
    return float(exact_rate(rate))


def _is_on(effect: Any) -> bool:
    return bool(getattr(effect, "enabled", True))
