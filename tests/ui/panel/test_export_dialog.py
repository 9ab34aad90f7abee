import errno
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.media import partial, pieces
from focuspuller.core.renderer import Quality
from focuspuller.plugin import export
from focuspuller.plugin.export import Progress
from focuspuller.plugin.timeline import Document
from focuspuller.ui.panel import export_dialog
from focuspuller.ui.panel.export_dialog import ExportDialog
from focuspuller.ui.panel.export_job import Export, Work
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import Qt

from tests.ui.panel.projects import LENGTH, rack, timeline
from tests.ui.panel.windows import Desk, Hand

PIECE = 4
"""Frames, of LENGTH."""


class Disk:
    """Room for so many pieces of a render, and then for none."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.written = 0

    def publish(self, source: Path, target: Path) -> None:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        self.written += 1
        partial.publish(source, target)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(LENGTH // PIECE - 1)
    monkeypatch.setattr(export, "PIECE_FRAMES", PIECE)
    monkeypatch.setattr(pieces, "publish", disk.publish)
    return disk


def begin(desk: Desk, dialog: ExportDialog, target: Path) -> None:
    dialog.form.target.setText(str(target))
    dialog.form.codec.setCurrentIndex(dialog.form.codec.findData("ffv1"))
    dialog.form.quality.setCurrentIndex(1)
    dialog.go.click()
    desk.wait_until(lambda: not dialog.is_running and dialog.go.isEnabled())


@pytest.fixture
def window(desk: Desk, tmp_path: Path) -> PanelWindow:
    return desk.open(timeline(tmp_path, [rack(), None]).rename(tmp_path / "reel 2.otio"))


def dialog_of(window: PanelWindow) -> ExportDialog:
    """As Ctrl+E brings it."""
    window.actions_by_name["export"].trigger()
    assert window._export is not None
    assert window._export.isVisible()
    return window._export


class Held:
    """An export that ends when it is told to."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.error: Exception | None = None

    def work_of(self, document: Document, export: Export) -> Work:
        def work(progress: Progress) -> tuple[str, ...]:
            with document:
                self.release.wait(20)
            if self.error is not None:
                raise self.error
            return ("a note",)

        return work


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr(export_dialog, "work_of", held.work_of)
    return held


def test_the_timeline_suggests_its_own_name(window: PanelWindow, tmp_path: Path) -> None:
    dialog = dialog_of(window)
    dialog.form.what.setCurrentIndex(1)
    assert dialog.form.target.text() == str(tmp_path / "reel 2.rendered.otio")


def test_replacing_is_asked_about_where_it_was_not_yet(desk: Desk, window: PanelWindow, tmp_path: Path) -> None:
    dialog, target = dialog_of(window), tmp_path / "out.mkv"
    target.write_text("somebody's")
    desk.answers.replaces = False
    begin(desk, dialog, target)
    assert desk.answers.asked == ["replace out.mkv"]
    assert target.read_text() == "somebody's"
    assert "stays as it was" in dialog.words.text()
    desk.answers.replaces = True
    begin(desk, dialog, target)
    assert desk.answers.asked == ["replace out.mkv"] * 2
    assert dialog.words.text().startswith("Done")
    desk.answers.path = target  # the system's dialog asks about what is there
    dialog.form.choose.click()
    begin(desk, dialog, target)
    assert desk.answers.asked[2:] == ["export to out.mkv"]
    assert dialog.words.text().startswith("Done")
    begin(desk, dialog, target)
    assert desk.answers.asked[3:] == ["replace out.mkv"]


def test_going_on_is_not_replacing(desk: Desk, window: PanelWindow, tmp_path: Path, disk: Disk) -> None:
    dialog, target = dialog_of(window), tmp_path / "out.mkv"
    target.write_text("somebody's")
    begin(desk, dialog, target)
    assert dialog.go.text() == "Go on"
    assert target.read_text() == "somebody's"
    dialog.close()
    disk.room, again = LENGTH, dialog_of(window)
    begin(desk, again, target)
    assert again.words.text().startswith("Done")
    assert desk.answers.asked == ["replace out.mkv"]


def test_the_next_dialog_begins_with_what_was_chosen(window: PanelWindow, tmp_path: Path) -> None:
    dialog = dialog_of(window)
    dialog.form.codec.setCurrentIndex(3)
    dialog.form.quality.setCurrentIndex(1)
    dialog.close()
    chosen = dialog_of(window).form.export
    assert (chosen.codec, chosen.quality, chosen.target) == ("dnxhr", Quality.DRAFT, tmp_path / "a.focus.mov")
    named = tmp_path / "renders" / "mine.mov"
    dialog_of(window).form.target.setText(str(named))
    dialog_of(window).close()
    assert dialog_of(window).form.export == replace(chosen, target=named)
    dialog_of(window).close()
    for index in (1, 0):  # another clip's name, in the same folder
        window.project.select(index)
        suggested = named.parent / f"{'ab'[index]}.focus.mov"
        assert dialog_of(window).form.export == replace(chosen, index=index, target=suggested)
        dialog_of(window).close()


def test_pieces_of_another_quality_are_begun_anew_by_a_button(
    desk: Desk, window: PanelWindow, tmp_path: Path, disk: Disk
) -> None:
    dialog = dialog_of(window)
    begin(desk, dialog, tmp_path / "out.mkv")
    dialog.form.codec.setCurrentIndex(dialog.form.codec.findData("h264"))
    disk.room = LENGTH
    dialog.go.click()
    desk.wait_until(lambda: not dialog.is_running)
    assert "begin anew" in dialog.words.text()
    assert "--" not in dialog.words.text()
    dialog.anew.click()
    desk.wait_until(lambda: not dialog.is_running)
    assert dialog.words.text().startswith("Done")


@pytest.mark.parametrize("name", ["out", "reel 2.otio"])
def test_a_name_that_would_surprise_is_refused(desk: Desk, window: PanelWindow, tmp_path: Path, name: str) -> None:
    dialog, before = dialog_of(window), sorted(tmp_path.iterdir())
    dialog.form.target.setText(str(tmp_path / name))
    dialog.go.click()
    assert not dialog.is_running
    assert name in dialog.words.text()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("error", [None, OutputUnwritable("no room; make some")])
def test_an_export_in_the_background_tells_how_it_ended(
    desk: Desk, window: PanelWindow, tmp_path: Path, held: Held, error: Exception | None
) -> None:
    held.error = error
    dialog, bar = dialog_of(window), window.message_bar
    dialog.form.target.setText(str(tmp_path / "out.mkv"))
    dialog.go.click()
    Hand(desk, dialog).key(Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.is_running
    held.release.set()
    desk.wait_until(lambda: bar.isVisible())
    assert ("No room; make some" if error else "Done") in bar.text.text()
    assert bar.property("error") == ("true" if error else "false")
    words = dialog.words.text()
    assert dialog_of(window) is dialog  # with all that it has to say
    assert dialog.words.text() == words
    dialog.close()
    assert not dialog_of(window).words.text().strip()


def test_an_export_that_is_watched_says_nothing_elsewhere(
    desk: Desk, window: PanelWindow, tmp_path: Path, held: Held
) -> None:
    held.release.set()
    dialog = dialog_of(window)
    begin(desk, dialog, tmp_path / "out.mkv")
    assert dialog.words.text() == f"Done: {tmp_path / 'out.mkv'}\na note"
    assert not window.message_bar.isVisible()


def test_a_disk_that_fills_is_told_and_the_export_goes_on_once_there_is_room(
    desk: Desk, tmp_path: Path, disk: Disk
) -> None:
    edit = timeline(tmp_path, [rack()])
    window = desk.open(edit)
    saved = edit.read_bytes()
    window.actions_by_name["export"].trigger()
    (dialog,) = window.findChildren(ExportDialog)
    target = tmp_path / "out.mkv"
    begin(desk, dialog, target)

    told = dialog.words.text()
    assert os.strerror(errno.ENOSPC) in told
    assert "make room" in told
    assert "goes on from what is finished" in told
    assert dialog.go.text() == "Go on"
    assert not target.exists()
    assert edit.read_bytes() == saved

    # Meanwhile the panel is as good as ever.
    window.actions_by_name["enable"].trigger()
    assert window.project.state is not None
    assert not window.project.state.enabled
    window.actions_by_name["undo"].trigger()
    assert window.project.state == rack()
    desk.settle(window)
    assert window.picture.viewer.shown is not None

    disk.room, before = LENGTH, disk.written
    begin(desk, dialog, target)
    assert dialog.words.text().startswith("Done")
    assert disk.written == before + 1  # the pieces that there was room for were not made again
    begin(desk, dialog, tmp_path / "whole.mkv")
    assert target.read_bytes() == (tmp_path / "whole.mkv").read_bytes()
    dialog.close()
