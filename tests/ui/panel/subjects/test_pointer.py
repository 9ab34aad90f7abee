"""Presses select, drags move decisions to whole frames, and each is one step."""

from focuspuller.ui.panel.subjects.model import Place

from tests.ui.panel.subjects.stage import FAR, NEAR, Stage, following


def test_a_press_selects_what_it_hits() -> None:
    stage = Stage(NEAR, FAR)
    for frame, number, selected in ((60, 1, Place(1, 60)), (30, 0, Place(0))):
        stage.pointer.press(stage.lanes, *stage.at(frame, number))
        stage.pointer.release()
        assert stage.model.selected == selected
    stage.pointer.press(stage.lanes, 500, stage.lanes.height - 1)
    assert stage.model.selected is None
    assert not stage.gestures


def test_a_decision_is_dragged_to_whole_frames_in_one_step() -> None:
    stage = Stage(NEAR, FAR)
    x, y = stage.at(60, 1)
    stage.pointer.press(stage.lanes, x, y)
    stage.pointer.move(stage.lanes, x + 2)
    assert not stage.gestures  # a click may wander
    for by in (-14, -58, -103, -96):
        stage.pointer.move(stage.lanes, x + by)
    stage.pointer.release()
    assert stage.decided == [[0], [50]]
    assert stage.model.selected == Place(1, 50)
    assert len(set(stage.gestures)) == 1
    moved = following(NEAR, stage.state.subjects[1])
    assert stage.state.focus_distance == moved.focus_distance


def test_it_stays_where_its_subject_is_followed_and_off_other_decisions() -> None:
    stage = Stage(NEAR, FAR)
    x, y = stage.at(60, 1)
    stage.pointer.press(stage.lanes, x, y)
    stage.pointer.move(stage.lanes, x + 5000)
    assert stage.decided == [[0], [89]]
    stage.pointer.move(stage.lanes, x - 5000)
    assert stage.decided == [[0], [10]]
    stage.pointer.release()
    x, y = stage.at(0, 0)
    stage.pointer.press(stage.lanes, x, y)
    stage.pointer.move(stage.lanes, x + 100)
    assert stage.decided == [[9], [10]]


def test_a_drag_is_given_up_with_all_it_did() -> None:
    stage = Stage(NEAR, FAR)
    before = stage.state
    assert not stage.pointer.cancel()
    x, y = stage.at(60, 1)
    stage.pointer.press(stage.lanes, x, y)
    stage.pointer.move(stage.lanes, x + 100)
    assert stage.state != before
    assert stage.pointer.cancel()
    assert stage.state == before
    assert stage.model.selected == Place(1, 60)


def test_an_undo_ends_the_drag_of_what_was_there() -> None:
    stage = Stage(NEAR, FAR)
    x, y = stage.at(60, 1)
    stage.pointer.press(stage.lanes, x, y)
    stage.pointer.move(stage.lanes, x + 100)
    stage.show(following(NEAR))
    stage.pointer.move(stage.lanes, x + 200)
    assert len(stage.gestures) == 1


def test_a_double_click_decides() -> None:
    stage = Stage(NEAR, FAR)
    x, y = stage.at(30, 1)
    stage.pointer.double_click(stage.lanes, x + 4, y)
    assert stage.decided == [[0], [30, 60]]
    stage.pointer.double_click(stage.lanes, x + 4, y)  # on the decision
    stage.pointer.double_click(stage.lanes, *stage.at(5, 1))  # not followed yet
    stage.pointer.double_click(stage.lanes, x, stage.lanes.height - 1)
    assert len(stage.gestures) == 1
