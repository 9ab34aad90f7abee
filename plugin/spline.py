"""The arithmetic under a curve: cubic Bézier segments, found by time, and tangents that never overshoot.

A segment is drawn over its own unit of time: x runs from 0 at its first key to 1 at its second, y is the level in the
curve's scale. Every step is elementwise, so a frame's level is the same to the last bit however many are asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIME_TOLERANCE = 4e-15
"""Of a segment's length: under 1e-9 frames even when a segment runs for 100,000."""


class Segment(NamedTuple):
    """Control points (0, y0) (x1, y1) (x2, y2) (1, y3). With 0 ≤ x1 ≤ x2 ≤ 1 time never runs backwards.

    Nor does it in any part of the segment, so that a segment can be split wherever one likes.
    """

    x1: float
    x2: float
    y0: float
    y1: float
    y2: float
    y3: float


def auto_slopes(frames: Floats, levels: Floats, held: NDArray[np.bool_]) -> Floats:
    """Slope at every key, per frame, with which no segment leaves the span of its two keys.

    The weighted harmonic mean of the slopes on both sides (Fritsch and Butland 1984), which stays inside the region
    that Fritsch and Carlson proved monotone; flat at local extrema, beside held segments and at both ends.

    Args:
        frames: (n,) increasing.
        levels: (n,).
        held: (n - 1,) segments that stay at their first key's level.
    """
    slopes = np.zeros(len(frames))
    lengths = np.diff(frames)
    secants = np.where(held, 0.0, np.diff(levels) / lengths)
    before, after = secants[:-1], secants[1:]
    product = before * after
    rising = product > 0
    weight_before = 2 * lengths[1:] + lengths[:-1]
    weight_after = lengths[1:] + 2 * lengths[:-1]
    crossed = weight_before * after + weight_after * before
    slopes[1:-1][rising] = ((weight_before + weight_after) * product)[rising] / crossed[rising]
    return slopes


def levels_at(segments: Floats, position: Floats) -> Floats:
    """Level of each segment at a position in it.

    Args:
        segments: (m, 6) rows of `Segment`.
        position: (m,) in [0, 1].
    """
    x1, x2, y0, y1, y2, y3 = segments.T
    t = _curve_parameter(position, x1, x2)
    s = 1 - t
    levels: Floats = s * s * s * y0 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y3
    return levels


def split(segment: Segment, position: float) -> tuple[Segment, Segment]:
    """The same curve as two segments (de Casteljau), each over its own unit of time."""
    x1, x2, y0, y1, y2, y3 = segment
    t = float(_curve_parameter(np.array([position]), np.array([x1]), np.array([x2]))[0])

    def halves(p0: float, p1: float, p2: float, p3: float) -> tuple[float, ...]:
        a, b, c = p0 + t * (p1 - p0), p1 + t * (p2 - p1), p2 + t * (p3 - p2)
        d, e = a + t * (b - a), b + t * (c - b)
        return a, d, d + t * (e - d), e, c

    xa, xd, _, xe, xc = halves(0.0, x1, x2, 1.0)
    ya, yd, middle, ye, yc = halves(y0, y1, y2, y3)
    rest = 1 - position
    return (
        Segment(min(xa / position, 1.0), min(xd / position, 1.0), y0, ya, yd, middle),
        Segment(max((xe - position) / rest, 0.0), max((xc - position) / rest, 0.0), middle, ye, yc, y3),
    )


def _curve_parameter(position: Floats, x1: Floats, x2: Floats) -> Floats:
    """t with x(t) = position, by Newton's method kept inside a bracket that bisection would also halve."""
    linear, square, cube = 3 * x1, 3 * (x2 - 2 * x1), 1 + 3 * (x1 - x2)
    t = position.copy()
    low, high = np.zeros_like(t), np.ones_like(t)
    # An infinite or undefined Newton step (both handles vertical in time) fails the bracket test, and is bisected.
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(64):
            error = t * (linear + t * (square + t * cube)) - position
            found = np.abs(error) <= TIME_TOLERANCE
            if found.all():
                break
            high = np.where(error > 0, t, high)
            low = np.where(error < 0, t, low)
            newton = t - error / (linear + t * (2 * square + t * 3 * cube))
            inside = (newton > low) & (newton < high)
            t = np.where(found, t, np.where(inside, newton, (low + high) / 2))
    return t
