"""What natural pictures have in common: 1/f fields, and palettes that keep company with each other."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

from ...frames import Image

THEMES = {
    # name: (hue centre, hue spread, saturation range, value range)
    "foliage": (0.26, 0.06, (0.25, 0.85), (0.10, 0.75)),
    "autumn": (0.08, 0.06, (0.35, 0.90), (0.20, 0.90)),
    "earth": (0.08, 0.03, (0.15, 0.60), (0.12, 0.70)),
    "wood": (0.07, 0.02, (0.30, 0.75), (0.20, 0.80)),
    "skin": (0.05, 0.02, (0.20, 0.60), (0.30, 0.98)),
    "sky": (0.57, 0.03, (0.10, 0.65), (0.55, 1.00)),
    "water": (0.52, 0.06, (0.20, 0.80), (0.15, 0.80)),
    "concrete": (0.10, 0.30, (0.00, 0.12), (0.20, 0.90)),
    "night": (0.62, 0.10, (0.20, 0.80), (0.01, 0.25)),
    "pastel": (0.50, 0.50, (0.08, 0.35), (0.70, 1.00)),
    "vivid": (0.50, 0.50, (0.60, 1.00), (0.35, 1.00)),
    "paper": (0.12, 0.05, (0.00, 0.15), (0.80, 1.00)),
    "ink": (0.60, 0.40, (0.00, 0.30), (0.00, 0.18)),
    "denim": (0.60, 0.02, (0.25, 0.75), (0.15, 0.75)),
}


def fractal_noise(rng: np.random.Generator, height: int, width: int, slope: float, stretch: float = 1.0) -> Image:
    """A field (H, W) of zero mean and unit deviation whose amplitude falls as frequency^-slope.

    Natural pictures have a slope near 1. `stretch` > 1 draws the field out along a random direction: grain, fibres,
    brushed metal.
    """
    rows, columns = (1 << (side - 1).bit_length() for side in (height, width))
    y = np.fft.fftfreq(rows)[:, None]
    x = np.fft.rfftfreq(columns)[None, :]
    turn = rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)]) if stretch > 1 else 0.0
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    frequency = np.hypot(along * stretch, across) + 1 / max(rows, columns)
    spectrum = rng.standard_normal((rows, columns // 2 + 1, 2)).astype(np.float32).view(np.complex64)[..., 0]
    spectrum *= (frequency**-slope).astype(np.float32)
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(rows, columns))[:height, :width].astype(np.float32)
    field -= field.mean()
    scaled: Image = field / (field.std() + 1e-6)
    return scaled


def palette(rng: np.random.Generator, colours: int, themes: tuple[str, ...] = tuple(THEMES)) -> NDArray[np.float32]:
    """Display colours (n, 3) from one or two of the named themes, mostly from the first."""
    picked = rng.choice(len(themes), size=2)
    rows = []
    for _ in range(colours):
        hue, spread, saturation, value = THEMES[themes[picked[int(rng.random() < 0.25)]]]
        rows.append(
            colorsys.hsv_to_rgb(
                (hue + rng.uniform(-spread, spread)) % 1.0, rng.uniform(*saturation), rng.uniform(*value)
            )
        )
    return np.asarray(rows, np.float32)
