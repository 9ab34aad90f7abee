import math
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.optics import disparity_at
from focuspuller.core.renderer import Quality
from focuspuller.ui.panel.pictures import Detail, View
from PySide6.QtCore import Qt

from tests.ui.panel.projects import LENGTH, rack, timeline
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand, focus_of, over


def test_a_drag_in_the_picture_is_one_step(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.drag(viewer, over(viewer, 15, 20), over(viewer, 60, 44), steps=12)
    assert window.project.state != rack()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert window.project.state == rack()
    assert not window.project.can_undo


def test_shift_click_sets_no_key_where_nothing_is_animated(desk: Desk, tmp_path: Path) -> None:
    still = replace(rack(), focus_distance=replace(rack().focus_distance, keys=()))
    window = desk.open(timeline(tmp_path, [still]))
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.click(viewer, *over(viewer, 15, 20), SHIFT)
    state = window.project.state
    assert state is not None
    assert state.focus_distance.keys == ()
    assert disparity_at(state.focus_distance.rest, state.lens) == pytest.approx(0.9, abs=0.02)


def test_the_mark_tells_the_distance_that_is_reached(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.click(viewer, *over(viewer, 15, 20))
    assert viewer.mark is not None
    assert viewer.mark[2] == "0.89 m"
    assert math.isclose(focus_of(window, 0), 0.8 / 0.9, rel_tol=0.01)


def test_the_views_show_what_they_say(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    for key, view in zip("12345", View, strict=True):
        hand.key(Qt.Key(ord(key)))
        desk.settle(window)
        assert viewer.shown is not None
        assert set(viewer.shown.pictures) == {view}
    hand.key(Qt.Key.Key_6)
    desk.settle(window)
    assert viewer.shown is not None
    assert set(viewer.shown.pictures) == {View.SOURCE, View.RESULT}
    line = viewer._line()
    hand.drag(viewer, (line, viewer.height() / 2), (line + 80, viewer.height() / 2))
    assert viewer._line() == pytest.approx(line + 80, abs=1)
    assert window.project.state == rack()  # the line was dragged, and nothing focused


def test_the_read_out_tells_the_pixel_under_the_pointer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.move(viewer, *over(viewer, 15.5, 20.5))
    told = window.picture.read_out.text()
    assert "15,   20" in told
    assert "disparity 0.9" in told
    assert " m " in told
    assert "px in front" in told
    hand.move(window.inspector, 5, 5)
    assert window.picture.read_out.text().strip() == ""


def test_the_draft_gives_way_to_the_final_picture(desk: Desk, edit: Path) -> None:
    window = desk.open(edit, Quality.FINAL)
    shown = window.picture.viewer.shown
    assert shown is not None
    assert shown.detail is Detail.FINAL


def test_playing_by_keys(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, project = Hand(desk, window), window.project
    hand.move(window.picture.viewer, 10, 10)
    hand.key(Qt.Key.Key_Space)
    desk.wait_until(lambda: project.transport.playhead > 2)
    hand.key(Qt.Key.Key_K)
    assert not project.transport.is_playing
    hand.key(Qt.Key.Key_L)
    hand.key(Qt.Key.Key_L)
    assert project.transport.speed == 2
    hand.key(Qt.Key.Key_J)
    assert project.transport.speed == -1
    hand.key(Qt.Key.Key_Space)
    hand.key(Qt.Key.Key_Home)
    hand.key(Qt.Key.Key_Period)
    assert project.transport.playhead == 1
    hand.key(Qt.Key.Key_Right, CONTROL)
    assert project.transport.playhead == 9
    hand.key(Qt.Key.Key_Left, CONTROL)
    assert project.transport.playhead == 1
    hand.key(Qt.Key.Key_I)
    hand.key(Qt.Key.Key_End)
    hand.key(Qt.Key.Key_Comma)
    hand.key(Qt.Key.Key_O)
    assert (project.transport.first, project.transport.last) == (1, LENGTH - 2)
