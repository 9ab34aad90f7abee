"""Media time: how our metadata writes frames, so that slips and trims hold."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import Fields

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class MediaClock:
    """Media time: frame i of the media is RationalTime(start + i, rate)."""

    start: float
    rate: float

    def time(self, frame: float) -> Json:
        """A frame as OTIO writes a RationalTime."""
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": self.rate, "value": self.start + frame}

    def frame(self, time: Fields) -> float:
        """The frame of a written RationalTime, which an application may have put into another rate."""
        at = read_clock(time)
        scale = 1.0 if at.rate == self.rate else self.rate / at.rate
        # To what sums of odd starts keep: a key stays on the frame that it was written on.
        return round(at.start * scale - self.start, 6)


def read_clock(time: Fields) -> MediaClock:
    """The clock whose frame 0 is at a written RationalTime."""
    rate = time.number("rate")
    if not rate > 0:
        time.refuse(f"{time.place}.rate", rate, "a positive frame rate")
    return MediaClock(time.number("value"), rate)
