"""How much of the picture lies at which disparity, with the focal plane and what is sharp around it, to drag."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from ...core.errors import OpticsError
from ...core.frames import Image
from ...core.optics import PINHOLE, Defocus, Lens, defocus_of, distance_at, lens_settings_of, sharpness_limits
from ...plugin.params import PARAMETERS
from ...plugin.state import EffectState
from ..defocus_overlay import in_focus_radius
from .focus_pick import with_value

BINS = 192
GRIP = 5.0
"""Pixels from a line at which it can be taken hold of."""


class Part(Enum):
    """What can be dragged."""

    PLANE = auto()
    FAR_EDGE = auto()
    NEAR_EDGE = auto()


def heights(disparity: Image) -> NDArray[np.float64]:
    """(BINS,) in [0, 1], from far to near; by their square root, so that small things show beside large ones."""
    counts = np.histogram(disparity, bins=BINS, range=(0.0, 1.0))[0]
    tall: NDArray[np.float64] = np.sqrt(counts / max(1, counts.max()))
    return tall


@dataclass(frozen=True)
class FocusRange:
    """The focal plane, and the disparities (far, near) between which a picture `width` pixels wide is sharp."""

    defocus: Defocus
    width: int

    @property
    def plane(self) -> float:
        return self.defocus.focus_disparity

    @property
    def limits(self) -> tuple[float, float]:
        return sharpness_limits(self.defocus, in_focus_radius(self.width))

    def part_at(self, x: float, extent: float) -> Part | None:
        """What can be taken hold of at a place, both in pixels, in a histogram that spans `extent` of them."""
        far, near = self.limits
        lines = ((Part.PLANE, self.plane), (Part.FAR_EDGE, far), (Part.NEAR_EDGE, near))
        distances = [(abs(x - disparity * extent), order, part) for order, (part, disparity) in enumerate(lines)]
        distance, _, part = min(distances)
        return part if distance <= GRIP else None


def dragged(state: EffectState, frame: int, part: Part, disparity: float, width: int) -> EffectState:
    """The effect with a part of the range at another disparity: the plane moves the focus, an edge the aperture."""
    if part is Part.PLANE:
        distance = distance_at(min(max(disparity, 0.0), 1.0), state.lens)
        return replace(state, focus_distance=with_value(state.focus_distance, frame, distance))
    focus = state.focus_distance.value(frame)
    aperture = _aperture_reaching(disparity, focus, state.lens, width)
    return replace(state, aperture=with_value(state.aperture, frame, aperture))


def _aperture_reaching(disparity: float, focus: float, lens: Lens, width: int) -> float:
    """The f-number at which sharpness ends at a disparity, within what the parameter takes."""
    least, most = PARAMETERS["aperture"].minimum, PINHOLE
    plane = defocus_of(least, focus, lens, width).focus_disparity
    reach = max(abs(disparity - plane), 1e-9)
    try:
        aperture, _ = lens_settings_of(Defocus(in_focus_radius(width) / reach, plane), lens, width)
    except OpticsError:
        return most
    return min(max(aperture, least), most)
