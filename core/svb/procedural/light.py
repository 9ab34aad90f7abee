"""Light a picture as a photograph is lit, and blur it."""

from __future__ import annotations

import numpy as np

from ...frames import Image
from .motifs import grain, opaque
from .noise import fractal_noise
from .painter import paint_patches
from .shapes import Rng, patches, profiles


def finish(rng: Rng, rgb: Image) -> Image:
    """Light it as a photograph is lit: uneven illumination, exposure, contrast, highlights, sharpness, grain."""
    height, width = rgb.shape[:2]
    light = np.ones((height, width, 1), np.float32)
    if rng.random() < 0.7:
        light += rng.uniform(0, 0.25) * fractal_noise(rng, height, width, 2.8)[..., None]
    if rng.random() < 0.3:
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        light *= 1 - rng.uniform(0.1, 0.5) * np.clip(x * x + y * y, 0, 2)[..., None] / 2
    rgb = np.clip(rgb * np.clip(light, 0.1, 2), 0, 4)
    # A camera exposes for the bright parts, more or less, but does not turn night into day.
    bright = float(np.quantile(rgb[::4, ::4].max(axis=-1), 0.95))
    rgb = np.clip(rgb * min(2.0, rng.uniform(0.65, 1.15) / max(bright, 0.05)), 0, 1) ** rng.uniform(0.7, 1.3)
    grey = rgb.mean(axis=-1, keepdims=True)
    rgb = grey + (rgb - grey) * rng.uniform(0.35, 1.0)
    if rng.random() < 0.35:
        rgb = sparkle(rng, rgb)
    if rng.random() < 0.3:
        rgb = soften(rgb, rng.uniform(0.4, 1.2))
    if rng.random() < 0.3:
        rgb = rgb + rng.uniform(0, 0.025) * rng.standard_normal(rgb.shape, np.float32)
    finished: Image = np.clip(rgb, 0, 1).astype(np.float32)
    return finished


def sparkle(rng: Rng, rgb: Image) -> Image:
    """Specular dots and glints, mostly white and clipped."""
    height, width = rgb.shape[:2]
    count = int(rng.integers(3, 60))
    canvas = opaque(rgb)
    table = patches(
        count,
        x=rng.uniform(0, width, count),
        y=rng.uniform(0, height, count),
        radius=0.5 + rng.exponential(0.9, count),
        aspect=rng.uniform(0.3, 1, count),
        angle=rng.uniform(0, np.pi, count),
        colour=np.clip(1 - rng.exponential(0.08, (count, 3)), 0, 1),
        opacity=rng.uniform(0.5, 1, count),
        softness=rng.uniform(1, 2, count),
    )
    paint_patches(canvas, table, profiles(rng), grain(rng))
    return canvas[..., :3]


def soften(image: Image, sigma: float) -> Image:
    """Gaussian blur of (H, W, C) by sigma px, borders repeated."""
    reach = max(1, int(3 * sigma + 0.5))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if a == axis else (0, 0) for a in range(image.ndim)]
        padded = np.pad(image, pad, mode="edge")
        size = image.shape[axis]
        image = np.zeros_like(image)
        for k, weight in enumerate(kernel.astype(np.float32)):
            image += weight * np.take(padded, range(k, k + size), axis=axis)
    return image
