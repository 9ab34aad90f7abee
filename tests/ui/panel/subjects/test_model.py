"""Every command is one edit of the state, and what is selected is what is there."""

from dataclasses import replace

import pytest
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.subject import Decided
from focuspuller.ui.panel.subjects.model import Place

from tests.plugin.subjects import subject
from tests.ui.panel.subjects.stage import FAR, FOOTAGE, NEAR, Stage, following


@pytest.fixture
def stage() -> Stage:
    return Stage(NEAR, FAR)


def test_a_followed_subject_has_the_focus_from_its_click_on(stage: Stage) -> None:
    stage.model.follow(subject(0.4), 30)
    assert stage.decided == [[0], [60], [30]]
    assert stage.model.selected == Place(2, 30)
    assert stage.state == following(NEAR, FAR, subject(0.4, decided=[30]))
    assert stage.gestures == [""]


def test_it_takes_over_a_decision_on_the_same_frame(stage: Stage) -> None:
    stage.model.follow(subject(0.4), 60)
    assert stage.decided == [[0], [], [60]]


def test_tracked_anew_it_keeps_its_decisions_as_far_as_it_goes(stage: Stage) -> None:
    assert stage.model.retrack(1, subject(0.3, 40, 70), 40) == 0
    assert stage.state.subjects[1].frames == range(10, 71)
    assert stage.model.retrack(1, subject(0.3, 50, 55), 50) == 1
    assert stage.decided == [[0], []]
    assert len(stage.gestures) == 2


def test_the_subject_in_hand_is_the_selected_one_or_the_one_in_focus(stage: Stage) -> None:
    assert stage.model.in_hand == 0
    stage.playhead = 70
    stage.show(stage.state)
    assert stage.model.in_hand == 1
    stage.model.selected = Place(0)
    assert stage.model.in_hand == 0


def test_decisions_are_made_only_where_the_subject_is_followed(stage: Stage) -> None:
    assert not stage.model.can_decide(1, 5)
    assert not stage.model.can_decide(None, 5)
    stage.model.decide(1, 5)
    assert not stage.gestures
    stage.model.decide(1, 15)
    assert stage.decided == [[0], [15, 60]]
    assert stage.model.selected == Place(1, 15)


def test_modes_are_set(stage: Stage) -> None:
    stage.model.set_mode(0, 0, Mode.FIXED)
    assert stage.state.subjects[0].decisions == (Decided(0, Mode.FIXED),)


def test_deleting_takes_the_decision_first_and_then_the_subject(stage: Stage) -> None:
    stage.model.delete()
    assert not stage.gestures
    stage.model.selected = Place(1, 60)
    stage.model.delete()
    assert stage.decided == [[0], []]
    assert stage.model.selected == Place(1)
    stage.model.delete()
    assert stage.state == following(NEAR)
    assert stage.model.selected is None


def test_arrows_move_the_selected_decision(stage: Stage) -> None:
    stage.model.nudge(1, "held")
    assert not stage.gestures
    stage.model.selected = Place(1, 60)
    stage.model.nudge(1, "held")
    stage.model.nudge(1, "held")
    assert stage.decided == [[0], [62]]
    assert stage.gestures == ["held", "held"]
    assert stage.model.selected == Place(1, 62)


def test_detached_the_keys_stay(stage: Stage) -> None:
    before = stage.state
    stage.model.detach()
    assert stage.state == replace(before, subjects=())
    stage.model.detach()
    assert len(stage.gestures) == 1


def test_what_is_gone_is_not_selected(stage: Stage) -> None:
    stage.model.selected = Place(1, 60)
    stage.show(following(NEAR, replace(FAR, decisions=())))
    assert stage.model.selected == Place(1)
    stage.show(following(NEAR))
    assert stage.model.selected is None
    stage.model.selected = Place(0)
    stage.show(replace(stage.state, uuid="another"))
    assert stage.model.selected is None
    stage.model.show(None, 0, FOOTAGE)
    assert stage.model.subjects == ()
    assert stage.model.in_hand is None
