"""The blur radius of the defocus map's fullest colour: one for the whole clip, so that playing never rescales it."""

from __future__ import annotations

import math

import numpy as np

from ...core.errors import OpticsError
from ...core.optics import Lens, defocus_of
from ...plugin.state import EffectState

SAMPLES = 48
"""Frames looked at."""

STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
LEAST = 2.0


def full_radius(state: EffectState, frames: range, width: int) -> float:
    """A round number of px, at least as large as any blur radius in the clip.

    Args:
        frames: those that the clip shows.
        width: of the picture, px.
    """
    sampled = np.linspace(frames[0], frames[-1], min(SAMPLES, len(frames))).round()
    focus, aperture = (curve.values_at(sampled) for curve in (state.focus_distance, state.aperture))
    radii = [_radius(float(n), float(z), state.lens, width) for n, z in zip(aperture, focus, strict=True)]
    return rounded_up(max(*radii, LEAST))


def _radius(aperture: float, focus: float, lens: Lens, width: int) -> float:
    try:
        return defocus_of(aperture, focus, lens, width).max_radius
    except OpticsError:  # nearer than the lens can focus: whoever renders the frame says so
        return 0.0


def rounded_up(value: float) -> float:
    """The next number of 1, 1.5, 2, 3, 5, 7, 10 and so on."""
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in STEPS if step * decade >= value * (1 - 1e-9))
