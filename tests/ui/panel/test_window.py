import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.optics import disparity_at
from focuspuller.core.renderer import Quality
from focuspuller.plugin.session import Session
from focuspuller.plugin.timeline import clips, find, open_document
from focuspuller.ui.panel.actions import MENUS
from focuspuller.ui.panel.autosave import autosave_of, write_autosave
from focuspuller.ui.panel.clip_list import EFFECT_ROLE, PICTURE_ROLE
from focuspuller.ui.panel.opening import digest_of, open_timeline_or_clip
from focuspuller.ui.panel.pictures import Detail, View
from focuspuller.ui.panel.questions import Answer
from focuspuller.ui.panel.shortcuts_sheet import ShortcutsSheet, groups
from focuspuller.ui.panel.viewer import Viewer
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSplitter

from tests.clips import textured, write_clip
from tests.ui.panel.projects import LENGTH, content, rack, timeline
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    return timeline(tmp_path)


def over(viewer: Viewer, column: float, row: float) -> tuple[float, float]:
    """Where a place in the picture lies in the viewer."""
    return viewer.transform.to_widget((column, row))


def focus_of(window: PanelWindow, frame: int) -> float:
    assert window.project.state is not None
    return window.project.state.focus_distance.value(frame)


def test_a_whole_session(desk: Desk, edit: Path, tmp_path: Path) -> None:
    """Open, two keys by clicks, a key dragged, undo, redo, save, export, reopen."""
    as_opened = edit.read_bytes()
    window = desk.open(edit)
    hand, viewer, project = Hand(desk, window), window.picture.viewer, window.project
    assert project.state == rack()
    shown = viewer.shown
    assert shown is not None
    assert shown.disparity is not None
    near, far = shown.disparity[20, 15], shown.disparity[40, 60]
    assert near > far + 0.3

    hand.click(viewer, *over(viewer, 15, 20))
    assert focus_of(window, 0) == pytest.approx(1 / (near / 0.8), rel=0.02)
    for _ in range(LENGTH - 1):
        hand.key(Qt.Key.Key_Right)
    assert project.transport.playhead == LENGTH - 1
    desk.settle(window)
    hand.click(viewer, *over(viewer, 60, 44))
    assert [key.frame for key in project.state.focus_distance.keys] == [0, 1, 9, 11]
    assert focus_of(window, 11) > focus_of(window, 0)
    assert viewer.mark is not None

    canvas = window.curves.canvas
    assert canvas.pointer is not None
    model = canvas.pointer.model
    before = project.state
    x, y = model.chart.place(model.lane, 9, model.state.focus_distance.keys[2].value ** -1)
    hand.drag(canvas, (x, y), (x, y + 25))
    moved = project.state
    assert moved != before
    assert moved is not None
    assert [key.frame for key in moved.focus_distance.keys] == [0, 1, 9, 11]

    hand.key(Qt.Key.Key_Z, CONTROL)
    assert project.state == before
    hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert project.state == moved
    assert window.isWindowModified()
    hand.key(Qt.Key.Key_S, CONTROL)
    assert not window.isWindowModified()
    assert edit.read_bytes() != as_opened
    assert not window.message_bar.isVisible()

    window.actions_by_name["export"].trigger()
    export = window._export
    assert export is not None
    export.target.setText(str(tmp_path / "out.mkv"))
    export.codec.setCurrentIndex(export.codec.findData("ffv1"))
    export.quality.setCurrentIndex(1)
    export.go.click()
    desk.wait_until(lambda: not export.is_running and export.go.isEnabled())
    assert export.words.text().startswith("Done")
    with Session(tmp_path / "out.mkv", None, rack(None)) as exported:
        assert len(exported.used) == LENGTH
    export.close()

    assert window.close()
    again = desk.open(edit)
    assert again.project.state == moved


def test_undoing_everything_and_saving_gives_the_first_bytes(desk: Desk, edit: Path) -> None:
    before = edit.read_bytes()
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.drag(viewer, over(viewer, 15, 20), over(viewer, 50, 40))
    hand.click(window.histogram, 60, 50)
    hand.key(Qt.Key.Key_E)
    assert content(window.project) != before.decode()
    for _ in range(3):
        hand.key(Qt.Key.Key_Z, CONTROL)
    assert not window.project.can_undo
    hand.key(Qt.Key.Key_S, CONTROL)
    assert edit.read_bytes() == before


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


def test_the_wheel_zooms_to_the_pointer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    viewer = window.picture.viewer
    at = QPointF(200, 100)
    held, before = viewer.transform.to_picture((200, 100)), viewer.transform.zoom
    turn = QWheelEvent(
        at, viewer.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewer, turn)
    assert viewer.transform.zoom > before
    assert viewer.transform.to_picture((200, 100)) == pytest.approx(held)
    Hand(desk, window).key(Qt.Key.Key_1, CONTROL)
    assert viewer.transform.zoom == 1.0
    Hand(desk, window).key(Qt.Key.Key_F, SHIFT)
    assert viewer.transform.fits


def test_the_read_out_tells_the_pixel_under_the_pointer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.move(viewer, *over(viewer, 15.5, 20.5))
    told = window.picture.read_out.text()
    assert "15,   20" in told
    assert "disparity 0.9" in told
    assert " m " in told
    assert "px in front" in told or "px behind" in told or "in focus" in told
    hand.move(window.inspector, 5, 5)
    assert window.picture.read_out.text().strip() == ""


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


def test_the_ruler_seeks_and_the_frame_can_be_typed(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, ruler = Hand(desk, window), window.picture.transport_bar.ruler
    hand.click(ruler, ruler.scale.middle(7), 8)
    assert window.project.transport.playhead == 7
    hand.drag(ruler, (ruler.scale.middle(7), 8), (ruler.scale.middle(3), 8))
    assert window.project.transport.playhead == 3
    frame = window.picture.transport_bar.frame
    frame.setFocus()
    frame.selectAll()
    hand.write(frame, "11")
    hand.key(Qt.Key.Key_Return)
    assert window.project.transport.playhead == 11


def test_the_histogram_moves_the_focus_and_the_aperture(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, histogram, project = Hand(desk, window), window.histogram, window.project
    shown = histogram.focus_range
    assert shown is not None
    x = histogram.place_of(shown.plane)
    hand.drag(histogram, (x, 40), (histogram.place_of(0.3), 40))
    assert project.state is not None
    assert disparity_at(focus_of(window, 0), project.state.lens) == pytest.approx(0.3, abs=0.01)
    shown = histogram.focus_range
    assert shown is not None
    edge = histogram.place_of(shown.limits[1])
    hand.drag(histogram, (edge + 3, 40), (edge + 60, 40))
    assert project.state.aperture.value(0) > rack().aperture.value(0)
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert project.state == rack()


def test_clips_are_chosen_and_carry_their_mark_and_picture(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, listed = Hand(desk, window), window.clips.list
    assert listed.count() == 2
    assert [listed.item(row).data(EFFECT_ROLE) for row in range(2)] == [True, None]
    desk.wait_until(lambda: all(listed.item(row).data(PICTURE_ROLE) is not None for row in range(2)))
    place = listed.visualItemRect(listed.item(1)).center()
    hand.click(listed.viewport(), place.x(), place.y())
    assert window.project.index == 1
    desk.settle(window)
    assert not window.curves.isVisible()  # no effect, no curves
    window.actions_by_name["apply"].trigger()
    assert window.project.timeline.has_effect(1)
    assert window.curves.isVisible()
    window.actions_by_name["remove"].trigger()
    assert not window.project.timeline.has_effect(1)
    hand.key(Qt.Key.Key_PageUp)
    assert window.project.index == 0
    desk.answers.copies = [1]
    window.actions_by_name["copy"].trigger()
    assert window.project.timeline.has_effect(1)


def test_a_missing_disparity_is_asked_for_and_can_be_dropped(desk: Desk, tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack("gone.mkv")])
    given = (tmp_path / "a.disparity.mkv").rename(tmp_path / "given.mkv")
    window = desk.open(edit)
    assert window.message_bar.isVisible()
    assert "gone.mkv" in window.message_bar.text.text()
    assert window.picture._offer.isVisible()
    drop(window, write_clip(tmp_path / "short.mkv", textured(3)))
    assert "3 frames" in window.message_bar.text.text()
    assert not window.project.open.has_disparity
    drop(window, given)
    assert window.project.open.has_disparity
    assert not window.picture._offer.isVisible()
    window.project.undo()
    desk.spin()
    desk.answers.path = given
    window.picture._offer.click()
    desk.spin()
    assert desk.answers.asked == ["disparity of a"]
    assert window.project.open.has_disparity


def test_an_offline_clip_is_told_in_words(desk: Desk, tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack(), rack("b.disparity.mkv")])
    (tmp_path / "a.mkv").unlink()
    window = desk.open(edit)
    assert "a.mkv" in window.message_bar.text.text()
    window.project.select(1)
    desk.spin()
    desk.settle(window)
    assert window.picture.viewer.shown is not None
    assert not window.message_bar.isVisible()


def test_media_that_is_spoilt_while_open_is_told(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    movie = edit.parent / "a.mkv"
    with movie.open("r+b") as file:
        file.truncate(movie.stat().st_size // 3)
    window.project.seek(LENGTH - 1)
    desk.settle(window)
    assert window.message_bar.isVisible()
    window.project.select(1)
    desk.spin()
    desk.settle(window)
    assert window.picture.viewer.shown is not None


def test_closing_asks_about_unsaved_changes(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    assert window.project.timeline.is_dirty is False
    Hand(desk, window).key(Qt.Key.Key_E)
    desk.answers.save = Answer.CANCEL
    assert not window.close()
    desk.answers.save = Answer.SAVE
    assert window.close()
    assert desk.answers.asked == ["save edit.otio"] * 2
    with open_document(edit) as document:
        state = find(clips(document)[0])
    assert state is not None
    assert not state.enabled


@pytest.mark.parametrize("takes_up", [True, False])
def test_work_left_unsaved_is_offered(desk: Desk, edit: Path, takes_up: bool) -> None:
    left = replace(rack(), enabled=False)
    write_autosave(edit, {0: left}, 2, digest_of(edit))
    desk.answers.takes_up = takes_up
    window = desk.open(edit)
    assert desk.answers.asked == ["recover edit.otio"]
    assert window.project.state == (left if takes_up else rack())
    assert window.project.timeline.is_dirty is takes_up
    if takes_up:
        Hand(desk, window).key(Qt.Key.Key_Z, CONTROL)
        assert window.project.state == rack()
    assert window.close()
    assert not autosave_of(edit).exists()


def test_another_timeline_takes_the_windows_place(desk: Desk, edit: Path, tmp_path: Path) -> None:
    window = desk.open(None)
    assert window.project.timeline.clip_names == []
    desk.answers.path = edit
    Hand(desk, window).key(Qt.Key.Key_O, CONTROL)
    assert desk.newest is not window
    assert desk.newest.project.timeline.path == edit
    broken = tmp_path / "broken.otio"
    broken.write_text("{")
    drop(desk.newest, broken)
    assert "broken.otio" in desk.newest.message_bar.text.text()
    assert desk.newest.project.timeline.path == edit


def test_a_bare_clip_is_saved_under_a_name(desk: Desk, edit: Path, tmp_path: Path) -> None:
    window = desk.open(tmp_path / "a.mkv")
    window.project.set_disparity(tmp_path / "a.disparity.mkv")
    desk.spin()
    desk.answers.path = tmp_path / "new.otio"
    Hand(desk, window).key(Qt.Key.Key_S, CONTROL)
    assert desk.answers.asked == ["save as a.otio"]
    assert (tmp_path / "new.otio").exists()
    assert not window.isWindowModified()


def test_the_draft_gives_way_to_the_final_picture(desk: Desk, edit: Path) -> None:
    window = desk.open(edit, Quality.FINAL)
    shown = window.picture.viewer.shown
    assert shown is not None
    assert shown.detail is Detail.FINAL


def test_a_window_that_nobody_attends_leaves_unsaved_work_alone(desk: Desk, edit: Path) -> None:
    write_autosave(edit, {0: None}, 2, digest_of(edit))
    window = PanelWindow(open_timeline_or_clip(edit), desk.settings, lambda parent: desk.answers)
    window.project.apply_effect()
    window.opener.wait()
    assert window.close()
    window.deleteLater()
    assert desk.answers.asked == ["save edit.otio"]
    assert autosave_of(edit).exists()


def test_the_window_is_remembered(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    Hand(desk, window).key(Qt.Key.Key_F2)
    assert not window.clips.isVisible()
    divided(window).setSizes([350, 350])
    assert window.close()
    again = desk.open(edit)
    assert not again.clips.isVisible()
    upper, lower = divided(again).sizes()
    assert upper == pytest.approx(lower, abs=10)


def test_it_fits_on_a_laptop_at_twice_the_scale(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3):
        Hand(desk, window).key(key)
    least = window.minimumSizeHint()
    assert least.width() <= 960
    assert least.height() <= 540


def test_everything_can_be_reached_by_tab(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand = Hand(desk, window)
    reached = set()
    for _ in range(120):
        hand.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.add(focused)
    for part in (window.clips.list, window.picture.viewer, window.curves.canvas, window.picture.transport_bar.frame):
        assert part in reached
    assert len(reached) > 25


def test_the_shortcuts_sheet_names_every_key(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    window.actions_by_name["shortcuts"].trigger()
    (sheet,) = window.findChildren(ShortcutsSheet)
    assert sheet.isVisible()
    keys = [key for commands in MENUS.values() for command in commands if command for key in command.keys]
    assert len(keys) == len(set(keys))  # no key does two things
    assert {"Mouse", "File", "Play", "With the pointer in the curves"} <= set(groups())
    sheet.close()


def test_the_mark_tells_the_distance_that_is_reached(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.click(viewer, *over(viewer, 15, 20))
    assert viewer.mark is not None
    assert viewer.mark[2] == "0.89 m"
    assert math.isclose(focus_of(window, 0), 0.8 / 0.9, rel_tol=0.01)


def test_the_curves_are_shown_what_lies_under_the_focus_point(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer = Hand(desk, window), window.picture.viewer
    hand.click(viewer, *over(viewer, 20, 20))
    assert window.curves.canvas.pointer is not None
    model = window.curves.canvas.pointer.model
    desk.wait_until(lambda: model.subject is not None and bool(np.isfinite(model.subject).all()))
    assert model.subject is not None
    assert len(model.subject) == LENGTH
    lens = model.state.lens
    assert (model.subject[0] - 1 / lens.far) / lens.dioptre_range == pytest.approx(0.9, abs=0.02)


def divided(window: PanelWindow) -> QSplitter:
    """Picture above curves."""
    splitter = window.findChild(QSplitter, "middle")
    assert isinstance(splitter, QSplitter)
    return splitter


def drop(window: PanelWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *how))
    window.opener.wait()
