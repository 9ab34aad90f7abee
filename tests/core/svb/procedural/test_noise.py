from __future__ import annotations

import numpy as np
import pytest
from focuspuller.core.svb.procedural.noise import THEMES, fractal_noise, palette


@pytest.mark.parametrize("slope", [0.6, 1.0, 1.6])
def test_amplitude_falls_as_frequency_to_the_slope(slope: float) -> None:
    field = fractal_noise(np.random.default_rng(0), 256, 256, slope)
    assert field.mean() == pytest.approx(0, abs=1e-5)
    assert field.std() == pytest.approx(1, abs=1e-3)
    spectrum = np.abs(np.fft.fft2(field))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(256), np.fft.fftfreq(256)))

    def amplitude(low: float, high: float) -> float:
        return float(np.sqrt((spectrum[(frequency > low) & (frequency < high)] ** 2).mean()))

    octaves = np.log2(amplitude(0.05, 0.06) / amplitude(0.2, 0.24))
    assert octaves / 2 == pytest.approx(slope, abs=0.15)


def test_any_size_and_seed_gives_that_size_and_that_field() -> None:
    first, second = (fractal_noise(np.random.default_rng(3), 37, 101, 1.0, 6.0) for _ in range(2))
    assert first.shape == (37, 101)
    assert np.array_equal(first, second)


def test_palettes_stay_in_their_theme() -> None:
    for theme, (_, _, saturation, value) in THEMES.items():
        colours = palette(np.random.default_rng(1), 20, (theme,))
        top = colours.max(axis=1)
        assert (top >= value[0] - 1e-6).all()
        assert (top <= value[1] + 1e-6).all()
        assert ((top - colours.min(axis=1)) / top <= saturation[1] + 1e-5).all()
