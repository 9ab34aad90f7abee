"""Each decision has its turn, and keeps it as its mode says."""

import numpy as np
import pytest
from focuspuller.core.errors import UsageError
from focuspuller.core.optics import Lens
from focuspuller.core.tracking.track import End, Track
from focuspuller.plugin.focus_decisions import PATIENCE, Decision, Mode, turns_of

LENS = Lens(near=1.0)
USED = range(100)


def track(disparity: float, first: int = 0, last: int = 99, hidden: range = range(0)) -> Track:
    length = last - first + 1
    seen = np.array([frame not in hidden for frame in range(first, last + 1)])
    slope = np.linspace(disparity + 0.001 * first, disparity + 0.001 * last, length)
    return Track(first, slope, np.zeros((length, 2)), np.ones(length), seen, End.CLIP, End.CLIP)


def test_a_decision_lasts_until_the_next_one_and_the_first_from_the_start() -> None:
    decisions = [Decision(60, track(0.2), Mode.STRONG), Decision(10, track(0.7), Mode.STRONG)]
    turns = turns_of(decisions, LENS, USED)
    assert [turn.frame for turn in turns] == [0, 60]
    np.testing.assert_allclose(turns[0].dioptres, 0.7 + 0.001 * np.arange(100))
    np.testing.assert_allclose(turns[1].dioptres, 0.2 + 0.001 * np.arange(100))


def test_dioptres_are_those_of_the_lens() -> None:
    (turn,) = turns_of([Decision(0, track(0.5), Mode.STRONG)], Lens(near=0.5, far=4.0), USED)
    assert turn.dioptres[0] == pytest.approx(0.25 + 0.5 * 1.75)


def test_fixed_stays_where_it_was_decided() -> None:
    (turn,) = turns_of([Decision(30, track(0.5), Mode.FIXED)], LENS, USED)
    np.testing.assert_allclose(turn.dioptres, 0.53)


def test_beyond_its_track_a_subjects_distance_is_held() -> None:
    (turn,) = turns_of([Decision(30, track(0.5, 20, 59), Mode.STRONG)], LENS, USED)
    np.testing.assert_allclose(turn.dioptres[[0, 20, 59, 99]], [0.52, 0.52, 0.559, 0.559])


def test_hidden_for_long_a_weakly_followed_subject_hands_over_to_the_next_one_that_shows() -> None:
    long = range(40, 40 + PATIENCE + 1)
    decisions = [Decision(0, track(0.7, hidden=long)), Decision(80, track(0.2))]
    turns = turns_of(decisions, LENS, USED)
    assert [turn.frame for turn in turns] == [0, 40, 80]
    np.testing.assert_array_equal(turns[1].dioptres, turns[2].dioptres)


def test_hidden_for_long_with_nobody_to_hand_over_to_it_is_held_and_not_taken_up_again() -> None:
    decisions = [Decision(0, track(0.7, hidden=range(40, 70)))]
    turns = turns_of(decisions, LENS, USED)
    assert [turn.frame for turn in turns] == [0, 40]
    np.testing.assert_allclose(turns[1].dioptres, 0.74)


def test_a_successor_that_does_not_show_is_passed_over_for_one_before() -> None:
    decisions = [
        Decision(0, track(0.1)),
        Decision(20, track(0.7, last=49)),
        Decision(80, track(0.2, hidden=range(45, 55))),
    ]
    turns = turns_of(decisions, LENS, USED)
    assert [turn.frame for turn in turns] == [0, 20, 50, 80]
    np.testing.assert_array_equal(turns[2].dioptres, turns[0].dioptres)


@pytest.mark.parametrize(
    "decision",
    [
        Decision(0, track(0.7, hidden=range(40, 80)), Mode.STRONG),
        Decision(0, track(0.7, hidden=range(40, 40 + PATIENCE))),
        Decision(0, track(0.7, last=99)),
    ],
    ids=["strong", "short", "never"],
)
def test_what_is_not_lost_is_not_handed_over(decision: Decision) -> None:
    assert len(turns_of([decision], LENS, USED)) == 1


def test_two_decisions_on_one_frame_are_refused() -> None:
    with pytest.raises(UsageError, match="frame 5"):
        turns_of([Decision(5, track(0.1)), Decision(5, track(0.2))], LENS, USED)


def test_decided_where_it_is_hidden_focus_stays_with_who_shows() -> None:
    decisions = [Decision(0, track(0.7)), Decision(60, track(0.2, hidden=range(55, 90)))]
    turns = turns_of(decisions, LENS, USED)
    assert [turn.frame for turn in turns] == [0, 60]
    np.testing.assert_array_equal(turns[0].dioptres, turns[1].dioptres)
