"""An animated parameter: keys in the editor's units, read at any frame and edited without ever mutating.

Frames are media frame indices, so that slips and trims of the clip never move a key.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np

from ..core.errors import CurveError
from .key import Handle, Interpolation, Key, are_sound, check_key, following, segment_handles, segments_between
from .scale import Scale
from .spline import Floats, Segment, auto_slopes, levels_at, split

__all__ = ["Curve", "Handle", "Interpolation", "Key", "Scale", "check_keys_on_media"]

CLOSEST_KEYS = 1e-6
"""Keys nearer to each other than this many frames stand on the same frame."""


@dataclass(frozen=True)
class Curve:
    """A parameter over time: exact at its keys, held before the first and after the last.

    Args:
        scale: where it interpolates.
        rest: the value when no key is set.
        keys: in the order of their frames.

    Raises:
        CurveError: keys unsorted or on the same frame; a value, frame or handle that is NaN or out of range.
    """

    scale: Scale
    rest: float
    keys: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        if not are_sound(self.keys, self.key_frames, self._key_values, self.scale):
            for key in self.keys:
                check_key(key, self.scale)
        self.scale.encoded(self.rest)
        apart = np.diff(self.key_frames) >= CLOSEST_KEYS
        if not apart.all():
            before, after = self.keys[int(apart.argmin()) :][:2]
            if abs(after.frame - before.frame) < CLOSEST_KEYS:
                raise CurveError(f"two keys at frame {after.frame:.10g}; keep one of them")
            raise CurveError(
                f"the key at frame {after.frame:.10g} comes after the one at {before.frame:.10g}; "
                "put the keys in the order of their frames"
            )

    @property
    def is_animated(self) -> bool:
        """Whether there are keys between which the value can change."""
        return len(self.keys) > 1

    def value(self, frame: float) -> float:
        """The editor's value (metres, f-number) at a frame."""
        return float(self.values_at(np.array([frame], dtype=np.float64))[0])

    def values(self, start: int, stop: int) -> Floats:
        """The editor's values at the whole frames start ≤ frame < stop; bit for bit what `value` gives at each."""
        return self.values_at(np.arange(start, stop, dtype=np.float64))

    def values_at(self, frames: Floats) -> Floats:
        """The editor's values at any frames, whole or not, in any order. Shape (m,) to (m,)."""
        if not self.keys:
            return np.full(len(frames), self.rest, dtype=np.float64)
        key_frames, (lowest, highest) = self.key_frames, self._bounds
        last = np.searchsorted(key_frames, frames, side="right") - 1
        values: Floats = self._key_values[np.maximum(last, 0)]
        between = np.flatnonzero((last >= 0) & (last < len(self.keys) - 1) & (key_frames[last] != frames))
        first = last[between]
        position = (frames[between] - key_frames[first]) / (key_frames[first + 1] - key_frames[first])
        levels = levels_at(self._segments[first], position)
        values[between] = np.clip(self.scale.values(levels), lowest[first], highest[first])
        return values

    def levels_at(self, frames: Floats) -> Floats:
        """What `values_at` gives, in the scale."""
        return self.scale.levels(self.values_at(frames))

    def handles(self, frame: float) -> tuple[Handle, Handle]:
        """(left, right) handles of a key as they act: auto ones worked out, free ones kept within bounds.

        A side where no Bézier segment lies has a handle of no length.
        """
        return self._handles(self._index(frame))

    def pinned(self, frame: float, side: Literal["left", "right"]) -> Curve:
        """The curve with one handle of a key held as it acts now, whatever becomes of the keys around.

        Raises:
            CurveError: no key stands there.
        """
        at = self._index(frame)
        auto, key = self._auto_handle(at, side), self.keys[at]
        if auto is None or (key.left if side == "left" else key.right) is not None:
            return self
        return self.with_handle(frame, side, auto, broken=True)

    def insert(self, frame: float, value: float | None = None) -> Curve:
        """Set a key, or the value of the key that stands there.

        Without a value the key takes the curve's own, and the curve keeps its shape: a Bézier segment is split.
        """
        at = self._place(frame)
        if self._stands(at, frame):
            return self if value is None else self._with(at, replace(self.keys[at], value=value))
        if value is None and 0 < at < len(self.keys):
            return self._split(at - 1, frame)
        kind = self.keys[max(at - 1, 0)].interpolation if self.keys else Interpolation.BEZIER
        key = Key(frame, self.value(frame) if value is None else value, kind)
        before, after = list(self.keys[:at]), list(self.keys[at:])
        if value is None:
            # What was held must stay flat: a free handle that pointed out into the hold would bend it.
            before[-1:] = [replace(end, right=None) for end in before[-1:]]
            after[:1] = [replace(end, left=None) for end in after[:1]]
        return replace(self, keys=(*before, key, *after))

    def move(self, frame: float, to: float, value: float | None = None) -> Curve:
        """Take a key to another frame, past other keys if need be, with its handles; and to another value if given.

        Raises:
            CurveError: no key stands at `frame`, or another one stands at `to`.
        """
        at = self._index(frame)
        key = self.keys[at]
        others = self.delete(frame)
        place = others._place(to)
        if others._stands(place, to):
            raise CurveError(f"frame {to:.10g} has a key already; move the key elsewhere or delete that one first")
        moved = replace(key, frame=to, value=key.value if value is None else value)
        return replace(self, keys=(*others.keys[:place], moved, *others.keys[place:]))

    def delete(self, frame: float) -> Curve:
        """Without the key at a frame; without any key the curve is at `rest`.

        Raises:
            CurveError: no key stands there.
        """
        at = self._index(frame)
        return replace(self, keys=self.keys[:at] + self.keys[at + 1 :])

    def with_interpolation(self, frame: float, interpolation: Interpolation) -> Curve:
        """Another interpolation for the segment that follows the key at a frame.

        Raises:
            CurveError: no key stands there.
        """
        at = self._index(frame)
        return self._with(at, replace(self.keys[at], interpolation=interpolation))

    def with_handle(
        self, frame: float, side: Literal["left", "right"], handle: Handle | None, *, broken: bool = False
    ) -> Curve:
        """Set one handle of a key; the opposite one turns with it, keeping its length in frames, unless `broken`.

        None makes the handle (both, unless `broken`) auto-clamped again.

        Raises:
            CurveError: no key stands there.
        """
        at = self._index(frame)
        opposite = None
        if handle is not None and not broken:
            acting = self._handles(at)[side == "left"]
            reach = acting.frames or -handle.frames
            opposite = Handle(reach, handle.amount / handle.frames * reach if handle.frames else -handle.amount)
        key = self.keys[at]
        if side == "left":
            return self._with(at, replace(key, left=handle, right=key.right if broken else opposite))
        return self._with(at, replace(key, right=handle, left=key.left if broken else opposite))

    def _place(self, frame: float) -> int:
        return bisect_left(self.keys, frame - CLOSEST_KEYS, key=lambda key: key.frame)

    def _stands(self, at: int, frame: float) -> bool:
        return at < len(self.keys) and abs(self.keys[at].frame - frame) < CLOSEST_KEYS

    def _index(self, frame: float) -> int:
        at = self._place(frame)
        if not self._stands(at, frame):
            raise CurveError(f"no key at frame {frame:.10g}; {_shown_frames(self.keys)}")
        return at

    def _with(self, at: int, key: Key) -> Curve:
        return replace(self, keys=(*self.keys[:at], key, *self.keys[at + 1 :]))

    def _split(self, at: int, frame: float) -> Curve:
        before, after = self.keys[at : at + 2]
        new = Key(frame, self.value(frame), before.interpolation)
        # Beside a new key auto handles would lean differently, on their far sides too: pin them as they lean.
        before = replace(before, left=before.left or self._auto_handle(at, "left"))
        after = replace(after, right=after.right or self._auto_handle(at + 1, "right"))
        if before.interpolation is Interpolation.BEZIER:
            length = after.frame - before.frame
            earlier, later = split(self._segment(at), (frame - before.frame) / length)
            out, new_left = segment_handles(earlier, frame - before.frame)
            new_right, into = segment_handles(later, after.frame - frame)
            before, after = replace(before, right=out), replace(after, left=into)
            new = replace(new, left=new_left, right=new_right)
        return replace(self, keys=(*self.keys[:at], before, new, after, *self.keys[at + 2 :]))

    def _auto_handle(self, at: int, side: Literal["left", "right"]) -> Handle | None:
        """As it is before a handle that it meets draws it in; None where no Bézier segment lies."""
        first = at if side == "right" else at - 1
        if not 0 <= first < len(self.keys) - 1 or self.keys[first].interpolation is not Interpolation.BEZIER:
            return None
        reach = (self.keys[first + 1].frame - self.keys[first].frame) / (3 if side == "right" else -3)
        return Handle(reach, reach * float(self._slopes[at]))

    def _handles(self, at: int) -> tuple[Handle, Handle]:
        left = right = Handle(0.0, 0.0)
        if at > 0 and self.keys[at - 1].interpolation is Interpolation.BEZIER:
            left = segment_handles(self._segment(at - 1), self.keys[at].frame - self.keys[at - 1].frame)[1]
        if at + 1 < len(self.keys) and self.keys[at].interpolation is Interpolation.BEZIER:
            right = segment_handles(self._segment(at), self.keys[at + 1].frame - self.keys[at].frame)[0]
        return left, right

    def _segment(self, at: int) -> Segment:
        return Segment(*self._segments[at].tolist())

    @cached_property
    def key_frames(self) -> Floats:
        """(n,) frames of the keys; not to be written to."""
        return _fixed(np.array([key.frame for key in self.keys], dtype=np.float64))

    @cached_property
    def key_levels(self) -> Floats:
        """(n,) values of the keys, in the scale; not to be written to."""
        return _fixed(self.scale.levels(self._key_values))

    @cached_property
    def _key_values(self) -> Floats:
        return _fixed(np.array([key.value for key in self.keys], dtype=np.float64))

    @cached_property
    def _slopes(self) -> Floats:
        """(n,) of the auto handles at every key, in scale units per frame."""
        return auto_slopes(self.key_frames, self.key_levels, following(self.keys, Interpolation.CONSTANT))

    @cached_property
    def _segments(self) -> Floats:
        """(n - 1, 6) rows of `Segment`."""
        if not self.is_animated:
            return np.empty((0, 6))
        return segments_between(self.keys, self.key_frames, self.key_levels, self._slopes, self.scale.limits)

    @cached_property
    def _bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest value of every segment, (n - 1,) each.

        They remove what rounding strays past a key; only free handles may stray in earnest.
        """
        before, after = self._key_values[:-1], self._key_values[1:]
        lowest, highest = np.minimum(before, after), np.maximum(before, after)
        held = following(self.keys, Interpolation.CONSTANT)
        lowest[held] = highest[held] = before[held]
        free = np.array([bool(key.right or after.left) for key, after in pairwise(self.keys)], dtype=bool)
        free &= following(self.keys, Interpolation.BEZIER)
        lowest[free], highest[free] = -math.inf, math.inf
        return lowest, highest


def _fixed(array: Floats) -> Floats:
    array.flags.writeable = False
    return array


def check_keys_on_media(curve: Curve, first: int, last: int) -> None:
    """Every key on a frame of the media, first ≤ frame ≤ last.

    Raises:
        CurveError: naming the keys that are not, and the media's range.
    """
    outside = [key for key in curve.keys if not first <= key.frame <= last]
    if outside:
        raise CurveError(
            f"the media has frames {first} to {last}, but {_shown_frames(outside)}; move them onto the media"
        )


def _shown_frames(keys: tuple[Key, ...] | list[Key]) -> str:
    if not keys:
        return "there are no keys"
    shown = ", ".join(f"{key.frame:.10g}" for key in keys[:5])
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return f"keys are at {shown}{more}"
