"""The defocus map as an editor reads it: the picture in grey, one hue in front of focus, another behind, clear within.

Okabe and Ito's vermilion and blue stay apart for every kind of colour vision.
"""

from __future__ import annotations

import numpy as np

from ..core.frames import Image

IN_FRONT = np.array([213, 94, 0], np.float32) / 255
BEHIND = np.array([0, 114, 178], np.float32) / 255
IN_FOCUS_RADIUS = 0.5
"""px: a circle of confusion up to one pixel across is sharp."""
STRONGEST = 0.85


def defocus_overlay(frame: Image, s: Image, full_radius: float) -> Image:
    """(H, W, 3) from a frame and its defocus map S (H, W).

    Args:
        full_radius: px of blur radius at which the hue is strongest.
    """
    grey = (frame @ np.array([0.2126, 0.7152, 0.0722], np.float32))[..., None]
    span = max(full_radius - IN_FOCUS_RADIUS, 1e-6)
    strength = np.clip((np.abs(s) - IN_FOCUS_RADIUS) / span, 0, 1)[..., None]
    hue = np.where(s[..., None] > 0, IN_FRONT, BEHIND)
    mix = STRONGEST * np.sqrt(strength)
    overlaid: Image = (grey * (1 - mix) + hue * mix * (0.35 + 0.65 * grey)).astype(np.float32)
    # Within focus the picture keeps its own colours, so that the focal plane stands out.
    return np.where(strength > 0, overlaid, frame)
