"""What does not grow: plain shapes, fences, vessels, wheels, furniture, glass, torn noise."""

from __future__ import annotations

import numpy as np

from ...frames import Image
from .light import soften
from .motifs import lettering, patch
from .noise import fractal_noise, palette
from .painter import blank, paint_strokes
from .pictures import filled, picture
from .shapes import (
    ANGLES,
    CIRCLE,
    ROUNDED,
    SQUARE,
    Rng,
    blob_profile,
    box_profile,
    polygon_profile,
    profiles,
    star_profile,
    strand,
    strokes,
)


def shape(rng: Rng, size: int) -> Image:
    """A blob, box, polygon or star cut from a picture; some with holes."""
    canvas = blank(size, size)
    outline = [
        blob_profile(rng, rng.uniform(0.5, 2.0), rng.uniform(0.8, 2.0)),
        box_profile(rng.choice([4.0, 40.0])),
        polygon_profile(int(rng.integers(3, 8))),
        star_profile(int(rng.integers(3, 12)), rng.uniform(0.2, 0.7)),
    ][int(rng.choice(4, p=[0.5, 0.25, 0.15, 0.1]))]
    aspect = float(np.exp(rng.normal(0, 0.35)))
    radius = 0.46 * size / (outline.max() * max(1.0, aspect))
    patch(rng, canvas, outline, (size / 2, size / 2), radius, aspect=aspect, angle=rng.normal(0, 0.2))
    canvas = filled(rng, canvas)
    if rng.random() < 0.25:
        hole = blank(size, size)
        for _ in range(int(rng.integers(1, 6))):
            x, y = rng.normal(0.5, 0.13, 2) * size
            patch(rng, hole, outline, (x, y), radius * rng.uniform(0.1, 0.6), aspect=aspect)
        canvas = canvas * (1 - hole[..., 3:])
    return canvas


def fence(rng: Rng, size: int) -> Image:
    """Bars, lattices, nets, railings, chairs: thin straight things with the background between them."""
    canvas = blank(size, size)
    colour = palette(rng, 2, ("wood", "ink", "paper", "concrete", "vivid"))
    radius = size * rng.uniform(0.004, 0.03)
    ends = np.array([0.06, 0.94]) * size
    angles = [rng.normal(0, 0.05), np.pi / 2 + rng.normal(0, 0.05)]
    if rng.random() < 0.3:
        angles = [np.pi / 4, -np.pi / 4]
    for number, angle in enumerate(angles):
        for offset in np.linspace(-0.42, 0.42, int(rng.integers(1 if number else 3, 12))) * size:
            along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
            middle = size / 2 + offset * across
            path = middle + np.outer(ends - size / 2, along)
            paint_strokes(canvas, strokes(path, radius * rng.uniform(0.8, 1.2), colour[number], roundness=0.5))
    return canvas


def vessel(rng: Rng, size: int) -> Image:
    """A turned body (bottle, vase, lamp, mug) with a label, gloss and perhaps a handle."""
    canvas = blank(size, size)
    colour = palette(rng, 3)
    knots = np.abs(rng.normal(0.2, 0.09, 7)) + 0.03
    heights = np.linspace(0.08, 0.92, 60)
    radii = np.interp(heights, np.linspace(0.08, 0.92, 7), knots) if rng.random() < 0.6 else np.full(60, knots[0])
    middle = size / 2
    if rng.random() < 0.4:
        arc = np.linspace(-1.4, 1.4, 16)
        handle = np.stack([middle + size * (0.15 + 0.22 * np.cos(arc)), size * (0.5 + 0.2 * np.sin(arc))], axis=1)
        paint_strokes(canvas, strokes(handle, size * rng.uniform(0.01, 0.03), colour[0] * 0.8, roundness=0.4))
    y = (np.mgrid[:size] + 0.5)[:, None]
    x = np.mgrid[:size][None, :]
    half = np.interp(y / size, heights, radii, left=0, right=0) * size
    across = (x - middle) / np.maximum(half, 1e-3)
    alpha = np.clip(half - np.abs(x - middle) + 0.5, 0, 1) * (half > 0)
    body = picture(rng, size, size) if rng.random() < 0.4 else np.broadcast_to(colour[0], (size, size, 3))
    lit = (1 - 0.6 * np.clip(across + 0.3, -1, 1) ** 2 + 0.5 * np.exp(-(((across + 0.5) / 0.08) ** 2)))[..., None]
    solid = np.concatenate([np.clip(body * lit, 0, 1) * alpha[..., None], alpha[..., None]], axis=-1)
    canvas[...] = canvas * (1 - alpha[..., None]) + solid
    if rng.random() < 0.4:
        label = blank(size, size)
        lettering(rng, label, (middle - 0.15 * size, size * 0.4, middle + 0.15 * size, size * 0.7))
        canvas[..., :3] = canvas[..., :3] * (1 - label[..., 3:] * alpha[..., None]) + label[..., :3] * alpha[..., None]
    return canvas


def wheel(rng: Rng, size: int) -> Image:
    """Rims, spokes, rings, balloons on a string."""
    canvas = blank(size, size)
    colour = palette(rng, 3)
    centre = np.array([size / 2, size / 2])
    radius = size * rng.uniform(0.3, 0.44)
    if rng.random() < 0.4:
        string = strand(rng, centre, np.pi / 2, size * 0.45, 0.6, 10)
        paint_strokes(canvas, strokes(string, rng.uniform(0.4, 1.2), colour[2]))
        patch(
            rng, canvas, blob_profile(rng, 0.1), centre - [0, size * 0.15], size * 0.3, aspect=1.15,
            colour=colour[0], second=colour[1], shading=0.4, opacity=rng.choice([1.0, 0.7]),
        )  # fmt: skip
        patch(rng, canvas, blob_profile(rng, 0.1), centre - [size * 0.1, size * 0.27], size * 0.04, colour=1.0)
        return canvas
    ring = centre + radius * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    for angle in np.linspace(0, 2 * np.pi, int(rng.integers(3, 30)), endpoint=False):
        spoke = np.array([centre, centre + radius * np.array([np.cos(angle), np.sin(angle)])])
        paint_strokes(canvas, strokes(spoke, rng.uniform(0.4, max(0.4, 0.012 * size)), colour[0], roundness=0.4))
    paint_strokes(
        canvas, strokes(np.concatenate([ring, ring[:1]]), size * rng.uniform(0.008, 0.05), colour[1], roundness=0.5)
    )
    return canvas


def furniture(rng: Rng, size: int) -> Image:
    """Boxes, legs, panels and knobs put together."""
    canvas = blank(size, size)
    bank = profiles(rng)
    for _ in range(int(rng.integers(2, 6))):
        x, y = rng.uniform(0.3, 0.7, 2) * size
        foot = np.array([[x, y], [x + rng.normal(0, 0.05) * size, size * 0.95]])
        paint_strokes(canvas, strokes(foot, size * rng.uniform(0.005, 0.03), palette(rng, 1)[0], roundness=0.4))
    for _ in range(int(rng.integers(2, 7))):
        first, second = palette(rng, 2)
        outline = bank[int(rng.choice([SQUARE, SQUARE, ROUNDED, CIRCLE]))]
        x, y = rng.uniform(0.3, 0.7, 2) * size
        patch(
            rng, canvas, outline, (x, y), size * rng.uniform(0.05, 0.2), aspect=np.exp(rng.normal(0, 0.5)),
            angle=rng.normal(0, 0.08), colour=first, second=second, shading=rng.normal(0, 0.3),
            grain=rng.uniform(0, 0.3), stripes=rng.choice([0, 0, 0.4]), stripe_period=rng.uniform(3, 20),
        )  # fmt: skip
    return canvas


def torn(rng: Rng, size: int) -> Image:
    """Noise cut at a level: smoke, lace, rock, spray, canopies; a picture inside."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    window = 1.3 - 1.7 * (x * x + y * y)
    field = fractal_noise(rng, size, size, rng.uniform(1.0, 2.0)) * rng.uniform(0.3, 1.0) + 2 * window
    sharpness = rng.choice([0.5, 2.0, 8.0, 20.0])
    alpha = np.clip(0.5 + (field - rng.uniform(0, 1)) * sharpness, 0, 1)
    alpha = (alpha * np.clip(window * 8, 0, 1)).astype(np.float32)[..., None]
    return np.concatenate([picture(rng, size, size) * alpha, alpha], axis=-1)


def glass(rng: Rng, size: int) -> Image:
    """Something seen through: a veil, a pane, a bubble with its outline and glints."""
    canvas = shape(rng, size) * np.float32(rng.uniform(0.25, 0.8))
    edge = np.abs(canvas[..., 3:] - soften(canvas[..., 3:], 2.0))
    glint = np.clip(edge * rng.uniform(1, 3), 0, 1)
    glinting: Image = canvas * (1 - glint) + glint
    return glinting
