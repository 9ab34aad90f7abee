"""The defocus map as an editor reads it: the picture in grey, one hue in front of focus, another behind, clear within.

Colour lies on the picture's lightness along one straight line through OKLab, from blue by grey to orange, so that
equal steps of blur radius look equally different. These two hues stay apart for every kind of colour vision.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..core.frames import Image

Bytes = NDArray[np.uint8]
"""A picture for the screen, (H, W, 3)."""

SHARP_CIRCLE = 0.03
"""mm on the 36 mm sensor: the circle of confusion that depth-of-field tables call sharp."""

FRONT_HUE, BEHIND_HUE = 55.0, 252.0
"""Degrees in OKLab."""

FIRST_STEP = 0.25
"""Of the full colour, where sharpness ends: the edge of what is in focus shows."""

STEPS = 128
"""Of blur radius, from the edge of focus to the full colour."""

GREYS = 64

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def in_focus_radius(width: int) -> float:
    """The blur radius, px, up to which a picture `width` pixels wide is sharp."""
    return SHARP_CIRCLE / 2 * width / 36


def defocus_overlay(frame: Image, s: Image, full_radius: float) -> Bytes:
    """(H, W, 3) from a frame and its defocus map S (H, W). Where it is sharp the frame keeps its own colours.

    Args:
        full_radius: px of blur radius at which the colour is fullest.
    """
    sharp = in_focus_radius(frame.shape[1])
    radius = np.abs(s)
    step = (radius - np.float32(sharp)) * np.float32((STEPS - 1) / max(full_radius - sharp, 1e-6))
    column = np.clip(step, 0, STEPS - 1, out=step).astype(np.int32)
    column += STEPS * (s > 0)
    row = ((frame @ _LUMA).clip(0, 1) * np.float32(GREYS - 1) + np.float32(0.5)).astype(np.int32)
    row *= 2 * STEPS
    overlaid: Bytes = _table().take(row + column, axis=0)
    clear = radius <= sharp
    overlaid[clear] = for_screen(frame[clear])
    return overlaid


def legend_colours(count: int) -> Bytes:
    """(2, count, 3): behind and in front of focus, from its edge to full colour, as they lie on a middle grey."""
    table = _table().reshape(GREYS, 2, STEPS, 3)[GREYS // 2]
    colours: Bytes = table[:, np.linspace(0, STEPS - 1, count).round().astype(int)]
    return colours


def for_screen(image: Image) -> Bytes:
    """Display-coded values in [0, 1] as bytes, of any shape."""
    screen: Bytes = (np.clip(image, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return screen


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Display-coded sRGB in [0, 1], (..., 3), in OKLab."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


@lru_cache(1)
def _table() -> Bytes:
    """(GREYS · 2 · STEPS, 3): greys by blur behind focus, then in front of it."""
    grey = np.linspace(0, 1, GREYS)
    lightness = 0.40 + 0.40 * oklab(np.repeat(grey[:, None], 3, axis=1))[:, 0]
    hues = np.deg2rad([BEHIND_HUE, FRONT_HUE])
    strength = np.linspace(FIRST_STEP, 1, STEPS)
    chroma = _largest_chroma(lightness, hues)[:, None, None] * strength
    level = np.broadcast_to(lightness[:, None, None], (GREYS, 2, STEPS))
    lab = np.stack([level, chroma * np.cos(hues)[:, None], chroma * np.sin(hues)[:, None]], axis=-1)
    return for_screen(_displayed(lab).astype(np.float32)).reshape(-1, 3)


def _largest_chroma(lightness: NDArray[np.float64], hues: NDArray[np.float64]) -> NDArray[np.float64]:
    """By lightness, the largest chroma that the screen has in every one of the hues."""
    chroma = np.linspace(0, 0.3, 301)
    shape = len(lightness), len(hues), len(chroma)
    a, b = chroma * np.cos(hues)[:, None], chroma * np.sin(hues)[:, None]
    lab = np.stack([np.broadcast_to(axis, shape) for axis in (lightness[:, None, None], a, b)], axis=-1)
    rgb = _displayed(lab)
    outside = np.abs(rgb - 0.5).max(axis=(1, 3)) > 0.5 + 1e-6
    largest: NDArray[np.float64] = chroma[np.count_nonzero(~outside, axis=1) - 1]
    return largest


def _displayed(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """OKLab as display-coded sRGB; outside [0, 1] where the screen has no such colour."""
    linear = (lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    bright = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    rgb: NDArray[np.float64] = np.where(linear <= 0.0031308, linear * 12.92, bright)
    return rgb
