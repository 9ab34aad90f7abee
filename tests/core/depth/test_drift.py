from itertools import pairwise

import numpy as np
import pytest
import torch
from focuspuller.core.depth.drift import Affine, corrections, fit
from torch import Tensor


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


class OnAppleGPU(Tensor):
    """No float64 there."""

    def double(self, *, memory_format: torch.memory_format | None = None) -> Tensor:
        raise TypeError("the MPS framework doesn't support float64")

    def cpu(self, memory_format: torch.memory_format = torch.preserve_format) -> Tensor:
        return self.as_subclass(Tensor)


def test_it_is_fitted_wherever_the_values_are() -> None:
    first, trust = torch.linspace(0, 1, 100), torch.ones(100)
    there = [values.as_subclass(OnAppleGPU) for values in (first, 1.1 * first, trust)]
    assert fit(*there) == fit(first, 1.1 * first, trust)


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


def test_an_even_step_with_scale_and_shift_stays_through_a_long_shot() -> None:
    """As of a camera that walks on: what is there is consistent, and nothing is to be corrected."""
    values = torch.tensor([0.1, 0.5, 0.9])
    for corrected in corrections([Affine(1.042, -0.0055)] * 239, 1.0):
        assert corrected(values).tolist() == pytest.approx(values.tolist(), abs=0.01)


def test_corrections_neither_lag_nor_lead() -> None:
    random = np.random.default_rng(2)
    wander = [
        Affine(scale, shift)
        for scale, shift in zip(random.uniform(0.9, 1.1, 29), random.normal(0, 0.02, 29), strict=True)
    ]
    forwards, backwards = corrections(wander, 1.0), corrections([step.inverse for step in wander[::-1]], 1.0)
    for one, other in zip(forwards, backwards[::-1], strict=True):
        assert (one.scale, one.shift) == pytest.approx((other.scale, other.shift))
    for drift in (Affine(1.0, 0.01), Affine(1.03)):
        for corrected in corrections([drift] * 29, 1.0):
            assert (corrected.scale, corrected.shift) == pytest.approx((1, 0))


def test_frames_far_off_change_nothing() -> None:
    steps = [Affine(1.0, shift) for shift in np.random.default_rng(3).normal(0, 0.02, 299)]
    longer, shorter = corrections(steps, 1.0), corrections(steps[:199], 1.0)
    assert [at.shift for at in longer[:150]] == [at.shift for at in shorter[:150]]
