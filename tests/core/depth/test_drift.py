from itertools import pairwise

import numpy as np
import pytest
import torch
from focuspuller.core.depth.drift import Affine, corrections, fit, smoothed


def test_a_fit_follows_the_most_and_its_way_back_is_its_inverse() -> None:
    random = np.random.default_rng(0)
    first = torch.from_numpy(random.random(5000))
    second = 1.1 * first - 0.03 + torch.from_numpy(random.normal(0, 0.005, 5000))
    second[:1500] = 0.9  # something that moved nearer
    trust = torch.ones(5000)
    there, back = fit(first, second, trust), fit(second, first, trust)
    assert (there.scale, there.shift) == pytest.approx((1.1, -0.03), abs=0.003)
    both = there.then(back)
    assert (both.scale, both.shift) == pytest.approx((1, 0), abs=1e-3)


def test_untrusted_values_and_flat_maps_say_nothing_of_scale() -> None:
    flat = torch.full((100,), 0.3)
    shifted = fit(flat, 2 * flat, torch.ones(100))
    assert (shifted.scale, shifted.shift) == pytest.approx((1, 0.3))
    assert fit(flat, 2 * flat, torch.zeros(100)) == Affine()


def test_tremble_goes_and_a_trend_stays() -> None:
    """A camera that really moves changes scale evenly; an estimator's error has no direction."""
    random = np.random.default_rng(1)
    trend = 1.01 ** np.arange(40)
    tremble = random.uniform(0.9, 1.1, 40)
    at = trend * tremble
    steps = [Affine(later / earlier) for earlier, later in pairwise(at)]
    corrected = at * [correction.scale for correction in corrections(steps, 1.0)]
    against_trend = corrected / trend / np.mean(corrected / trend)
    assert np.abs(np.diff(against_trend)).mean() < 0.1 * np.abs(np.diff(tremble)).mean()
    assert against_trend.std() < 0.02
    assert [correction.scale for correction in corrections(steps, 0.0)] == pytest.approx([1.0] * 40)
    assert corrections([], 1.0) == [Affine()]


def test_smoothing_neither_lags_nor_leads() -> None:
    line = np.linspace(2, 5, 30)
    np.testing.assert_allclose(smoothed(line), line, atol=1e-9)
    path = np.random.default_rng(2).random(30)
    np.testing.assert_allclose(smoothed(path[::-1])[::-1], smoothed(path), atol=1e-12)
    longer = np.random.default_rng(3).random(300)
    np.testing.assert_allclose(smoothed(longer)[:100], smoothed(longer[:200])[:100], atol=1e-12)
