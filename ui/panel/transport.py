"""Playing: where the playhead is, by a clock. Time is kept; frames that the machine cannot show in time are dropped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

FASTEST = 8


class Transport:
    """The playhead on a clip's frames.

    Args:
        frames: those that the clip shows, at least one.
        rate: frames a second at speed 1.
        clock: seconds, always growing.
    """

    def __init__(self, frames: range, rate: Fraction, clock: Callable[[], float]) -> None:
        self.frames = frames
        self.rate = rate
        self.first, self.last = frames[0], frames[-1]
        """In and out: what plays, both ends included."""
        self.loops = True
        self.speed = 0
        """Times the clip's rate; negative plays backwards, 0 stands still."""
        self.playhead = frames[0]
        self.dropped = 0
        """Frames of this play that time passed by before they could be shown."""
        self._clock = clock
        self._since = 0.0
        self._from = self.playhead
        self._presented = self.playhead

    @property
    def is_playing(self) -> bool:
        return self.speed != 0

    def seek(self, frame: int) -> None:
        """Stand still at a frame, or at the nearest one that there is."""
        self.speed = 0
        self.playhead = min(max(frame, self.frames[0]), self.frames[-1])

    def step(self, by: int) -> None:
        self.seek(self.playhead + by)

    def toggle(self) -> None:
        """Space."""
        if self.is_playing:
            self.stop()
        else:
            self._play(1)

    def stop(self) -> None:
        """K."""
        self.tick()
        self.speed = 0

    def shuttle(self, direction: int) -> None:
        """L (1) and J (-1): again and it plays twice as fast, the other one and it turns round."""
        faster = self.speed * 2 if self.speed * direction > 0 else direction
        self.tick()
        self._play(max(-FASTEST, min(FASTEST, faster)))

    def mark_in(self) -> None:
        self.first = self.playhead
        self.last = max(self.last, self.first)

    def mark_out(self) -> None:
        self.last = self.playhead
        self.first = min(self.first, self.last)

    def clear_marks(self) -> None:
        self.first, self.last = self.frames[0], self.frames[-1]

    def tick(self) -> int:
        """The frame that is due now; playing ends at the out point unless it loops."""
        if not self.is_playing:
            return self.playhead
        elapsed = self._clock() - self._since
        due = self._from + math.floor(elapsed * float(self.rate) * abs(self.speed)) * (1 if self.speed > 0 else -1)
        if not self.first <= due <= self.last:
            if self.loops:
                due = self.first + (due - self.first) % (self.last + 1 - self.first)
            else:
                due = self.last if self.speed > 0 else self.first
                self.speed = 0
        self.playhead = due
        return due

    def present(self) -> None:
        """The frame at the playhead goes on the screen; what lies between it and the one before was dropped."""
        if not self.is_playing:
            return
        steps = (self.playhead - self._presented) * (1 if self.speed > 0 else -1)
        if steps < 0 and self.loops:
            steps += self.last + 1 - self.first
        self.dropped += max(0, steps - abs(self.speed))
        self._presented = self.playhead

    def _play(self, speed: int) -> None:
        at_end = self.playhead >= self.last if speed > 0 else self.playhead <= self.first
        if at_end or not self.first <= self.playhead <= self.last:
            self.playhead = self.first if speed > 0 else self.last
        self.speed = speed
        self.dropped = 0
        self._since, self._from, self._presented = self._clock(), self.playhead, self.playhead


def neighbour(frames: Iterable[float], playhead: int, direction: int) -> int | None:
    """The whole frame of the next (1) or previous (-1) key; None where there is none."""
    there = [round(frame) for frame in frames]
    if direction > 0:
        return min((frame for frame in there if frame > playhead), default=None)
    return max((frame for frame in there if frame < playhead), default=None)
