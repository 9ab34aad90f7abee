"""Disc kernels against the integral that they stand for, and the second moment that every level must keep."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from focuspuller.core.classical.discs import disc_kernel, disc_variance, level_kernel
from focuspuller.core.classical.pyramid import double, halve
from torch.nn import functional


@pytest.mark.parametrize("radius", [0.0, 0.3, 1.0, 2.6, 11.7])
def test_kernel_is_an_even_disc(radius: float) -> None:
    kernel = disc_kernel(radius)
    n = np.arange(len(kernel)) - len(kernel) // 2
    assert kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel.T)
    assert np.allclose(kernel, kernel[::-1])
    assert (kernel.sum(0) * n * n).sum() == pytest.approx(disc_variance(radius))
    if radius > 2:
        distance = np.hypot(*np.meshgrid(n, n))
        assert np.allclose(kernel[distance < radius - 1.5] * np.pi * radius**2, 1, atol=0.12)
        assert disc_variance(radius) == pytest.approx(radius**2 / 4 + 1 / 6, rel=0.02)


@pytest.mark.parametrize(("radius", "level"), [(8.0, 1), (20.0, 1), (30.0, 2), (70.0, 3)])
def test_every_level_spreads_light_as_far_as_the_full_resolution_disc(radius: float, level: int) -> None:
    size = 512
    picture = torch.zeros(1, 1, size, size)
    picture[..., size // 2 + 1, size // 2 + 3] = 1
    for _ in range(level):
        picture = halve(picture)
    kernel = torch.from_numpy(level_kernel(radius, level)).float()[None, None]
    picture = functional.conv2d(picture, kernel, padding=kernel.shape[-1] // 2)
    for _ in range(level):
        picture = double(picture, range(2 * picture.shape[-2]), 2 * picture.shape[-1])
    light = picture[0, 0].double().sum(0).numpy()
    x = np.arange(size)
    mean = (light * x).sum()
    assert light.sum() == pytest.approx(1, abs=1e-5)
    assert (light * (x - mean) ** 2).sum() == pytest.approx(disc_variance(radius), rel=0.02)
