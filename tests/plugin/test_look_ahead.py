"""Racks arrive in time, gently and not too fast; their keys are few and near enough."""

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Scale
from focuspuller.plugin.focus_decisions import Turn
from focuspuller.plugin.key_syntax import format_keys, parse_keys
from focuspuller.plugin.look_ahead import FASTEST, SHORTEST, Rack, editable_keys, pulled, racks_between
from focuspuller.plugin.spline import Floats

RATE = 24.0
USED = range(10, 130)


def still(frame: int, dioptres: float) -> Turn:
    return Turn(frame, np.full(len(USED), dioptres))


def test_a_rack_arrives_when_the_next_subject_matters() -> None:
    turns = [still(10, 0.2), still(80, 1.0)]
    (rack,) = racks_between(turns, USED, RATE)
    focus = pulled(turns, [rack], USED)
    assert rack.arrives == rack.wanted == 80
    np.testing.assert_allclose(focus[: rack.start - 10 + 1], 0.2)
    np.testing.assert_allclose(focus[80 - 10 :], 1.0)
    assert (np.diff(focus) >= 0).all()


@pytest.mark.parametrize("apart", [0.01, 0.3, 1.2, 3.0])
def test_its_speed_is_bounded_and_its_ends_are_eased(apart: float) -> None:
    turns = [still(10, 0.1), still(110, 0.1 + apart)]
    (rack,) = racks_between(turns, USED, RATE)
    speed = np.diff(pulled(turns, [rack], USED)) * RATE
    assert speed.max() <= FASTEST * (1 + 1e-9)
    assert rack.arrives - rack.start >= round(SHORTEST * RATE)
    assert speed[rack.start - 10] < 0.5 * speed.max()
    assert speed[rack.arrives - 11] < 0.5 * speed.max()


def test_a_wide_rack_is_no_slower_than_it_must_be() -> None:
    (rack,) = racks_between([still(10, 0.1), still(110, 2.1)], USED, RATE)
    shortest = 1.5 * 2.0 / FASTEST * RATE
    assert shortest <= rack.arrives - rack.start <= 1.15 * shortest + 1


def test_between_moving_subjects_it_leaves_from_one_and_lands_on_the_other() -> None:
    time = np.arange(len(USED), dtype=np.float64)
    turns = [Turn(10, np.float64(0.5) + 0.002 * time), Turn(90, 1.2 - 0.004 * time)]
    (rack,) = racks_between(turns, USED, RATE)
    focus = pulled(turns, [rack], USED)
    np.testing.assert_allclose(focus[: rack.start - 10], turns[0].dioptres[: rack.start - 10])
    np.testing.assert_allclose(focus[80:], turns[1].dioptres[80:])
    assert np.abs(np.diff(focus)).max() * RATE <= FASTEST + 0.004 * RATE


def test_decisions_too_close_for_the_speed_arrive_late_and_one_after_the_other() -> None:
    turns = [still(10, 0.1), still(60, 1.5), still(64, 0.1)]
    first, second = racks_between(turns, USED, RATE)
    assert first.arrives == 60
    assert second.start == 60
    assert second.arrives > second.wanted == 64
    assert np.abs(np.diff(pulled(turns, [first, second], USED))).max() * RATE <= FASTEST * (1 + 1e-9)


def test_keys_are_few_within_the_tolerance_and_survive_being_typed() -> None:
    time = np.arange(240, dtype=np.float64)
    wanted = 0.8 + 0.3 * np.sin(time / 30) + 0.004 * np.random.default_rng(0).standard_normal(240)
    curve = editable_keys(wanted, 0.02, 5)
    assert len(curve.keys) <= 240 / 12
    assert all(key.left is None and key.right is None for key in curve.keys)
    typed = parse_keys(format_keys(curve), Scale.DIOPTRES)
    assert np.abs(typed.levels_at(time + 5.0) - wanted).max() <= 0.02


FRAMES = np.arange(600)


@pytest.mark.parametrize("tolerance", [0.1, 0.01, 0.001])
@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (0.6 + 0.4 * np.sin(FRAMES / 40), 60),
        (np.interp(FRAMES, [0, 100, 150, 300, 340], [1.0, 1.0, 0.2, 0.2, 0.8]), 30),
        (np.maximum(0, np.sin(FRAMES / 50)), 80),
        ((FRAMES // 50) % 2 + 0.5, 60),
        (np.random.default_rng(1).uniform(0.1, 1, 100), 100),
    ],
)
def test_whatever_is_pulled_its_keys_are_within_the_tolerance(wanted: Floats, keys: int, tolerance: float) -> None:
    curve = editable_keys(wanted, tolerance, 0)
    assert np.abs(curve.levels_at(np.arange(len(wanted), dtype=np.float64)) - wanted).max() <= tolerance
    assert len(curve.keys) <= keys


@pytest.mark.parametrize("wanted", [[0.5, np.nan, 0.6], [0.5, -1.0, 0.5], [np.nan, 0.5]])
def test_what_no_lens_has_is_refused(wanted: list[float]) -> None:
    with pytest.raises(CurveError, match="; give"):
        editable_keys(np.array(wanted), 0.02, 0)


def test_a_rack_between_still_subjects_is_two_keys() -> None:
    turns = [still(10, 0.2), still(80, 1.0)]
    racks = racks_between(turns, USED, RATE)
    curve = editable_keys(pulled(turns, racks, USED), 0.02, USED.start, racks)
    assert [key.frame for key in curve.keys] == [10, racks[0].start, 80, 129]


def test_racks_that_run_off_the_clip_and_infinity_have_keys_too() -> None:
    wanted = np.concatenate([np.linspace(0.5, 0, 30), np.zeros(10)])
    curve = editable_keys(wanted, 0.01, 0, [Rack(-4, 29, 29), Rack(35, 60, 60)])
    assert np.abs(curve.levels_at(np.arange(40.0)) - wanted).max() <= 0.01
    assert curve.value(35) == float("inf")


def test_what_never_moves_is_one_key() -> None:
    assert [(key.frame, key.value) for key in editable_keys(np.full(50, 0.5), 0.02, 7).keys] == [(7, 2.0)]
    assert [(key.frame, key.value) for key in editable_keys(np.array([0.5]), 0.02, 7).keys] == [(7, 2.0)]


@pytest.mark.parametrize("tolerance", [0.0, -1.0, 1e-5, float("nan")])
def test_a_tolerance_too_fine_is_refused(tolerance: float) -> None:
    with pytest.raises(CurveError, match="too fine; give one from"):
        editable_keys(np.array([0.5, 0.6]), tolerance, 0)
