"""Plants, trees and clouds of leaves."""

from __future__ import annotations

import numpy as np

from ...frames import Image
from .motifs import patch, scatter_leaves
from .noise import palette
from .painter import blank, paint_strokes
from .shapes import Points, Rng, star_profile, strand, strokes


def plant(rng: Rng, size: int) -> Image:
    """Stems with leaves or flowers, from a pot or from below."""
    canvas = blank(size, size)
    green = palette(rng, 5, ("foliage", "foliage", "autumn"))
    root = np.array([size * rng.uniform(0.4, 0.6), size * rng.uniform(0.75, 0.97)])
    leaf = size * rng.uniform(0.015, 0.07)
    for _ in range(int(rng.integers(3, 14))):
        path = strand(rng, root, -np.pi / 2 + rng.normal(0, 0.5), size * rng.uniform(0.35, 0.75), 0.8, 10)
        paint_strokes(canvas, strokes(path, np.linspace(1.2, 0.4, 11) * size * 0.006, green[0] * 0.7))
        at = path[rng.integers(2, 11, int(rng.integers(3, 25)))] + rng.normal(0, leaf, 2)
        at = at + rng.normal(0, leaf * 0.8, at.shape)
        scatter_leaves(rng, canvas, at[:, 0], at[:, 1], leaf, green)
        if rng.random() < 0.3:
            bloom = star_profile(int(rng.integers(4, 9)), rng.uniform(0.3, 0.6))
            petal, heart = palette(rng, 2, ("vivid", "pastel"))
            patch(rng, canvas, bloom, path[-1], leaf * rng.uniform(1, 2), colour=petal, second=heart, shading=0.3)
            patch(rng, canvas, bloom, path[-1], leaf * 0.4, colour=heart)
    if rng.random() < 0.5:
        pot = palette(rng, 2)
        depth = (size - root[1]) * 0.9
        paint_strokes(
            canvas,
            strokes(np.array([root, (root[0], root[1] + depth)]), np.array([0.12, 0.08]) * size, pot[0], second=pot[1]),
        )
    return canvas


def tree(rng: Rng, size: int) -> Image:
    """Branches that fork down to twigs, bare or in leaf."""
    canvas = blank(size, size)
    bark = palette(rng, 1, ("wood", "earth", "ink", "concrete"))[0]
    tips: list[Points] = []
    start = np.array([size * rng.uniform(0.35, 0.65), size * 0.97])
    fork = rng.uniform(0.3, 0.8)

    def grow(at: Points, angle: float, length: float, radius: float) -> None:
        path = strand(rng, at, angle, length, 0.5, 4)
        paint_strokes(canvas, strokes(path, np.linspace(1, 0.75, 5) * radius, bark, roundness=0.4))
        tips.extend(path[2:])
        if length < size * 0.05:
            return
        for side in rng.choice([-1, 0, 1], size=int(rng.integers(2, 4)), replace=False):
            grow(path[-1], angle + side * fork + rng.normal(0, 0.25), length * rng.uniform(0.55, 0.8), radius * 0.62)

    grow(start, -np.pi / 2 + rng.normal(0, 0.2), size * rng.uniform(0.2, 0.3), size * rng.uniform(0.01, 0.04))
    if rng.random() < 0.65:
        at = np.asarray(tips)[rng.integers(len(tips), size=int(rng.integers(50, 900)))]
        at = at + rng.normal(0, size * 0.025, at.shape)
        scatter_leaves(rng, canvas, at[:, 0], at[:, 1], size * rng.uniform(0.008, 0.03), palette(rng, 6, ("foliage",)))
    return canvas


def canopy(rng: Rng, size: int) -> Image:
    """A cloud of leaves, pebbles or flowers without a stem."""
    canvas = blank(size, size)
    themes = ("foliage",) if rng.random() < 0.6 else ("autumn", "vivid", "earth", "pastel")
    for _ in range(int(rng.integers(1, 6))):
        centre = rng.normal(0.5, 0.12, 2) * size
        count = int(rng.integers(20, 400))
        at = centre + rng.normal(0, rng.uniform(0.05, 0.13), (count, 2)) * size
        scatter_leaves(rng, canvas, at[:, 0], at[:, 1], size * rng.uniform(0.01, 0.05), palette(rng, 6, themes))
    return canvas
