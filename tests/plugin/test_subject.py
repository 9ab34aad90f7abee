"""A track in plain numbers, and the track again; followed anew, what was before stays."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from focuspuller.core.errors import ParameterError
from focuspuller.core.tracking.track import End
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.subject import Decided, retracked, subject_of

from tests.plugin.subjects import subject, track


def test_a_track_comes_back_as_it_was() -> None:
    followed = track(0.4, 5, 30, hidden=range(9, 12))
    plain = replace(subject_of(followed, 128, 72), decisions=(Decided(6), Decided(20, Mode.STRONG)))
    first, second = plain.as_decisions()
    assert (first.frame, first.mode, second.frame, second.mode) == (6, Mode.FOLLOW, 20, Mode.STRONG)
    np.testing.assert_allclose(first.track.disparity, followed.disparity, atol=1e-5)
    np.testing.assert_array_equal(first.track.seen, followed.seen)
    assert (first.track.first, first.track.last) == (5, 30)
    assert plain.across[0] == pytest.approx(0.5)
    assert plain.down[0] == pytest.approx(0.5)
    assert plain.radius[0] == pytest.approx(0.1)


def test_equal_subjects_compare() -> None:
    assert subject(0.4, decided=[3]) == subject(0.4, decided=[3])
    assert subject(0.4, decided=[3]) != subject(0.4, decided=[4])


@pytest.mark.parametrize(
    "wrong",
    [
        {"disparity": ()},
        {"down": (0.5,)},
        {"disparity": (1.5,) * 10},
        {"disparity": (float("nan"),) * 10},
        {"seen": (False,) * 10},
        {"first": 2**40},
        {"decisions": (Decided(10),)},
        {"decisions": (Decided(5), Decided(5))},
        {"decisions": (Decided(5), Decided(4))},
    ],
)
def test_what_is_no_subject_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="follow it anew"):
        replace(subject(0.4, 0, 9), **wrong)


def test_followed_anew_it_is_the_same_before_and_the_new_one_after() -> None:
    old = subject(0.2, 0, 50, decided=[10, 40])
    fresh = replace(subject(0.6, 30, 44), ends=End.LEFT)
    joined = retracked(old, fresh, 30)
    assert joined.frames == range(45)
    assert joined.disparity[:30] == old.disparity[:30]
    assert joined.disparity[30:] == fresh.disparity
    assert joined.ends is End.LEFT
    assert joined.decisions == old.decisions


def test_decisions_where_it_is_followed_no_more_are_dropped() -> None:
    joined = retracked(subject(0.2, 0, 50, decided=[10, 40]), subject(0.6, 30, 35), 30)
    assert joined.decisions == (Decided(10),)


def test_a_gap_in_between_is_bridged_and_hidden() -> None:
    joined = retracked(subject(0.2, 0, 19), subject(0.6, 30, 39), 30)
    assert joined.frames == range(40)
    assert joined.seen == (True,) * 20 + (False,) * 10 + (True,) * 10
    assert (np.diff(joined.disparity[18:32]) > 0).all()


def test_from_before_its_beginning_it_is_all_new() -> None:
    old, fresh = subject(0.2, 20, 40, decided=[25, 39]), subject(0.6, 0, 30)
    assert retracked(old, fresh, 10) == replace(fresh, decisions=(Decided(25),))
