"""A ruler's frames and pixels: where a frame lies, and which frames are written out."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Then ten times as much, and so on."""


@dataclass(frozen=True, slots=True)
class RulerScale:
    """Every frame has a cell of the same width, `margin` pixels from the ruler's ends."""

    frames: range
    width: float
    margin: float = 8.0

    @property
    def cell(self) -> float:
        return max(self.width - 2 * self.margin, 1.0) / len(self.frames)

    def left(self, frame: float) -> float:
        """Where a frame's cell begins."""
        return self.margin + (frame - self.frames.start) * self.cell

    def middle(self, frame: float) -> float:
        return self.left(frame) + self.cell / 2

    def frame_at(self, x: float) -> int:
        """The frame whose cell lies at x, or the nearest one."""
        frame = self.frames.start + int((x - self.margin) // self.cell)
        return min(max(frame, self.frames[0]), self.frames[-1])

    def labelled(self, label_width: float) -> range:
        """The frames that are written out, so that labels of this width stand apart."""
        step, decade = 1, 1
        while step * self.cell < label_width * 1.4:
            bigger = [size * decade for size in STEPS if size * decade > step]
            if bigger:
                step = bigger[0]
            else:
                decade *= 1000
        first = -(-self.frames.start // step) * step
        return range(first, self.frames.stop, step)
