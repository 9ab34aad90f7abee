"""Outlines and tables of patches and strokes: the vocabulary that pictures and figures are drawn in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...frames import Image
from .painter import PATCH, STROKE, Table

ANGLES = np.linspace(0, 2 * np.pi, 128, endpoint=False)

Rng = np.random.Generator

Points = NDArray[np.float64]
"""x, y in px: (n, 2), or (2,) for one."""


def polygon_profile(corners: int) -> Image:
    """Radius over angle of a regular polygon whose corners lie on the unit circle."""
    part = np.mod(ANGLES, 2 * np.pi / corners) - np.pi / corners
    profile: Image = (np.cos(np.pi / corners) / np.cos(part)).astype(np.float32)
    return profile


def star_profile(corners: int, depth: float) -> Image:
    """Petals or points: 1 at the tips, 1 - depth between them."""
    profile: Image = (1 - depth * (0.5 - 0.5 * np.cos(corners * ANGLES))).astype(np.float32)
    return profile


def blob_profile(rng: Rng, roughness: float = 1.0, slope: float = 1.3) -> Image:
    """A random closed curve: Fourier terms that fall as frequency^-slope."""
    profile = np.ones_like(ANGLES)
    for k in range(1, 25):
        a, b = rng.standard_normal(2) * roughness * 0.18 / k**slope
        profile += a * np.cos(k * ANGLES) + b * np.sin(k * ANGLES)
    return np.clip(profile, 0.15, 1.8).astype(np.float32)


def box_profile(power: float = 30.0) -> Image:
    """A square of half side 1; a small power rounds its corners (2 is a circle)."""
    return ((np.abs(np.cos(ANGLES)) ** power + np.abs(np.sin(ANGLES)) ** power) ** (-1 / power)).astype(np.float32)


CIRCLE, SQUARE, ROUNDED, LEAF = range(4)


def profiles(rng: Rng) -> Image:
    """A bank of outlines (P, angles): the four named ones, then polygons, stars and blobs."""
    leaf = np.maximum(np.abs(np.cos(ANGLES)) ** 3, 0.36 / np.sqrt(0.36**2 + 0.64 * np.sin(ANGLES) ** 2 + 1e-9) * 0.9)
    bank = [np.ones_like(ANGLES), box_profile(), box_profile(5), np.minimum(leaf, 1)]
    bank += [polygon_profile(n) for n in (3, 5, 6)]
    bank += [star_profile(int(rng.integers(3, 9)), rng.uniform(0.2, 0.7)) for _ in range(3)]
    bank += [blob_profile(rng, rng.uniform(0.5, 2.0), rng.uniform(1.0, 2.0)) for _ in range(8)]
    return np.asarray(bank, np.float32)


def power_law(rng: Rng, count: int, smallest: float, largest: float) -> NDArray[np.float64]:
    """Radii whose density falls as r^-3, the sizes of things in pictures; the largest come first."""
    v = rng.random(count)
    radii = 1 / np.sqrt(v / smallest**2 + (1 - v) / largest**2)
    return np.sort(radii)[::-1]


def patches(count: int, **columns: object) -> Table:
    """A table of `count` patches: opaque hard-edged grey discs but for the columns given."""
    table = np.zeros(count, PATCH)
    defaults: dict[str, object] = {"radius": 1, "aspect": 1, "softness": 1, "opacity": 1, "stripe_period": 8}
    for name, value in {**defaults, **columns}.items():
        table[name] = value
    if "second" not in columns:
        table["second"] = table["colour"]
    return table


def strokes(path: Points, radii: float | NDArray[np.float64], colour: object, **columns: object) -> Table:
    """One polyline (n, 2) as n - 1 tapered strokes; radii are a number or one per point."""
    table = np.zeros(len(path) - 1, STROKE)
    r = np.broadcast_to(np.asarray(radii, np.float64), len(path))
    table["x0"], table["y0"], table["r0"] = path[:-1, 0], path[:-1, 1], r[:-1]
    table["x1"], table["y1"], table["r1"] = path[1:, 0], path[1:, 1], r[1:]
    table["colour"] = table["second"] = colour
    table["softness"] = table["opacity"] = 1
    for name, value in columns.items():
        table[name] = value
    return table


def strand(
    rng: Rng, start: Sequence[float] | Points, angle: float, length: float, bend: float = 0.5, pieces: int = 6
) -> Points:
    """A curved path (pieces + 1, 2) that leaves `start` at `angle` and turns by about `bend` radians."""
    turns = angle + np.cumsum(rng.normal(bend * rng.normal(), 0.3 * bend, pieces) / pieces)
    steps = np.stack([np.cos(turns), np.sin(turns)], axis=1) * length / pieces
    return np.concatenate([[start], np.asarray(start) + np.cumsum(steps, axis=0)])
