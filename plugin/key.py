"""A key of a curve, and the Bézier segment that lies between two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from ..core.errors import CurveError
from .scale import Scale
from .spline import Segment

FRAME_LIMIT = 2.0**31
"""Keys live within ± this many frames: 207 days at 120 frames a second."""


class Interpolation(StrEnum):
    """How a curve gets from a key to the next."""

    CONSTANT = "constant"
    LINEAR = "linear"
    BEZIER = "bezier"


@dataclass(frozen=True, slots=True)
class Handle:
    """A Bézier control point, as an offset from its key: frames (left ≤ 0 ≤ right) and scale units."""

    frames: float
    amount: float


@dataclass(frozen=True, slots=True)
class Key:
    """A value set at a frame. `interpolation` is that of the segment that follows; a handle of None is auto-clamped.

    Auto handles never carry the curve past its keys. Free handles may; they act only as far as time still runs
    forwards and the value stays one that a lens could have, infinity included.
    """

    frame: float
    value: float
    interpolation: Interpolation = Interpolation.BEZIER
    left: Handle | None = None
    right: Handle | None = None


def check_key(key: Key, scale: Scale) -> None:
    """Raises:
    CurveError: a frame, value or handle that is NaN or out of range.
    """
    if not -FRAME_LIMIT <= key.frame <= FRAME_LIMIT:
        raise CurveError(f"a key at frame {key.frame:.10g} is not possible; give the number of a frame, such as 48")
    for handle in (key.left, key.right):
        if handle and not (math.isfinite(handle.frames) and math.isfinite(handle.amount)):
            raise CurveError(
                f"key at frame {key.frame:.10g}: a handle is not finite; make it auto-clamped or redraw it"
            )
    try:
        scale.encoded(key.value)
    except CurveError as error:
        raise CurveError(f"key at frame {key.frame:.10g}: {error}") from None


def segment_between(
    before: Key, after: Key, levels: list[float], slopes: list[float], limits: tuple[float, float]
) -> Segment:
    """The segment from a key to the next one.

    Args:
        levels: the encoded values of both.
        slopes: auto-clamped, of both, per frame.
        limits: of the scale.
    """
    length, (start, end) = after.frame - before.frame, levels
    match before.interpolation:
        case Interpolation.CONSTANT:
            return Segment(1 / 3, 2 / 3, start, start, start, start)
        case Interpolation.LINEAR:
            return Segment(1 / 3, 2 / 3, start, (2 * start + end) / 3, (start + 2 * end) / 3, end)
        case Interpolation.BEZIER:
            right = before.right or Handle(length / 3, slopes[0] * length / 3)
            left = after.left or Handle(-length / 3, -slopes[1] * length / 3)
            x1, x2 = max(right.frames / length, 0.0), max(-left.frames / length, 0.0)
            # Handles that overlap in time are drawn in, each along its own direction, until they just meet.
            drawn = 1 / max(x1 + x2, 1.0)
            low, high = limits
            y1, y2 = (
                min(max(level + handle.amount * drawn, low), high) for level, handle in ((start, right), (end, left))
            )
            return Segment(x1 * drawn, 1 - x2 * drawn, start, y1, y2, end)


def segment_handles(segment: Segment, length: float) -> tuple[Handle, Handle]:
    """A segment's control points as handles: the first key's right one, the second key's left one."""
    return (
        Handle(segment.x1 * length, segment.y1 - segment.y0),
        Handle((segment.x2 - 1) * length, segment.y2 - segment.y3),
    )
