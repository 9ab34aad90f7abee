"""From whatever a source's numbers mean to disparity between 0 and 1: one scale for the whole clip, by percentiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import DisparityError, DisparityNotFinite
from ..frames import Image, finite_disparity
from .source import Quantity

PERCENTILES = (0.1, 99.9)
"""What becomes 0 and 1: a handful of stray pixels must not squeeze the rest."""

GOLDEN = 0.6180339887498949
"""Whose multiples fall evenly between 0 and 1, however many there are."""

_SAMPLES = 1 << 22
_SAMPLES_OF_A_FRAME = 256


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Nearness (see `nearness`) `low` becomes disparity 0 and `high` 1."""

    quantity: Quantity
    low: float
    high: float

    def apply(self, raw: Image) -> Image:
        """Disparity of a raw map, not clipped: what lies beyond the percentiles runs past 0 and 1."""
        disparity = nearness(raw, self.quantity)
        disparity -= np.float32(self.low)
        disparity *= np.float32(1 / (self.high - self.low))
        return disparity

    @property
    def near(self) -> float | None:
        """Metres at disparity 1, where the source knows."""
        return 1 / self.high if self.quantity is Quantity.METRIC else None

    @property
    def far(self) -> float | None:
        """Metres at disparity 0, perhaps inf, where the source knows."""
        if self.quantity is not Quantity.METRIC:
            return None
        return 1 / self.low if self.low > 0 else math.inf


def nearness(raw: Image, quantity: Quantity) -> Image:
    """A raw map as something linear in inverse distance, bigger nearer; a new array.

    Distances of 0 and below, which renderers leave where nothing is, count as infinitely far.
    """
    if quantity is Quantity.DISPARITY:
        return raw.astype(np.float32)
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(raw > 0, 1 / raw, np.float32(0)).astype(np.float32)


def normalisation(maps: Sequence[Image], quantity: Quantity, name: str) -> Normalisation:
    """The one scale of a clip, from pixels all over it.

    Raises:
        DisparityNotFinite: NaN anywhere, or infinite disparity; infinite distance is fine.
        DisparityError: the maps are the same everywhere.
    """
    share = max(_SAMPLES_OF_A_FRAME, _SAMPLES // len(maps))
    found = []
    for index, raw in enumerate(maps):
        if quantity is Quantity.DISPARITY:
            finite_disparity(raw, name, index)
        elif np.isnan(raw).any():
            raise DisparityNotFinite(f"{name}: frame {index} has NaN distances; repair it (fill the holes)")
        values = nearness(raw, quantity).reshape(-1)
        # Never down a column, and in every frame from elsewhere. A view would keep the whole map.
        step = max(1, values.size // share)
        while math.gcd(step, raw.shape[-1]) > 1:
            step += 1
        found.append(values[int(index * GOLDEN % 1 * step) :: step].copy())
    low, high = (float(value) for value in np.percentile(np.concatenate(found), PERCENTILES))
    if not (math.isfinite(high) and high - low > 1e-6 * max(abs(low), abs(high))):
        raise DisparityError(f"{name}: its maps are the same everywhere, so there is no depth in them; use another")
    return Normalisation(quantity, low, high)
