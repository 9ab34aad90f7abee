"""Media time: how our metadata writes frames, so that slips and trims hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from .fields import Fields

Json = dict[str, object]

FASTEST = 1000
"""Frames per second that pictures are shown at."""

NEAR = 0.5
"""Frames by which starts and lengths may differ and still be the same: applications round."""

LONGEST = 2.0**31


@dataclass(frozen=True, slots=True)
class MediaClock:
    """Media time: frame i of the media is RationalTime(start + i, rate).

    `length` is how many frames there are; None where nobody says.
    """

    start: float
    rate: float
    length: float | None = None

    def time(self, frame: float) -> Json:
        """A frame as OTIO writes a RationalTime."""
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": self.rate, "value": self.start + frame}

    def frame(self, time: Fields) -> float:
        """The frame of a written RationalTime, which an application may have put into another rate."""
        # To what sums of odd starts keep: a key stays on the frame that it was written on.
        return round(read_clock(time).at(self.rate).start - self.start, 6)

    def at(self, rate: float) -> MediaClock:
        """The same clock in another rate."""
        scale = 1.0 if exact_rate(self.rate) == exact_rate(rate) else rate / self.rate
        return MediaClock(self.start * scale, rate, None if self.length is None else self.length * scale)

    def continued(self, present: MediaClock) -> MediaClock | None:
        """Which clock tells the times of this one, in its rate, now that the media counts by `present`.

        A trimmed copy, or what a trimmed copy was made of, counts on: one of the two lies within the other. Where all
        frames are there, and count by other times or at another rate, an application has set their clock anew: this one
        still tells. None where it cannot be told, as of as many frames that begin among these: other ones, perhaps.
        """
        now = present.at(self.rate)
        if now.length is None or present.length is None:
            return self
        moved = abs(now.start - self.start)
        if self.length is None:
            return self if moved < NEAR else None
        if now.rate != present.rate and abs(present.length - self.length) < NEAR:
            return self
        if abs(now.length - self.length) < NEAR:
            return None if NEAR <= moved < self.length else self
        return now if self._holds(now) or now._holds(self) else None

    def _holds(self, part: MediaClock) -> bool:
        if self.length is None or part.length is None or not 1 <= part.length <= self.length <= LONGEST:
            return False
        begins, ends = part.start - self.start, part.start + part.length - (self.start + self.length)
        return begins > -NEAR and ends < NEAR


def read_clock(time: Fields) -> MediaClock:
    """The clock whose frame 0 is at a written RationalTime."""
    rate = time.number("rate")
    if not rate > 0:
        time.refuse(f"{time.place}.rate", rate, "a positive frame rate")
    return MediaClock(time.number("value"), rate)


@lru_cache(64)
def exact_rate(rate: float) -> Fraction:
    """A rate as media files have it. 23.976, 23.98 and 24000/1001 are one: the nearest whole or NTSC one, where one is
    that near."""
    if rate <= FASTEST:
        for usual in (Fraction(round(rate)), Fraction(round(rate * 1.001) * 1000, 1001)):
            if abs(usual - Fraction(rate)) <= Fraction(rate) / 5000:
                return usual
    return Fraction(rate)
