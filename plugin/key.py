"""A key of a curve, and the Bézier segment that lies between two of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CurveError
from .scale import Scale
from .spline import Floats, Segment

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


def are_sound(keys: Sequence[Key], frames: Floats, values: Floats, scale: Scale) -> bool:
    """Whether `check_key` would pass them all, told at once.

    Args:
        frames, values: (n,) of the keys.
    """
    least, greatest = scale.bounds
    if not ((np.abs(frames) <= FRAME_LIMIT) & (least <= values) & (values <= greatest)).all():
        return False
    handles = [handle for key in keys if key.left or key.right for handle in (key.left, key.right) if handle]
    return all(math.isfinite(handle.frames) and math.isfinite(handle.amount) for handle in handles)


def segments_between(
    keys: Sequence[Key], frames: Floats, levels: Floats, slopes: Floats, limits: tuple[float, float]
) -> Floats:
    """The segments from each key to the next one, as rows of `Segment`. Shape (n - 1, 6).

    Args:
        keys: n of them.
        frames, levels: (n,) where they stand, and their encoded values.
        slopes: (n,) auto-clamped, per frame.
        limits: of the scale.
    """
    lengths = np.diff(frames)
    start, end = levels[:-1], levels[1:]
    thirds = lengths / 3
    out_frames, out_amounts = _drawn([key.right for key in keys[:-1]], thirds, slopes[:-1])
    in_frames, in_amounts = _drawn([key.left for key in keys[1:]], -thirds, slopes[1:])
    x1, x2 = np.maximum(out_frames / lengths, 0.0), np.maximum(-in_frames / lengths, 0.0)
    # Handles that overlap in time are drawn in, each along its own direction, until they just meet.
    drawn = 1 / np.maximum(x1 + x2, 1.0)
    y1, y2 = np.clip(start + out_amounts * drawn, *limits), np.clip(end + in_amounts * drawn, *limits)
    segments = np.stack([x1 * drawn, 1 - x2 * drawn, start, y1, y2, end], axis=1)
    linear, held = (following(keys, kind) for kind in (Interpolation.LINEAR, Interpolation.CONSTANT))
    segments[linear | held, :2] = 1 / 3, 2 / 3
    segments[linear, 3] = (2 * start[linear] + end[linear]) / 3
    segments[linear, 4] = (start[linear] + 2 * end[linear]) / 3
    segments[held, 2:] = start[held, np.newaxis]
    return segments


def following(keys: Sequence[Key], interpolation: Interpolation) -> NDArray[np.bool_]:
    """(n - 1,) whether each segment is of that kind."""
    return np.array([key.interpolation is interpolation for key in keys[:-1]], dtype=bool)


def _drawn(handles: list[Handle | None], reach: Floats, slopes: Floats) -> tuple[Floats, Floats]:
    """(frames, amounts) of handles; the auto ones reach as told, along their slopes."""
    auto = np.array([handle is None for handle in handles], dtype=bool)
    if auto.all():
        return reach, slopes * reach
    frames = np.array([handle.frames if handle else 0.0 for handle in handles], dtype=np.float64)
    amounts = np.array([handle.amount if handle else 0.0 for handle in handles], dtype=np.float64)
    return np.where(auto, reach, frames), np.where(auto, slopes * reach, amounts)


def segment_handles(segment: Segment, length: float) -> tuple[Handle, Handle]:
    """A segment's control points as handles: the first key's right one, the second key's left one."""
    return (
        Handle(segment.x1 * length, segment.y1 - segment.y0),
        Handle((segment.x2 - 1) * length, segment.y2 - segment.y3),
    )
