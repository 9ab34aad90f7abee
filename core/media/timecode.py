"""SMPTE timecode: the label of a later frame."""

from __future__ import annotations

import re
from fractions import Fraction

_TIMECODE = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;.])(\d\d)")


def frames_of(timecode: str | None, rate: Fraction) -> int | None:
    """Which frame since midnight it labels; None when there is none, or it is not one at this rate (frames per second).

    A `;` or `.` before the frame number means drop-frame: the labels 00 and 01 (at 60: 00 to 03) do not exist in
    minutes that are not a multiple of ten.
    """
    match = _TIMECODE.fullmatch(timecode or "")
    nominal = round(rate)
    if match is None or nominal < 1 or int(match[5]) >= nominal:
        return None
    hours, minutes, seconds, frame = (int(match[i]) for i in (1, 2, 3, 5))
    drop = match[4] != ":"
    if drop and nominal % 30:
        return None
    _, minute, ten_minutes = _counts(nominal, drop)
    return (60 * hours + minutes) // 10 * ten_minutes + minutes % 10 * minute + seconds * nominal + frame


def advance(timecode: str | None, frames: int, rate: Fraction) -> str | None:
    """The timecode `frames` later; None as `frames_of` gives it."""
    first = frames_of(timecode, rate)
    if timecode is None or first is None:
        return None
    nominal, mark = round(rate), timecode[8]
    dropped, minute, ten_minutes = _counts(nominal, mark != ":")
    count = (first + frames) % (24 * 6 * ten_minutes)

    tens, rest = divmod(count, ten_minutes)
    # Within ten minutes only the first minute is full.
    late_minutes = max(0, (rest - dropped) // minute)
    label = rest + late_minutes * dropped
    total_minutes = 10 * tens + label // (60 * nominal)
    seconds, frame = divmod(label % (60 * nominal), nominal)
    return f"{total_minutes // 60:02d}:{total_minutes % 60:02d}:{seconds:02d}{mark}{frame:02d}"


def _counts(nominal: int, drop: bool) -> tuple[int, int, int]:
    """Labels that a short minute leaves out, frames of a short minute, frames of ten minutes."""
    dropped = 2 * nominal // 30 if drop else 0
    minute = 60 * nominal - dropped
    return dropped, minute, 10 * minute + dropped
