"""Procedural opaque pictures: backgrounds, and the stuff that objects are cut from.

Each recipe fills a display-coded picture (H, W, 3). None imitates one scene; together they cover what the eye of a
network needs to have met: edges at every scale, 1/f texture, smooth gradients, fine print and grids, foliage,
specular dots, night lights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...frames import Image
from .light import finish
from .motifs import blades, grain, lettering, opaque, scatter_leaves
from .noise import fractal_noise, palette
from .painter import paint_patches, paint_strokes
from .shapes import CIRCLE, ROUNDED, SQUARE, Rng, patches, power_law, profiles, strand, strokes

Recipe = Callable[[Rng, int, int], Image]


def picture(rng: Rng, height: int, width: int) -> Image:
    """One random picture (H, W, 3) in [0, 1]."""
    recipes = list(WEIGHTS)
    chosen = recipes[int(rng.choice(len(recipes), p=np.fromiter(WEIGHTS.values(), float)))]
    return finish(rng, chosen(rng, height, width))


def dead_leaves(rng: Rng, height: int, width: int) -> Image:
    """Opaque things of every size, one upon the other: the simplest model with natural statistics."""
    colours = palette(rng, int(rng.integers(4, 14)))
    smallest, largest = rng.uniform(2, 8), rng.uniform(0.15, 0.5) * min(height, width)
    count = int(min(6000, 4 * height * width / (np.pi * smallest**2 * (1 + 2 * np.log(max(1, largest / smallest))))))
    radii = power_law(rng, count, smallest, largest)
    order = rng.permutation(count) if rng.random() < 0.6 else np.arange(count)
    bank = profiles(rng)
    kinds = rng.choice(len(bank), size=int(rng.integers(1, 6)))
    table = patches(
        count,
        x=rng.uniform(0, width, count),
        y=rng.uniform(0, height, count),
        radius=radii[order],
        aspect=np.exp(rng.normal(0, rng.uniform(0, 0.7), count)),
        angle=rng.uniform(0, 2 * np.pi, count) if rng.random() < 0.7 else rng.choice([0, np.pi / 2], count),
        profile=rng.choice(kinds, count),
        colour=colours[rng.integers(len(colours), size=count)] + rng.normal(0, 0.04, (count, 3)),
        second=colours[rng.integers(len(colours), size=count)],
        shading=rng.normal(0, 0.3, count) * (rng.random(count) < 0.6),
        grain=rng.uniform(0, 0.4, count) * (rng.random(count) < 0.6),
        grain_x=rng.integers(0, 256, count),
        grain_y=rng.integers(0, 256, count),
        stripes=0.5 * (rng.random(count) < 0.12),
        stripe_period=rng.uniform(3, 24, count),
        softness=np.where(rng.random(count) < 0.9, 1, rng.uniform(1, 6, count)),
    )
    canvas = opaque(np.broadcast_to(colours[0], (height, width, 3)))
    paint_patches(canvas, table, bank, grain(rng))
    return canvas[..., :3]


def texture(rng: Rng, height: int, width: int) -> Image:
    """Noise that runs through a palette: stone, cloth, bark, water, clouds, plaster."""
    colours = palette(rng, int(rng.integers(2, 6)))
    colours = colours[np.argsort(colours.sum(axis=1))]
    field = fractal_noise(rng, height, width, rng.uniform(0.7, 1.8), rng.choice([1.0, 1.0, 4.0, 10.0]))
    if rng.random() < 0.3:
        field = np.abs(field) * rng.choice([-1, 1])
    if rng.random() < 0.2:
        field = np.sin(field * rng.uniform(2, 6))
    place = np.clip((field + 2) / 4, 0, 1) * (len(colours) - 1)
    ramp = np.arange(len(colours))
    return np.stack([np.interp(place, ramp, colours[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def smooth(rng: Rng, height: int, width: int) -> Image:
    """A wall, a backdrop, skin: wide gradients, a little texture and hardly any edges."""
    first, second, third = palette(rng, 3)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    ramp = np.clip(0.5 + (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn), 0, 1)[..., None]
    rgb = first * (1 - ramp) + second * ramp
    glow = np.exp(-((x - rng.random()) ** 2 + (y - rng.random()) ** 2) / rng.uniform(0.02, 0.5))[..., None]
    rgb = rgb + (third - rgb) * glow * rng.uniform(0, 0.8)
    grain = fractal_noise(rng, height, width, rng.uniform(0.5, 1.5))[..., None]
    mottled: Image = rgb * (1 + rng.uniform(0, 0.08) * grain)
    return mottled


def grid(rng: Rng, height: int, width: int) -> Image:
    """Tiles, bricks, windows, shelves: a jittered lattice of boxes over a ground."""
    colours = palette(rng, int(rng.integers(2, 6)))
    cell = rng.uniform(8, 70)
    ratio = rng.choice([1.0, rng.uniform(0.3, 3)])
    rows, columns = int(height / (cell * ratio)) + 2, int(width / cell) + 2
    row, column = (a.ravel() for a in np.mgrid[:rows, :columns])
    count = rows * columns
    shift = 0.5 * (row % 2) if rng.random() < 0.4 else 0
    spread = rng.choice([0.0, 0.02, 0.15])
    gap = rng.uniform(0.02, 0.35)
    turn = rng.choice([0.0, rng.uniform(-0.4, 0.4)])
    x = (column + shift - columns / 2) * cell + rng.normal(0, spread * cell, count)
    y = (row - rows / 2) * cell * ratio + rng.normal(0, spread * cell, count)
    table = patches(
        count,
        x=width / 2 + 1.2 * (x * np.cos(turn) - y * np.sin(turn)),
        y=height / 2 + 1.2 * (x * np.sin(turn) + y * np.cos(turn)),
        radius=cell * 0.6 * (1 - gap),
        aspect=ratio,
        angle=turn,
        profile=rng.choice([SQUARE, SQUARE, ROUNDED, CIRCLE]),
        colour=colours[rng.integers(1, len(colours), count)] * rng.uniform(0.8, 1.1, (count, 1)),
        second=colours[rng.integers(len(colours), size=count)],
        shading=rng.normal(0, 0.2) + rng.normal(0, 0.1, count),
        grain=rng.uniform(0, 0.25),
        grain_x=rng.integers(0, 256, count),
        grain_y=rng.integers(0, 256, count),
    )
    canvas = opaque(texture(rng, height, width) * 0.3 + 0.7 * colours[0])
    paint_patches(canvas, table, profiles(rng), grain(rng))
    return canvas[..., :3]


def interior(rng: Rng, height: int, width: int) -> Image:
    """A room or a street front: large upright boxes, frames in frames, cables, a few round things, print."""
    canvas = opaque(smooth(rng, height, width))
    bank = profiles(rng)
    for _ in range(int(rng.integers(4, 14))):
        colours = palette(rng, 4)
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        size = rng.uniform(0.05, 0.3) * min(height, width)
        aspect = float(np.exp(rng.normal(0, 0.7)))
        shrink = np.cumprod([1.0, *rng.uniform(0.6, 0.93, int(rng.integers(0, 4)))])
        table = patches(
            len(shrink),
            x=x,
            y=y,
            radius=size * shrink,
            aspect=aspect,
            angle=rng.normal(0, 0.03),
            profile=rng.choice([SQUARE, SQUARE, SQUARE, ROUNDED, CIRCLE]),
            colour=colours[: len(shrink)],
            second=colours[::-1][: len(shrink)],
            shading=rng.normal(0, 0.25),
            grain=rng.uniform(0, 0.15),
            stripes=rng.choice([0, 0, 0, 0.4]),
            stripe_period=rng.uniform(3, 20),
        )
        paint_patches(canvas, table, bank, grain(rng))
        if rng.random() < 0.25:
            lettering(rng, canvas, (x - size, y - size * aspect, x + size, y + size * aspect))
    for _ in range(int(rng.integers(0, 5))):
        path = strand(rng, (rng.uniform(0, width), rng.uniform(0, height)), rng.uniform(0, 6.3), width, 1.0, 12)
        paint_strokes(canvas, strokes(path, rng.uniform(0.4, 3), palette(rng, 1)[0], roundness=0.5))
    return canvas[..., :3]


def poster(rng: Rng, height: int, width: int) -> Image:
    """Print: flat shapes, stripes and lines of text, as on boxes, signs and shirts."""
    colours = palette(rng, 4, ("vivid", "paper", "ink", "pastel"))
    canvas = opaque(np.broadcast_to(colours[0], (height, width, 3)))
    count = int(rng.integers(2, 9))
    table = patches(
        count,
        x=rng.uniform(0, width, count),
        y=rng.uniform(0, height, count),
        radius=rng.uniform(0.05, 0.35, count) * min(height, width),
        aspect=np.exp(rng.normal(0, 0.5, count)),
        angle=rng.choice([0, np.pi / 4, np.pi / 2], count),
        profile=rng.integers(0, 12, count),
        colour=colours[rng.integers(1, 4, count)],
        second=colours[rng.integers(0, 4, count)],
        stripes=0.5 * (rng.random(count) < 0.3),
        stripe_period=rng.uniform(4, 20, count),
    )
    paint_patches(canvas, table, profiles(rng), grain(rng))
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.uniform(0, 0.6) * width, rng.uniform(0, 0.8) * height
        lettering(rng, canvas, (x, y, x + 0.6 * width, y + rng.uniform(0.15, 0.5) * height))
    return canvas[..., :3]


def foliage(rng: Rng, height: int, width: int) -> Image:
    """Leaves, grass, twigs and gaps of sky between them."""
    themes = ("foliage",) if rng.random() < 0.7 else ("autumn", "foliage", "earth")
    canvas = opaque(texture(rng, height, width) * 0.4)
    for _ in range(int(rng.integers(2, 5))):
        colours = palette(rng, 8, themes) * rng.uniform(0.5, 1.2)
        if rng.random() < 0.35:
            blades(rng, canvas, colours, int(width * rng.uniform(0.5, 2)), rng.uniform(0.1, 0.4) * height)
            continue
        size = rng.uniform(2, 14)
        count = int(min(5000, rng.uniform(0.3, 1.0) * height * width / (2.5 * size**2)))
        density = fractal_noise(rng, height, width, 1.5)
        x, y = rng.uniform(0, width, 2 * count), rng.uniform(0, height, 2 * count)
        kept = density[y.astype(int), x.astype(int)] > rng.uniform(-1, 0.5)
        scatter_leaves(rng, canvas, x[kept][:count], y[kept][:count], size, colours)
    return canvas[..., :3]


def landscape(rng: Rng, height: int, width: int) -> Image:
    """Sky, clouds, ridges that fade with distance, and a ground."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    high, low = palette(rng, 2, ("sky", "sky", "pastel", "night"))
    rgb = np.broadcast_to(high * (1 - y) + low * y, (height, width, 3)).astype(np.float32)
    cloud = np.clip(fractal_noise(rng, height, width, 1.6) - rng.uniform(-0.3, 1.2), 0, 1)[..., None]
    rgb = rgb + (np.float32(rng.uniform(0.7, 1)) - rgb) * cloud * rng.uniform(0, 0.9)
    rows = np.arange(height)[:, None]
    horizon = rng.uniform(0.2, 0.6)
    for step in range(int(rng.integers(1, 5))):
        crest = fractal_noise(rng, 2, width, rng.uniform(1.0, 1.8))[0]
        level = height * (horizon + 0.12 * step) + crest * height * rng.uniform(0.01, 0.08)
        cover = np.clip(rows - level[None, :] + 0.5, 0, 1)[..., None]
        ground = texture(rng, height, width) if rng.random() < 0.7 else foliage(rng, height, width)
        haze = rng.uniform(0, 0.6) * (1 - 0.25 * step)
        rgb = rgb * (1 - cover) + (ground * (1 - haze) + low * haze) * cover
    seen: Image = rgb
    return seen


def night(rng: Rng, height: int, width: int) -> Image:
    """Darkness and lamps: what makes discs out of focus."""
    base = dead_leaves(rng, height, width) if rng.random() < 0.5 else interior(rng, height, width)
    rgb = base * rng.uniform(0.12, 0.5)
    count = int(rng.integers(20, 200))
    colours = palette(rng, 5, ("vivid", "paper", "autumn", "pastel"))
    table = patches(
        count,
        x=rng.uniform(0, width, count),
        y=rng.uniform(0, height, count),
        radius=rng.uniform(0.6, 2.5, count),
        colour=np.clip(colours[rng.integers(5, size=count)] * 1.5, 0, 1),
        profile=CIRCLE,
    )
    canvas = opaque(rgb)
    paint_patches(canvas, table, profiles(rng), grain(rng))
    return canvas[..., :3]


def filled(rng: Rng, canvas: Image) -> Image:
    """The canvas's own silhouette, filled with a picture."""
    size = len(canvas)
    alpha = canvas[..., 3:]
    return np.concatenate([picture(rng, size, size) * alpha, alpha], axis=-1)


WEIGHTS: dict[Recipe, float] = {
    dead_leaves: 0.26,
    interior: 0.16,
    landscape: 0.12,
    foliage: 0.12,
    texture: 0.08,
    smooth: 0.06,
    grid: 0.08,
    poster: 0.07,
    night: 0.05,
}
"""How often each recipe is drawn."""
