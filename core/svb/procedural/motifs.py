"""What any canvas may carry: print, leaves, blades of grass, a single patch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...frames import Image
from .noise import fractal_noise, palette
from .painter import paint_patches, paint_strokes
from .shapes import CIRCLE, LEAF, Points, Rng, patches, profiles, strand, strokes


def grain(rng: Rng) -> Image:
    """A noise field for patches to look their grain up in: even, or drawn out as fibres are."""
    return fractal_noise(rng, 256, 256, rng.uniform(0.6, 1.4), rng.choice([1.0, 1.0, 6.0]))


def opaque(rgb: Image) -> Image:
    """A canvas (H, W, 4) that a picture (H, W, 3) already covers."""
    return np.concatenate([rgb, np.ones_like(rgb[..., :1])], axis=-1).astype(np.float32)


def patch(
    rng: Rng, canvas: Image, outline: Image, at: Sequence[float] | Points, radius: float, **columns: object
) -> None:
    """One patch of the given outline (angles,) at x, y, with the given columns of PATCH."""
    field = fractal_noise(rng, 128, 128, rng.uniform(0.6, 1.4), rng.choice([1.0, 6.0]))
    paint_patches(canvas, patches(1, x=at[0], y=at[1], radius=radius, **columns), outline[None], field)


def lettering(rng: Rng, canvas: Image, box: tuple[float, float, float, float]) -> None:
    """Lines of made-up print within (left, top, right, bottom): strokes between the points of a 3 x 3 lattice."""
    left, top, right, bottom = box
    size = rng.uniform(4, 16) if rng.random() < 0.8 else rng.uniform(16, 40)
    colour = palette(rng, 1, ("ink", "paper", "vivid"))[0]
    alphabet = [rng.choice(9, size=int(rng.integers(3, 6)), replace=False) for _ in range(10)]
    weight = size * rng.uniform(0.05, 0.12)
    for y in np.arange(top + size, bottom - size, size * 1.7):
        end = left + (right - left) * rng.uniform(0.5, 1)
        for x in np.arange(left + size * 0.3, end - size, size * 0.85):
            if rng.random() < 0.15:
                continue
            glyph = alphabet[int(rng.integers(10))]
            corners = np.stack([x + glyph % 3 * size * 0.3, y + glyph // 3 * size * 0.5 - size], axis=1)
            paint_strokes(canvas, strokes(corners, weight, colour))


def scatter_leaves(rng: Rng, canvas: Image, x: object, y: object, size: float, colours: Image) -> None:
    """One leaf at each point: mostly elongated, each lit a little differently."""
    count = len(np.atleast_1d(np.asarray(x)))
    table = patches(
        count,
        x=x,
        y=y,
        radius=size * np.exp(rng.normal(0, 0.35, count)),
        aspect=np.clip(rng.normal(rng.uniform(0.3, 0.8), 0.15, count), 0.12, 1),
        angle=rng.normal(rng.uniform(0, np.pi), rng.choice([0.4, 3.0]), count),
        profile=rng.choice([LEAF, CIRCLE, CIRCLE, 6, 9]),
        colour=colours[rng.integers(len(colours), size=count)] * rng.uniform(0.6, 1.1, (count, 1)),
        second=colours[rng.integers(len(colours), size=count)],
        shading=rng.normal(0, 0.5, count),
        grain=0.15,
    )
    paint_patches(canvas, table, profiles(rng), grain(rng))


def blades(rng: Rng, canvas: Image, colours: Image, count: int, length: float) -> None:
    """Grass, straw, fur: thin tapering strands that rise from anywhere below."""
    height, width = canvas.shape[:2]
    lean = rng.normal(0, 0.3)
    thickness = rng.uniform(0.4, 2.5)
    for _ in range(min(count, 500)):
        start = rng.uniform(0, width), height * rng.uniform(0.2, 1.1)
        path = strand(rng, start, -np.pi / 2 + rng.normal(lean, 0.25), length * rng.uniform(0.4, 1.2), 0.7, 4)
        colour = colours[int(rng.integers(len(colours)))]
        paint_strokes(canvas, strokes(path, thickness * np.linspace(1, 0.15, 5), colour, second=colour * 1.2))
