"""Edits of several keys of a curve at once; each gives a new curve. Keys are named by their frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from ....plugin.curve import CLOSEST_KEYS, Curve, Handle, Interpolation, Key

Frames = Collection[float]


def moved(curve: Curve, frames: Frames, by_frames: float, by_level: float) -> Curve:
    """Keys taken elsewhere in time and level; a key that stays put gives way to one that lands on it."""
    arriving = [_raised(key, curve, by_level, by_frames) for key in curve.keys if key.frame in frames]
    return _merged(curve, [key for key in curve.keys if key.frame not in frames], arriving)


def stretched(curve: Curve, frames: Frames, pivot: float, factor: float) -> Curve:
    """Keys taken `factor` times as far from a frame, each on to a whole one, with their handles as much longer."""
    chosen = [key for key in curve.keys if key.frame in frames]
    arriving = [replace(_longer(key, factor), frame=stretched_to(key.frame, pivot, factor)) for key in chosen]
    return _merged(curve, [key for key in curve.keys if key.frame not in frames], arriving)


def stretched_to(frame: float, pivot: float, factor: float) -> float:
    """Where a key of `stretched` arrives."""
    # Not round(): it takes halves now up, now down, and two keys would meet.
    return float(math.floor(pivot + (frame - pivot) * factor + 0.5))


def merged(curve: Curve, arriving: Collection[Key]) -> Curve:
    """With more keys; one that stands where another arrives gives way."""
    return _merged(curve, curve.keys, arriving)


def without(curve: Curve, frames: Frames) -> Curve:
    """Keys taken away; with the last of them gone the curve rests at what it was."""
    kept = tuple(key for key in curve.keys if key.frame not in frames)
    rest = curve.rest if kept or not curve.keys else curve.keys[0].value
    return replace(curve, keys=kept, rest=rest)


def at_value(curve: Curve, frames: Frames, value: float) -> Curve:
    return _each(curve, frames, lambda key: replace(key, value=value))


def interpolated(curve: Curve, frames: Frames, interpolation: Interpolation) -> Curve:
    """Another interpolation after each key; smooth also gives auto-clamped handles."""
    if interpolation is not Interpolation.BEZIER:
        return _each(curve, frames, lambda key: replace(key, interpolation=interpolation))
    return _each(curve, frames, lambda key: replace(key, interpolation=interpolation, left=None, right=None))


def pinned(curve: Curve, frames: Frames) -> Curve:
    """Handles made free where they lie now."""

    def free(key: Key) -> Key:
        left, right = curve.handles(key.frame)
        return replace(key, left=_drawn(left) or key.left, right=_drawn(right) or key.right)

    return _each(curve, frames, free)


def levelled(curve: Curve, frames: Frames) -> Curve:
    """Handles made free and flat, so that the curve eases in and out."""
    flat = pinned(curve, frames)
    return _each(
        flat,
        frames,
        lambda key: replace(
            key,
            left=key.left and replace(key.left, amount=0.0),
            right=key.right and replace(key.right, amount=0.0),
        ),
    )


def joined(curve: Curve, frames: Frames) -> Curve:
    """Broken handles laid in one line, along the mean of their directions, each as long as it was."""

    def straight(key: Key) -> Key:
        if not is_broken(key) or key.left is None or key.right is None:
            return key
        slopes = [handle.amount / handle.frames for handle in (key.left, key.right) if handle.frames]
        slope = sum(slopes) / len(slopes) if slopes else 0.0
        left, right = (replace(handle, amount=slope * handle.frames) for handle in (key.left, key.right))
        return replace(key, left=left, right=right)

    return _each(pinned(curve, frames), frames, straight)


def is_broken(key: Key) -> bool:
    """Whether the handles are free and do not lie in one line."""
    if key.left is None or key.right is None:
        return key.left is not key.right
    cross = key.left.frames * key.right.amount - key.right.frames * key.left.amount
    lengths = math.hypot(*_parts(key.left)) * math.hypot(*_parts(key.right))
    return abs(cross) > 1e-6 * lengths


def key_at(curve: Curve, frame: float) -> Key | None:
    """The key that belongs to a whole frame: the nearest one, at most half a frame away."""
    nearest = min(curve.keys, key=lambda key: abs(key.frame - frame), default=None)
    return nearest if nearest and abs(nearest.frame - frame) <= 0.5 else None


def _each(curve: Curve, frames: Frames, change: Callable[[Key], Key]) -> Curve:
    return replace(curve, keys=tuple(change(key) if key.frame in frames else key for key in curve.keys))


def _longer(key: Key, factor: float) -> Key:
    left, right = (handle and replace(handle, frames=handle.frames * factor) for handle in (key.left, key.right))
    return replace(key, left=left, right=right)


def _raised(key: Key, curve: Curve, by_level: float, by_frames: float) -> Key:
    scale, (low, high) = curve.scale, curve.scale.limits
    # Untouched values stay as they are to the last bit.
    level = scale.encoded(key.value) + by_level
    value = scale.decoded(min(max(level, low), high)) if by_level else key.value
    return replace(key, frame=key.frame + by_frames, value=value)


def _merged(curve: Curve, standing: Sequence[Key], arriving: Collection[Key]) -> Curve:
    taken = np.array([-math.inf, *sorted(key.frame for key in arriving), math.inf])
    frames = np.array([key.frame for key in standing], dtype=np.float64)
    after = np.searchsorted(taken, frames)
    is_free = np.minimum(frames - taken[after - 1], taken[after] - frames) >= CLOSEST_KEYS
    kept = compress(standing, is_free)
    return replace(curve, keys=tuple(sorted((*kept, *arriving), key=lambda key: key.frame)))


def _drawn(handle: Handle) -> Handle | None:
    return handle if handle.frames or handle.amount else None


def _parts(handle: Handle) -> tuple[float, float]:
    return handle.frames, handle.amount
