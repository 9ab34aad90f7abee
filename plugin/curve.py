"""An animated parameter: keys in the editor's units, interpolated the way a lens's rings are cut.

Focus distance runs in dioptres and aperture in stops, so that a pull looks even from end to end and infinity is a
place like any other. Frames are media frame indices: slips and trims of the clip never move a key.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CurveError
from .spline import Segment, auto_slopes, levels_at, split

FRAME_LIMIT = 2.0**31
"""Keys live within ± this many frames: 207 days at 120 frames a second."""

CLOSEST_KEYS = 1e-6
"""Keys nearer to each other than this many frames stand on the same frame."""


class Interpolation(StrEnum):
    """How a curve gets from a key to the next."""

    CONSTANT = "constant"
    LINEAR = "linear"
    BEZIER = "bezier"


class Scale(StrEnum):
    """The space a curve interpolates in; `encode` takes the editor's value there and `decode` brings it back."""

    LINEAR = "linear"
    DIOPTRES = "dioptres"
    STOPS = "stops"

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest encoded value: inf to 1 mm, f/0.125 to f/1024; wider than any lens."""
        return _LIMITS[self]

    def encode(self, value: float) -> float:
        """Metres to 1/m (inf to 0), f-number to stops above f/1, or the value itself.

        Raises:
            CurveError: the value is NaN or no lens could have it, such as focus 0 m or aperture f/0.
        """
        low, high = self.limits
        match self:
            case Scale.DIOPTRES:
                if not value >= 1 / high:
                    raise CurveError(f"focus distance {value:g} m is not possible; give metres such as 1.2, or inf")
                return 1 / value
            case Scale.STOPS:
                if not 2 ** (low / 2) <= value <= 2 ** (high / 2):
                    raise CurveError(f"aperture f/{value:g} is not possible; give an f-number such as 2.8")
                return 2 * math.log2(value)
            case Scale.LINEAR:
                if not low <= value <= high:
                    raise CurveError(f"value {value:g} is out of range; give a number between {low:g} and {high:g}")
                return float(value)

    def decode(self, encoded: float) -> float:
        """The value that `encode` took; 0 dioptres or fewer are inf."""
        match self:
            case Scale.DIOPTRES:
                return 1 / encoded if encoded > 0 else math.inf
            case Scale.STOPS:
                return math.exp2(encoded / 2)
            case Scale.LINEAR:
                return encoded


_LIMITS = {Scale.LINEAR: (-1e9, 1e9), Scale.DIOPTRES: (0.0, 1000.0), Scale.STOPS: (-6.0, 20.0)}


@dataclass(frozen=True, slots=True)
class Handle:
    """A Bézier control point, as an offset from its key: frames (left ≤ 0 ≤ right) and scale units."""

    frames: float
    amount: float


@dataclass(frozen=True, slots=True)
class Key:
    """A value set at a frame. `interpolation` is that of the segment that follows; a handle of None is auto-clamped."""

    frame: float
    value: float
    interpolation: Interpolation = Interpolation.BEZIER
    left: Handle | None = None
    right: Handle | None = None


@dataclass(frozen=True)
class Curve:
    """A parameter over time: exact at its keys, held before the first and after the last. Nothing ever mutates.

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
        self.scale.encode(self.rest)
        for key in self.keys:
            _check_key(key, self.scale)
        for before, after in zip(self.keys, self.keys[1:], strict=False):
            if abs(after.frame - before.frame) < CLOSEST_KEYS:
                raise CurveError(f"two keys at frame {after.frame:g}; keep one of them")
            if after.frame < before.frame:
                raise CurveError(
                    f"the key at frame {after.frame:g} comes after the one at {before.frame:g}; "
                    "put the keys in the order of their frames"
                )

    # ---- reading

    @property
    def is_animated(self) -> bool:
        """Whether any frame can differ from another."""
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
        key_frames, key_values, segments, free = self._table
        last = np.searchsorted(key_frames, frames, side="right") - 1
        values = key_values[np.maximum(last, 0)]
        between = np.flatnonzero((last >= 0) & (last < len(self.keys) - 1) & (key_frames[last] != frames))
        first = last[between]
        position = (frames[between] - key_frames[first]) / (key_frames[first + 1] - key_frames[first])
        decode = self.scale.decode
        decoded = np.array([decode(level) for level in levels_at(segments[first], position).tolist()])
        # What rounding could still push a hair past a key, unless a free handle asked to pass it.
        ends = np.sort(np.stack([key_values[first], key_values[first + 1]]), axis=0)
        values[between] = np.where(free[first], decoded, np.clip(decoded, *ends))
        return values

    def handles(self, frame: float) -> tuple[Handle, Handle]:
        """(left, right) handles of a key as they act: auto ones worked out, free ones kept inside their segment.

        Where no Bézier segment lies on a side, its handle has no length.
        """
        ...

    def changed_frames(self, other: Curve, start: int, stop: int) -> range | None:
        """The span of whole frames in start ≤ frame < stop where two curves differ; None where they are the same."""
        differing = np.flatnonzero(self.values(start, stop) != other.values(start, stop))
        return range(start + int(differing[0]), start + int(differing[-1]) + 1) if len(differing) else None
