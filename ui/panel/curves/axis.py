"""One direction of a view: a span of values laid along a stretch of pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

from ....plugin.spline import Floats

Number = TypeVar("Number", float, Floats)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `start` (at pixel `origin`) to `end` (`length` pixels on); either may be the larger.

    Args:
        lowest, highest: how far out it may show.
        narrowest: the smallest span that it zooms in to, > 0.
    """

    start: float
    end: float
    origin: float
    length: float
    lowest: float
    highest: float
    narrowest: float

    @property
    def per_pixel(self) -> float:
        """Value that a pixel makes; negative where values fall along the pixels."""
        return (self.end - self.start) / self.length

    def pixel(self, value: Number) -> Number:
        return self.origin + (value - self.start) / self.per_pixel

    def value(self, pixel: Number) -> Number:
        return self.start + (pixel - self.origin) * self.per_pixel

    def placed(self, origin: float, length: float) -> Axis:
        """The same values on another stretch of pixels."""
        return replace(self, origin=origin, length=max(length, 1.0))

    def zoomed(self, pixel: float, factor: float) -> Axis:
        """`factor` times as much in view, the value under `pixel` staying where it is."""
        pinned = self.value(pixel)
        span = abs(self.end - self.start)
        factor = min(max(span * factor, self.narrowest), self.highest - self.lowest) / span
        return self._within(pinned + (self.start - pinned) * factor, pinned + (self.end - pinned) * factor)

    def panned(self, pixels: float) -> Axis:
        """The values under the pointer go with it."""
        by = -pixels * self.per_pixel
        return self._within(self.start + by, self.end + by)

    def fitted(self, low: float, high: float, before: float, after: float) -> Axis:
        """The values low ≤ high in view, at least `narrowest` of them, with so many pixels free before and after."""
        inner = max(self.length - before - after, self.length / 2)
        span = max((high - low) * self.length / inner, self.narrowest)
        span = math.copysign(min(span, self.highest - self.lowest), self.end - self.start)
        start = (low + high) / 2 - span * (self.length + before - after) / (2 * self.length)
        return self._within(start, start + span)

    def _within(self, start: float, end: float) -> Axis:
        low, high = min(start, end), max(start, end)
        by = max(self.lowest - low, 0.0) + min(self.highest - high, 0.0)
        return replace(self, start=start + by, end=end + by)
