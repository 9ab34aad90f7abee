"""Click to focus: from a place in the picture to the focus distance that makes it sharp."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ...core.frames import Image
from ...core.optics import distance_at
from ...plugin.curve import Curve
from ...plugin.state import EffectState

REACH = 0.006
"""Half the side of the rectangle that a click looks at, in picture widths."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Columns and rows of a picture, ends excluded."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, image: Image) -> Image:
        return image[self.top : self.bottom, self.left : self.right]


def rectangle_around(pixel: tuple[int, int], shape: tuple[int, ...]) -> Rectangle:
    """What a click at (column, row) looks at, within a picture of shape (H, W)."""
    height, width = shape[:2]
    reach = max(1, round(REACH * width))
    column, row = min(max(pixel[0], 0), width - 1), min(max(pixel[1], 0), height - 1)
    return Rectangle(
        max(0, column - reach), max(0, row - reach), min(width, column + reach + 1), min(height, row + reach + 1)
    )


def picked_disparity(disparity: Image, rectangle: Rectangle) -> float:
    """The median in the rectangle: one of its values, so that at an edge it never lies between the two sides."""
    values = rectangle.cut(disparity).ravel()
    return float(np.partition(values, values.size // 2)[values.size // 2])


def focused_on(state: EffectState, frame: int, disparity: float, *, keyed: bool) -> EffectState:
    """The effect with a disparity sharp at a frame.

    Args:
        keyed: set a key there; else a parameter that is not animated is set for the whole clip.
    """
    distance = distance_at(disparity, state.lens)
    curve = state.focus_distance
    changed = curve.insert(frame, distance) if keyed else with_value(curve, frame, distance)
    return replace(state, focus_distance=changed)


def with_value(curve: Curve, frame: int, value: float) -> Curve:
    """A parameter set by hand: at a key where it is animated, else for the whole clip."""
    if curve.is_animated:
        return curve.insert(frame, value)
    return replace(curve, rest=value, keys=tuple(replace(key, value=value) for key in curve.keys))


def in_words(distance: float) -> str:
    """A focus distance as a lens's ring reads."""
    if math.isinf(distance):
        return "∞"
    return f"{distance:.2f} m" if distance < 10 else f"{distance:.1f} m" if distance < 100 else f"{distance:.0f} m"
