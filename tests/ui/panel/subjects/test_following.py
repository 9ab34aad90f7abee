"""Followed in the window: a click, a lane, its decisions, and back again, with real mouse and key events."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.subject import Subject
from focuspuller.plugin.timeline import clips, find, open_document
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane
from focuspuller.ui.panel.subjects.aim import Aim
from focuspuller.ui.panel.subjects.model import Place
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.clips import HEIGHT, WIDTH, write_clip
from tests.ui.panel.projects import LENGTH, rack, timeline
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand

SQUARE = (18, 20)
"""In the near square on the first frame, which moves a pixel a frame to the right."""


def square_that_moves() -> list[Image]:
    """A red pattern wherever the disparity has its near square, before a still wall."""
    random = np.random.default_rng(0)
    wall = random.random((HEIGHT // 4, WIDTH // 4, 3), np.float32).repeat(4, axis=0).repeat(4, axis=1)
    pattern = 0.5 * random.random((5, 5, 3), np.float32).repeat(4, axis=0).repeat(4, axis=1) + np.array(
        (0.5, 0, 0), np.float32
    )
    pictures = [wall.copy() for _ in range(LENGTH)]
    for t, picture in enumerate(pictures):
        picture[10:30, 8 + t : 28 + t] = pattern
    return pictures


@pytest.fixture
def window(desk: Desk, tmp_path: Path) -> PanelWindow:
    edit = timeline(tmp_path)
    write_clip(tmp_path / "a.mkv", square_that_moves())
    return desk.open(edit)


def subjects(window: PanelWindow) -> tuple[Subject, ...]:
    assert window.project.state is not None
    return window.project.state.subjects


def decided(window: PanelWindow) -> list[list[int]]:
    return [[decision.frame for decision in subject.decisions] for subject in subjects(window)]


def click(desk: Desk, window: PanelWindow, column: float, row: float) -> None:
    viewer = window.picture.viewer
    Hand(desk, window).click(viewer, *viewer.transform.to_widget((column, row)))


def follow(desk: Desk, window: PanelWindow, column: float = SQUARE[0], row: float = SQUARE[1]) -> None:
    window.actions_by_name["follow"].trigger()
    click(desk, window, column, row)
    desk.wait_until(lambda: window.following.is_idle)


def place(window: PanelWindow, frame: float, number: int) -> tuple[float, float]:
    lanes = window.curves.lanes.lanes()
    assert lanes is not None
    return float(lanes.time.pixel(frame)), lanes.middle(number)


def test_follow_decide_drag_undo_save_and_reopen(desk: Desk, window: PanelWindow, tmp_path: Path) -> None:
    hand, project, strip = Hand(desk, window), window.project, window.curves.lanes
    assert not strip.isVisible()
    hand.key(Qt.Key.Key_T)
    assert window.picture.aiming.aim is Aim.FOLLOW
    assert window.actions_by_name["follow"].isChecked()
    click(desk, window, *SQUARE)
    desk.wait_until(lambda: window.following.is_idle)
    assert window.picture.aiming.aim is None
    assert not window.actions_by_name["follow"].isChecked()
    assert decided(window) == [[0]]
    assert strip.isVisible()
    assert project.state is not None
    assert project.state.focus_distance.value(4) == pytest.approx(0.8 / 0.9, rel=0.05)
    followed = project.state

    hand.key(Qt.Key.Key_Z, CONTROL)
    assert project.state == rack()
    assert not strip.isVisible()
    assert not project.can_undo
    hand.key(Qt.Key.Key_Y, CONTROL)
    assert project.state == followed

    project.seek(5)
    desk.settle(window)
    follow(desk, window, 58, 44)
    assert decided(window) == [[0], [5]]
    racked = project.state
    hand.drag(strip, place(window, 5, 1), place(window, 9, 1))
    assert decided(window) == [[0], [9]]
    assert strip.model.selected == Place(1, 9)
    hand.key(Qt.Key.Key_Left)
    assert decided(window) == [[0], [8]]
    assert project.transport.playhead == 5
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert project.state == racked

    hand.key(Qt.Key.Key_S, CONTROL)
    with open_document(tmp_path / "edit.otio") as document:
        assert find(clips(document)[0]) == racked
    assert window.close()
    again = desk.open(tmp_path / "edit.otio")
    assert again.curves.lanes.isVisible()
    assert again.project.state == racked


def test_the_rest_of_the_click_does_not_focus(desk: Desk, window: PanelWindow) -> None:
    viewer = window.picture.viewer
    window.actions_by_name["follow"].trigger()
    to_widget = viewer.transform.to_widget
    Hand(desk, window).drag(viewer, to_widget(SQUARE), to_widget((50, 40)))
    desk.wait_until(lambda: window.following.is_idle)
    assert len(subjects(window)) == 1
    Hand(desk, window).key(Qt.Key.Key_Z, CONTROL)
    assert not window.project.can_undo
    click(desk, window, *SQUARE)  # focuses again
    assert window.project.can_undo
    assert not subjects(window)


def test_the_aim_and_the_track_are_given_up(desk: Desk, window: PanelWindow) -> None:
    hand, actions = Hand(desk, window), window.actions_by_name
    hand.move(window.picture.viewer, 50, 50)
    assert not actions["give up"].isEnabled()
    hand.key(Qt.Key.Key_T)
    hand.key(Qt.Key.Key_Escape)
    assert window.picture.aiming.aim is None
    actions["follow"].trigger()
    actions["follow"].trigger()
    assert window.picture.aiming.aim is None
    actions["follow"].trigger()
    click(desk, window, *SQUARE)
    hand.key(Qt.Key.Key_Escape)
    desk.wait_until(lambda: window.following.is_idle)
    assert not subjects(window)
    assert not window.curves.lanes.isVisible()
    actions["follow"].trigger()
    click(desk, window, *SQUARE)
    window.project.select(1)
    desk.wait_until(lambda: window.following.is_idle)
    window.project.select(0)
    assert not subjects(window)


def test_with_the_pointer_in_the_curves_escape_gives_up_too(desk: Desk, window: PanelWindow) -> None:
    hand, canvas = Hand(desk, window), window.curves.canvas
    assert canvas.pointer is not None
    model = canvas.pointer.model
    hand.move(window.picture.viewer, 50, 50)
    hand.move(canvas, 200, 60)
    hand.key(Qt.Key.Key_T)
    model.selection = frozenset({KeyPlace(Lane.FOCUS, 9)})
    hand.key(Qt.Key.Key_Escape)  # selects nothing
    assert not model.selection
    hand.press(canvas, 200, 60)
    hand.key(Qt.Key.Key_Escape)  # drops the drag
    hand.release(canvas, 200, 60)
    assert window.picture.aiming.aim is Aim.FOLLOW
    hand.key(Qt.Key.Key_Escape)
    assert window.picture.aiming.aim is None


def test_what_is_edited_meanwhile_stays(desk: Desk, window: PanelWindow) -> None:
    window.actions_by_name["follow"].trigger()
    click(desk, window, *SQUARE)
    window.actions_by_name["enable"].trigger()
    desk.wait_until(lambda: window.following.is_idle)
    assert window.project.state is not None
    assert not window.project.state.enabled
    assert len(subjects(window)) == 1


def test_tracked_anew_from_the_playhead(desk: Desk, window: PanelWindow) -> None:
    follow(desk, window)
    before = subjects(window)[0]
    window.project.seek(6)
    desk.settle(window)
    Hand(desk, window).key(Qt.Key.Key_T, SHIFT)
    assert window.picture.aiming.aim is Aim.RETRACK
    click(desk, window, 58, 44)
    desk.wait_until(lambda: window.following.is_idle)
    (after,) = subjects(window)
    assert after.disparity[:6] == before.disparity[:6]
    assert after.disparity[8] < 0.5
    assert decided(window) == [[0]]
    window.project.undo()
    assert subjects(window) == (before,)


def test_a_subject_that_is_gone_when_it_was_tracked_anew(desk: Desk, window: PanelWindow) -> None:
    follow(desk, window)
    window.actions_by_name["retrack"].trigger()
    click(desk, window, *SQUARE)
    window.project.undo()
    desk.wait_until(lambda: window.following.is_idle)
    assert not subjects(window)
    assert "there no more" in window.message_bar.text.text()


def test_commands_act_on_the_subject_in_hand(desk: Desk, window: PanelWindow) -> None:
    hand, actions = Hand(desk, window), window.actions_by_name
    assert not any(actions[name].isEnabled() for name in ("retrack", "decide", "forget", "detach"))
    follow(desk, window)
    window.project.seek(7)
    hand.key(Qt.Key.Key_D)
    assert decided(window) == [[0, 7]]
    keyed = window.project.state
    hand.key(Qt.Key.Key_D, SHIFT)
    assert not subjects(window)
    assert keyed is not None
    assert window.project.state is not None
    assert window.project.state.focus_distance == keyed.focus_distance
    window.project.undo()
    actions["forget"].trigger()
    assert not subjects(window)


def test_the_lanes_hear_the_mouse_and_the_keys(desk: Desk, window: PanelWindow) -> None:
    hand, strip = Hand(desk, window), window.curves.lanes
    follow(desk, window)
    x, y = place(window, 6, 0)
    hand.click(strip, x, y)
    assert strip.model.selected == Place(0)
    strip.pointer.double_click(strip.lanes() or pytest.fail("no lanes"), x, y)
    assert decided(window) == [[0, 6]]
    hand.press(strip, x, y)
    hand.move(strip, place(window, 8, 0)[0], y)
    assert decided(window) == [[0, 8]]
    hand.key(Qt.Key.Key_Escape)
    hand.release(strip, x, y)
    assert decided(window) == [[0, 6]]
    hand.click(strip, x, y)
    hand.key(Qt.Key.Key_Delete)
    assert decided(window) == [[0]]
    hand.key(Qt.Key.Key_Delete)
    assert not subjects(window)


def test_the_menu_of_a_decision_sets_its_mode(desk: Desk, window: PanelWindow) -> None:
    strip = window.curves.lanes
    follow(desk, window)
    menu = strip.menu(Place(0, 0))
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words[0] == "Follow while it shows"
    assert "Detach to keys" in words
    assert [action.isChecked() for action in menu.actions()[:3]] == [True, False, False]
    menu.actions()[1].trigger()
    assert subjects(window)[0].decisions[0].mode is Mode.STRONG
    strip.menu(Place(0, 0)).actions()[4].trigger()
    assert decided(window) == [[]]
    assert "Take the decision back" not in [action.text() for action in strip.menu(Place(0)).actions()]
    nowhere = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(2, strip.height() - 1), QPoint())
    QApplication.sendEvent(strip, nowhere)


def test_lanes_say_what_they_are_and_zoom_with_the_curves(desk: Desk, window: PanelWindow) -> None:
    strip = window.curves.lanes
    follow(desk, window)
    assert "Subject 1: frames 0 to" in strip._told(QPointF(*place(window, 6, 0)))
    assert "from frame 0. Follow while" in strip._told(QPointF(*place(window, 0, 0)))
    assert strip._told(QPointF(0, strip.height() - 1)) == ""
    at = QPoint(*map(round, place(window, 6, 0)))
    QApplication.sendEvent(strip, QHelpEvent(QHelpEvent.Type.ToolTip, at, strip.mapToGlobal(at)))
    before = place(window, LENGTH, 0)[0] - place(window, 0, 0)[0]
    turn = QWheelEvent(
        QPointF(at), QPointF(strip.mapToGlobal(at)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip, turn)
    assert place(window, LENGTH, 0)[0] - place(window, 0, 0)[0] > before


def test_without_disparity_it_is_said_at_once(desk: Desk, tmp_path: Path) -> None:
    window = desk.open(timeline(tmp_path, [rack("gone.mkv")]))
    window.actions_by_name["follow"].trigger()
    assert "no disparity to follow in" in window.message_bar.text.text()
    assert window.picture.aiming.aim is None
    assert not window.actions_by_name["follow"].isChecked()


def test_a_track_that_fails_is_told_in_words(desk: Desk, window: PanelWindow) -> None:
    with (window.project.timeline.document.path.parent / "a.disparity.mkv").open("r+b") as file:
        file.truncate(200)
    follow(desk, window)
    assert window.message_bar.isVisible()
    assert "a.disparity.mkv" in window.message_bar.text.text()
    assert not subjects(window)


def test_a_subject_that_is_lost_is_said_and_not_decided_on(desk: Desk, tmp_path: Path) -> None:
    window = desk.open(timeline(tmp_path))  # whose pictures have nothing to do with the disparity
    follow(desk, window)
    assert subjects(window)[0].last < LENGTH - 1
    assert "Followed as far as frame" in window.message_bar.text.text()
    window.project.seek(LENGTH - 1)
    window.actions_by_name["decide"].trigger()
    assert "not followed at frame 11; re-track it from here" in window.message_bar.text.text()
    assert decided(window) == [[0]]


def test_other_distances_refocus_what_is_followed_in_one_step(desk: Desk, window: PanelWindow) -> None:
    project = window.project
    follow(desk, window)
    followed = project.state
    assert followed is not None
    assert followed.focus_distance.value(4) == pytest.approx(0.8 / 0.9, rel=0.05)
    project.edit(replace(followed, lens=replace(followed.lens, near=0.4)))
    assert project.state is not None
    assert project.state.focus_distance.value(4) == pytest.approx(0.4 / 0.9, rel=0.05)
    project.undo()
    assert project.state == followed
