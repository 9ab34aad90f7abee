"""Three ways to shoot a scene (paper §5): what the lens does from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..optics import Defocus
from .scene import Scene

MODES = ("aperture-ramp", "focus-pull", "focus-sweep")
"""Aperture ramp with focus held on a target; focus moving at a held aperture; the full sweep between far and near."""

TYPICAL_RADIUS = 26.0
"""Px at a 256 px frame: most shots blur at most this much, which one pass of the network covers."""

LARGEST_RADIUS = 44.0
"""Px at a 256 px frame: some shots go up to this, for the iterations beyond."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A lens over time: one `Defocus` a frame, and which technique moves it."""

    mode: str
    lens: Sequence[Defocus]


def random_shot(rng: np.random.Generator, scene: Scene) -> Shot:
    """One of the three techniques, at random, sized to the scene's depth."""
    mode = MODES[int(rng.integers(len(MODES)))]
    frames = scene.targets.shape[1]
    ease = _ease(rng, frames)
    if mode == "aperture-ramp":
        focus = _target(rng, scene)
        wide, closed = 1.0, rng.uniform(0, 0.5) * (rng.random() < 0.8)
        opening = closed + (wide - closed) * ease
    elif mode == "focus-pull":
        focus = _target(rng, scene) * (1 - ease) + _target(rng, scene) * ease
        opening = np.ones(frames)
    else:
        far, near = scene.span
        focus = far + (near - far) * np.linspace(0, 1, frames)
        opening = np.ones(frames)
        if rng.random() < 0.5:
            focus = focus[::-1]
    if mode == "aperture-ramp" and rng.random() < 0.5:
        opening = opening[::-1]
    far, near = scene.span
    unit = min(scene.height, scene.width) / 256
    radius = rng.uniform(2, TYPICAL_RADIUS) if rng.random() < 0.85 else rng.uniform(TYPICAL_RADIUS, LARGEST_RADIUS)
    blur = radius * unit / np.max(opening * np.maximum(np.abs(near - focus), np.abs(far - focus)))
    return Shot(mode, [Defocus(float(blur * o), float(f)) for o, f in zip(opening, focus, strict=True)])


def _target(rng: np.random.Generator, scene: Scene) -> NDArray[np.float64]:
    """Disparity (T,) of a layer the camera keeps in focus, objects more often than the background."""
    objects = len(scene.targets) - 1
    target: NDArray[np.float64] = scene.targets[int(rng.integers(objects)) if rng.random() < 0.8 else objects]
    return target


def _ease(rng: np.random.Generator, frames: int) -> NDArray[np.float64]:
    """From 0 to 1 over a random part of the shot, gently at both ends."""
    first = rng.uniform(0, 0.3) * (frames - 1)
    last = rng.uniform(0.7, 1.0) * (frames - 1)
    t = np.clip((np.arange(frames) - first) / max(last - first, 1e-6), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
