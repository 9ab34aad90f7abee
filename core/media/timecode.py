"""SMPTE timecode: the label of a later frame."""

from __future__ import annotations

import re
from fractions import Fraction

_TIMECODE = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;.])(\d\d)")


def advance(timecode: str | None, frames: int, rate: Fraction) -> str | None:
    """The timecode `frames` later; None when there is none, or it is not one at this rate (frames per second).

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
    dropped = 2 * nominal // 30 if drop else 0
    minute = 60 * nominal - dropped
    ten_minutes = 10 * minute + dropped

    count = (60 * hours + minutes) // 10 * ten_minutes + minutes % 10 * minute + seconds * nominal + frame
    count = (count + frames) % (24 * 6 * ten_minutes)

    tens, rest = divmod(count, ten_minutes)
    # Within ten minutes only the first minute is full.
    late_minutes = max(0, (rest - dropped) // minute)
    label = rest + late_minutes * dropped
    total_minutes = 10 * tens + label // (60 * nominal)
    seconds, frame = divmod(label % (60 * nominal), nominal)
    return f"{total_minutes // 60:02d}:{total_minutes % 60:02d}:{seconds:02d}{match[4]}{frame:02d}"
