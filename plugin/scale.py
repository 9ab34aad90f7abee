"""The space that a parameter interpolates in, the way a lens's rings are cut."""

from __future__ import annotations

import math
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

    def encoded(self, value: float) -> float:
        """Metres to 1/m (inf to 0), f-number to stops above f/1, or the value itself.

        Raises:
            CurveError: the value is NaN, or none that a lens could have, such as focus 0 m or aperture f/0.
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
                return value

    def levels(self, values: Floats) -> Floats:
        """Many values that `encoded` takes, encoded at once."""
        match self:
            case Scale.DIOPTRES:
                return 1 / values
            case Scale.STOPS:
                return 2 * np.log2(values)
            case Scale.LINEAR:
                return values

    def decoded(self, level: float) -> float:
        """The value that `encoded` took; 0 dioptres or fewer are inf."""
        match self:
            case Scale.DIOPTRES:
                return 1 / level if level > 0 else math.inf
            case Scale.STOPS:
                return math.exp2(level / 2)
            case Scale.LINEAR:
                return level


_LIMITS = {Scale.LINEAR: (-1e9, 1e9), Scale.DIOPTRES: (0.0, 1000.0), Scale.STOPS: (-6.0, 20.0)}
