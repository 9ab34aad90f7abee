"""What is seen in one frame alone goes on with its surface; what belongs nowhere is not believed."""

import math

import numpy as np
import pytest
from focuspuller.core.hidden import motion
from focuspuller.core.hidden.motion import UNKNOWN, Motion, Sight, chained, halvings_of, motions, motions_bytes

from tests.core.hidden.scenes import BACK, FRONT, passing, square_at, texture


def sights(length: int) -> list[Sight]:
    return [Sight.of(frame, disparity) for frame, disparity in zip(*passing(length), strict=True)]


def test_what_comes_to_be_hidden_goes_on_as_its_surface_does() -> None:
    first, second = sights(2)
    there, back, gain = motions(first, second)
    assert gain == 0
    rows, columns = square_at(0)
    comes_to_be_hidden = rows, slice(columns.stop, columns.stop + 3)
    assert np.abs(there.way[comes_to_be_hidden]).mean() < 0.4
    assert there.faith[comes_to_be_hidden].mean() > 0.8
    was_hidden = rows, slice(columns.start, columns.start + 3)
    assert np.abs(back.way[was_hidden]).mean() < 0.4
    assert back.faith[was_hidden].mean() > 0.8


def test_nothing_is_believed_across_a_cut() -> None:
    first, disparity = texture(6, 96, 96), np.full((96, 96), BACK, np.float32)
    disparity[30:60, 30:60] = FRONT
    assert motions(Sight.of(first, disparity), Sight.of(texture(7, 96, 96), disparity.T.copy())) is UNKNOWN
    # Nor where things stand alike in both shots, or nothing stands anywhere.
    assert motions(Sight.of(first, disparity), Sight.of(texture(7, 96, 96), 1.2 * disparity)) is UNKNOWN
    flat = np.full_like(disparity, BACK)
    assert motions(Sight.of(first, flat), Sight.of(texture(7, 96, 96), 1.2 * flat)) is UNKNOWN


def test_a_chain_is_the_sum_of_its_motions_and_of_what_comes_nearer() -> None:
    still = np.full((20, 30), BACK, np.float32)
    one, two = (
        Motion(np.full((20, 30, 2), way, np.float32), np.full((20, 30), 0.8, np.float32), np.zeros_like(still))
        for way in (1.5, -0.25)
    )
    nearer = still + np.float32(0.01)
    way, faith, approach = chained(one, still, two._replace(approach=still), nearer, 2)
    np.testing.assert_allclose(way, 1.25, rtol=1e-6)
    np.testing.assert_allclose(faith, 0.64, rtol=1e-6)
    np.testing.assert_allclose(approach, BACK + 0.01, rtol=1e-5)


def test_what_is_hidden_in_between_goes_on_as_it_came() -> None:
    back, front = np.full((20, 30), BACK, np.float32), np.full((20, 30), FRONT, np.float32)
    steady = Motion(np.full((20, 30, 2), 1.5, np.float32), np.ones((20, 30), np.float32), np.zeros_like(back))
    way, faith, _ = chained(steady, back, steady._replace(way=9 * steady.way), front, 3)
    np.testing.assert_allclose(way, 4.5)
    assert faith.max() < 1


@pytest.mark.parametrize("size", [(48, 64), (301, 77)])
def test_large_frames_are_looked_at_reduced(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setattr(motion, "LARGEST", 80)
    picture, disparity = texture(8, *size), np.full(size, BACK, np.float32)
    disparity[10:30, 10:30] = FRONT
    sight = Sight.of(picture, disparity)
    assert max(sight.luma.shape) <= 80
    assert sight.luma.shape == sight.disparity.shape == tuple(side >> halvings_of(*size) for side in size)
    assert motions(sight, sight).nbytes == motions_bytes(*size)


@pytest.mark.parametrize("size", [(1, 1), (9, 40)])
def test_of_frames_too_small_to_search_nothing_is_believed(size: tuple[int, int]) -> None:
    sight = Sight.of(np.ones((*size, 3), np.float32), np.zeros(size, np.float32))
    assert motions(sight, sight) is UNKNOWN


def test_the_gain_is_that_of_what_shows_in_both() -> None:
    first, second = sights(2)
    there, back, gain = motions(first, second._replace(disparity=second.disparity * np.float32(1.08)))
    assert gain == pytest.approx(math.log(1.08), abs=1e-3)
    plain = motions(first, second)
    assert there.faith.mean() == pytest.approx(plain.there.faith.mean(), abs=0.02)
    assert back.faith.mean() == pytest.approx(plain.back.faith.mean(), abs=0.02)
