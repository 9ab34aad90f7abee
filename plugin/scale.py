"""The space that a parameter interpolates in, the way a lens's rings are cut."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

import numpy as np

from ..core.errors import CurveError
from .spline import Floats


class Scale(StrEnum):
    """`encoded` takes the editor's value into the scale and `decoded` brings it back.

    Focus distance runs in dioptres and aperture in stops: a pull looks even from end to end, and infinity is a place
    like any other.
    """

    LINEAR = "linear"
    DIOPTRES = "dioptres"
    STOPS = "stops"

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest encoded value: inf to 1 mm, f/0.125 to f/1024; wider than any lens."""
        return _LIMITS[self]

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value that it takes: those at its limits."""
        return _BOUNDS[self]

    def encoded(self, value: float) -> float:
        """Metres to 1/m (inf to 0), f-number to stops above f/1, or the value itself.

        Raises:
            CurveError: the value is NaN, or none that a lens could have, such as focus 0 m or aperture f/0.
        """
        least, greatest = self.bounds
        within = least <= value <= greatest
        match self:
            case Scale.DIOPTRES:
                if not within:
                    raise CurveError(f"focus distance {value:g} m is not possible; give metres such as 1.2, or inf")
                return 1 / value
            case Scale.STOPS:
                if not within:
                    raise CurveError(f"aperture f/{value:g} is not possible; give an f-number such as 2.8")
                return 2 * math.log2(value)
            case Scale.LINEAR:
                if not within:
                    raise CurveError(
                        f"value {value:g} is out of range; give a number between {least:g} and {greatest:g}"
                    )
                return value

    def decoded(self, level: float) -> float:
        """The value that `encoded` took; 0 dioptres or fewer are inf."""
        match self:
            case Scale.DIOPTRES:
                return 1 / level if level > 0 else math.inf
            case Scale.STOPS:
                return math.exp2(level / 2)
            case Scale.LINEAR:
                return level

    # Many at once, bit for bit what one at a time gives; numpy's own powers and logarithms differ in the last bit.

    def levels(self, values: Floats) -> Floats:
        """Values that `encoded` takes, encoded. Shape (n,) to (n,)."""
        match self:
            case Scale.DIOPTRES:
                return 1 / values
            case Scale.STOPS:
                return 2 * _each(math.log2, values)
            case Scale.LINEAR:
                return values

    def values(self, levels: Floats) -> Floats:
        """Levels decoded. Shape (n,) to (n,)."""
        match self:
            case Scale.DIOPTRES:
                values = np.full(len(levels), math.inf)
                with np.errstate(over="ignore"):
                    np.divide(1, levels, out=values, where=levels > 0)
                return values
            case Scale.STOPS:
                return _each(math.exp2, levels / 2)
            case Scale.LINEAR:
                return levels


def _each(function: Callable[[float], float], numbers: Floats) -> Floats:
    return np.fromiter(map(function, numbers.tolist()), dtype=np.float64, count=len(numbers))


_LIMITS = {Scale.LINEAR: (-1e9, 1e9), Scale.DIOPTRES: (0.0, 1000.0), Scale.STOPS: (-6.0, 20.0)}
_BOUNDS = {Scale.LINEAR: (-1e9, 1e9), Scale.DIOPTRES: (1 / 1000, math.inf), Scale.STOPS: (2.0**-3, 2.0**10)}
