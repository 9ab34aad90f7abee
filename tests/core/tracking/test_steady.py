"""Gaps are bridged without overshooting, tremor goes, movement stays."""

import numpy as np
import pytest
from focuspuller.core.tracking.steady import bridged, steadied


def test_a_steady_approach_is_bridged_as_it_was() -> None:
    values = np.linspace(0.2, 0.8, 40)
    seen = np.ones(40, bool)
    seen[12:25] = False
    np.testing.assert_allclose(bridged(np.where(seen, values, 9.0), seen), values)


@pytest.mark.parametrize("seed", range(4))
def test_a_bridge_never_leaves_the_span_of_its_ends(seed: int) -> None:
    values = np.random.default_rng(seed).random(40)
    seen = np.ones(40, bool)
    seen[10:20] = False
    bridge = bridged(values, seen)[9:21]
    assert bridge.min() >= min(values[9], values[20]) - 1e-12
    assert bridge.max() <= max(values[9], values[20]) + 1e-12
    assert len(set(np.sign(np.diff(bridge)))) == 1


def test_before_and_after_all_that_is_seen_the_value_holds() -> None:
    seen = np.array([False, False, True, True, False])
    np.testing.assert_array_equal(bridged(np.array([9.0, 9, 1, 2, 9]), seen), [1, 1, 1, 2, 2])


def test_a_line_stays_a_line_to_both_ends() -> None:
    line = np.linspace(0.1, 0.9, 30)
    np.testing.assert_allclose(steadied(line), line)


def test_an_outlier_is_gone_and_tremor_is_less() -> None:
    slow = 0.5 + 0.2 * np.sin(np.arange(120) / 20)
    noisy = slow + np.random.default_rng(0).normal(0, 0.02, 120)
    noisy[50] = 3.0
    calm = steadied(noisy)
    assert np.abs(calm - slow).std() < 0.4 * 0.02


def test_there_is_no_lag() -> None:
    """What lags does so the other way when time runs backwards."""
    rack = np.concatenate([np.full(20, 0.2), np.linspace(0.2, 0.8, 9), np.full(20, 0.8)])
    np.testing.assert_allclose(steadied(rack)[::-1], steadied(rack[::-1]))
    np.testing.assert_allclose(1 - steadied(rack)[::-1], steadied(rack), atol=1e-9)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_few_frames_are_enough(length: int) -> None:
    np.testing.assert_allclose(steadied(np.full(length, 0.4)), 0.4)
