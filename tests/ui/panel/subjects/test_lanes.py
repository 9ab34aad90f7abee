"""Lanes in pixels, and what lies under the pointer."""

from dataclasses import replace

from focuspuller.ui.panel.subjects.lanes import GAP, MOST, REACH, ROW, Lanes, Run, runs
from focuspuller.ui.panel.subjects.model import Place

from tests.plugin.subjects import subject
from tests.ui.panel.subjects.stage import FAR, NEAR, Stage


def test_the_pointer_finds_decisions_before_lanes() -> None:
    stage = Stage(NEAR, FAR)
    x, y = stage.at(60, 1)
    subjects = stage.state.subjects
    assert stage.lanes.hit(subjects, x + REACH - 1, y) == Place(1, 60)
    assert stage.lanes.hit(subjects, x + REACH + 1, y) == Place(1)
    assert stage.lanes.hit(subjects, *stage.at(60, 0)) == Place(0)
    assert stage.lanes.hit(subjects, x, stage.lanes.height - 1) is None
    assert stage.lanes.hit((), x, y) is None


def test_pixels_are_whole_frames() -> None:
    lanes = Stage(NEAR).lanes
    assert [lanes.frame_at(x) for x in (50, 54, 56, 1050)] == [0, 0, 1, 100]
    assert lanes.span(Run(3, 5, True, True)) == (75.0, 105.0)


def test_many_lanes_share_the_height() -> None:
    time = Stage(NEAR).lanes.time
    assert Lanes(time, 0).height == 0
    assert Lanes(time, 2).height == 2 * ROW + 2 * GAP
    assert Lanes(time, MOST).height == Lanes(time, 3 * MOST).height
    assert Lanes(time, 3 * MOST).number_at(GAP + 1) == 0


def test_runs_tell_where_a_subject_shows_and_has_the_focus() -> None:
    assert runs((NEAR, FAR), 0) == [
        Run(0, 19, True, True),
        Run(20, 25, False, True),
        Run(26, 59, True, True),
        Run(60, 99, True, False),
    ]
    assert runs((NEAR, FAR), 1) == [Run(10, 59, True, False), Run(60, 89, True, True)]


def test_before_the_first_decision_its_subject_has_the_focus() -> None:
    late = subject(0.4, decided=[70])
    assert runs((FAR, late), 0) == [Run(10, 69, True, True), Run(70, 89, True, False)]
    assert runs((replace(FAR, decisions=()),), 0) == [Run(10, 89, True, False)]
