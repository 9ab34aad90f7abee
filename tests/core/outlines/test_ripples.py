"""Ripples go, surfaces and whatever stands out from them stay."""

import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.core.outlines.ripples import HIGH, NEAR, REACH, STEP, calmed


def disc(height: int = 72, width: int = 88, low: float = 0.1, high: float = 0.7) -> Image:
    y, x = np.ogrid[:height, :width]
    return np.where(np.hypot(y - height / 2, x - width / 2) < 20, np.float32(high), np.float32(low))


def rippled(disparity: Image, share: float, seed: int = 0) -> Image:
    """With noise that stays below that share of the step, everywhere."""
    step = disparity.max() - disparity.min()
    noise = np.random.default_rng(seed).uniform(-share, share, disparity.shape) * step
    return np.asarray(disparity + noise, np.float32)


def test_ripples_are_evened_out_and_the_edge_stays_where_it_is() -> None:
    truth = disc()
    given = rippled(truth, HIGH / 3)
    even = calmed(given)
    y, x = np.ogrid[: truth.shape[0], : truth.shape[1]]
    beside = np.abs(np.hypot(y - 36, x - 44) - 20) < NEAR - 4
    before, after = (np.sqrt(np.mean(np.square(picture - truth)[beside])) for picture in (given, even))
    assert after < 0.4 * before
    halfway = (truth.max() + truth.min()) / 2
    np.testing.assert_array_equal(even > halfway, truth > halfway)


def test_surfaces_without_ripples_stay_the_same_to_the_bit() -> None:
    for picture in (disc(), np.full((40, 40), 0.3, np.float32)):
        np.testing.assert_array_equal(calmed(picture), picture)


def test_a_tilted_surface_hardly_changes() -> None:
    slope = np.linspace(0, 0.05, 88, dtype=np.float32)
    picture = np.where(disc() > 0.5, np.float32(0.8), 0.1 + slope)
    assert np.abs(calmed(picture) - picture).max() < REACH * np.diff(slope).max()


def test_thin_things_stay() -> None:
    picture = np.full((60, 60), 0.2, np.float32)
    picture[:, 30], picture[20] = 0.8, 0.5
    np.testing.assert_allclose(calmed(picture), picture, atol=1e-6)


def test_what_is_far_from_edges_stays_the_same_to_the_bit() -> None:
    given = disc(96, 160)
    given[:, :40] = rippled(np.linspace(0.1, 0.1 + STEP / 2, 40 * 96, dtype=np.float32).reshape(96, 40), HIGH)
    given[:, 40:] = rippled(given[:, 40:], HIGH / 3)
    even = calmed(given)
    np.testing.assert_array_equal(even[:, : 40 - NEAR], given[:, : 40 - NEAR])
    assert not np.array_equal(even, given)


@pytest.mark.parametrize("way", [(0, 1), (3, 0), (5, 7)])
def test_what_moves_is_evened_alike(way: tuple[int, int]) -> None:
    given = rippled(disc(), HIGH / 3)
    moved = np.roll(given, way, (0, 1))
    inside = np.s_[20:-20, 20:-20]
    np.testing.assert_array_equal(np.roll(calmed(given), way, (0, 1))[inside], calmed(moved)[inside])


def test_nothing_leaves_the_range_that_was_given() -> None:
    given = np.random.default_rng(1).random((50, 70), np.float32)
    even = calmed(given)
    assert even.dtype == np.float32
    assert given.min() <= even.min() <= even.max() <= given.max()


def test_upside_down_and_back_to_front_are_calmed_alike() -> None:
    given = rippled(disc(75, 93), HIGH / 3)
    for turned in (np.s_[::-1], np.s_[:, ::-1]):
        np.testing.assert_allclose(calmed(given[turned].copy())[turned], calmed(given), atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (5, 5), (13, 47)])
def test_any_size_goes_through(size: tuple[int, int]) -> None:
    given = np.random.default_rng(0).random(size, np.float32)
    given.flags.writeable = False
    assert calmed(given).shape == size
