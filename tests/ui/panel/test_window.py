import gc
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.renderer import Quality
from focuspuller.plugin.session import Session
from focuspuller.ui.panel.actions import MENUS
from focuspuller.ui.panel.curves.picking import handle_places
from focuspuller.ui.panel.export_dialog import ExportDialog
from focuspuller.ui.panel.opened import open_timeline_or_clip
from focuspuller.ui.panel.questions import Answer
from focuspuller.ui.panel.shortcuts_sheet import ShortcutsSheet, groups
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.panel.projects import LENGTH, content, rack
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand, drop, focus_of, over


def test_a_whole_session(desk: Desk, edit: Path, tmp_path: Path) -> None:
    """Open, two keys by clicks, a key and its handle dragged, undo, redo, save, export, reopen."""
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
    assert [key.frame for key in moved.focus_distance.keys] == [0, 1, 9, 11]
    left, _ = handle_places(model.chart, model.lane, moved.focus_distance, model.selection)
    hand.drag(canvas, (left.x, left.y), (left.x - 20, left.y - 15))
    pulled = project.state
    assert moved.focus_distance.handles(9)[0] != pulled.focus_distance.handles(9)[0]
    assert moved.focus_distance.values(2, 9).tolist() != pulled.focus_distance.values(2, 9).tolist()

    for state in (moved, before):
        hand.key(Qt.Key.Key_Z, CONTROL)
        assert project.state == state
    for state in (moved, pulled):
        hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
        assert project.state == state
    assert window.isWindowModified()
    hand.key(Qt.Key.Key_S, CONTROL)
    assert not window.isWindowModified()
    assert edit.read_bytes() != as_opened
    assert not window.message_bar.isVisible()

    hand.key(Qt.Key.Key_E, CONTROL)
    export = window._export
    assert export is not None
    typist = Hand(desk, export)
    typist.click(export.form.target, 20, 10)
    typist.key(Qt.Key.Key_A, CONTROL)
    typist.write(export.form.target, str(tmp_path / "out.mkv"))
    export.form.quality.setFocus()
    typist.key(Qt.Key.Key_Down)
    assert export.form.quality.currentData() == Quality.DRAFT
    typist.click(export.go, 10, 10)
    desk.wait_until(lambda: not export.is_running and export.go.isEnabled())
    assert export.words.text().startswith("Done")
    with Session(tmp_path / "out.mkv", None, rack(None)) as exported:
        assert len(exported.used) == LENGTH
    export.close()

    assert window.close()
    again = desk.open(edit)
    assert again.project.state == pulled


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


def test_the_open_file_opened_again_shows_what_closing_saved(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    window.project.remove_effect()
    desk.answers.save = Answer.SAVE
    drop(window, edit)
    assert desk.newest is not window
    assert desk.newest.project.state is None


def test_a_damaged_timeline_leaves_the_clip_that_is_being_opened(desk: Desk, edit: Path) -> None:
    broken = edit.parent / "broken.otio"
    broken.write_text("{")
    window = PanelWindow(open_timeline_or_clip(edit), desk.settings, lambda parent: desk.answers)
    window.open_path(broken)  # before the clip is there
    window.other_opener.wait()
    window.opener.wait()
    assert window.project.session is not None
    window.let_go()
    window.deleteLater()


def test_there_is_one_export_dialog_at_a_time(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    export = window.actions_by_name["export"]
    export.trigger()
    window.project.select(1)
    export.trigger()
    assert [dialog for dialog in window.findChildren(ExportDialog) if dialog.isVisible()] == [window._export]


def test_a_window_that_gave_way_is_gone(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    desk.settle(window)
    assert window.project.session is not None
    cache, project = window.project.session.cache, weakref.ref(window.project)
    assert cache.figures.entries
    drop(window, edit)
    assert cache.figures.entries == 0  # before anybody looks for garbage
    del window
    desk.spin()
    gc.collect()
    assert project() is None


def test_a_closed_window_lets_go_of_its_frames(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    desk.wait_until(lambda: window.feed.is_idle)
    assert window.project.session is not None
    cache = window.project.session.cache
    window.project.select(1)
    desk.wait_until(lambda: window.feed.is_idle)
    assert window.project.session.cache is cache  # one for all clips, or every clip opened would leave one behind
    assert cache.figures.entries
    assert window.close()
    assert cache.figures.entries == 0


def test_all_notes_of_an_opening_stand_until_they_are_read(desk: Desk, edit: Path) -> None:
    opened = replace(open_timeline_or_clip(edit), notes=("a lost its effect", "b lost its effect"))
    window = desk.adopt(PanelWindow(opened, desk.settings, lambda parent: desk.answers))
    window.opener.slow.emit("opening a.mkv…")
    assert window.message_bar.text.text() == "A lost its effect.\nB lost its effect.\nOpening a.mkv…"
    window.project.select(1)
    desk.settle(window)
    window.opener.ended.emit("opening a.mkv…")
    assert window.message_bar.text.text() == "A lost its effect.\nB lost its effect."


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
    for _ in range(2):
        window.actions_by_name["shortcuts"].trigger()
    (sheet,) = window.findChildren(ShortcutsSheet)
    assert sheet.isVisible()
    keys = [key for commands in MENUS.values() for command in commands if command for key in command.keys]
    assert len(keys) == len(set(keys))  # no key does two things
    assert {"Mouse", "File", "Play", "With the pointer in the curves"} <= set(groups())
    sheet.close()
