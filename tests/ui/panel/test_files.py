import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.plugin.state import EffectState
from focuspuller.plugin.timeline import clips, find, open_document
from focuspuller.ui.panel import files
from focuspuller.ui.panel.autosave import autosave_of, write_autosave
from focuspuller.ui.panel.open_clip import OpenClip
from focuspuller.ui.panel.opened import digest_of, open_timeline_or_clip
from focuspuller.ui.panel.questions import Answer
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import Qt

from tests.clips import near_square, write_clip
from tests.ui.panel.projects import LENGTH, rack
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand


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


def test_closing_asks_about_a_disparity_that_is_still_being_opened(
    desk: Desk, edit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = desk.open(edit)
    release, opening_whole = threading.Event(), window.project.timeline.opening_whole

    def slow(index: int, state: EffectState) -> Callable[[], OpenClip]:
        open_now = opening_whole(index, state)

        def work() -> OpenClip:
            release.wait(20)
            return open_now()

        return work

    monkeypatch.setattr(window.project.timeline, "opening_whole", slow)
    window.project.set_disparity(write_clip(edit.parent / "other.mkv", near_square(LENGTH)))
    desk.answers.gives_up = False
    assert not window.close()
    assert desk.answers.asked == ["give up opening other.mkv…"]
    release.set()
    window.opener.wait()
    desk.answers.save = Answer.CANCEL
    assert not window.close()
    assert desk.answers.asked[1:] == ["save edit.otio"]  # it is an edit like any other now


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


def test_a_second_window_on_a_file_leaves_the_firsts_unsaved_work_alone(desk: Desk, edit: Path) -> None:
    write_autosave(edit, {0: replace(rack(), enabled=False)}, 2, digest_of(edit))
    first = desk.open(edit)
    work = autosave_of(edit).read_bytes()
    second = desk.open(edit)
    assert desk.answers.asked == ["recover edit.otio"]
    assert "open in another window" in second.message_bar.text.text()
    second.project.remove_effect()
    second.project.undo()
    assert second.close()
    assert autosave_of(edit).read_bytes() == work
    assert first.close()
    assert not list(edit.parent.glob(".*"))


def test_work_that_cannot_be_recovered_is_set_aside_and_found_where_the_message_says(desk: Desk, edit: Path) -> None:
    write_autosave(edit, {0: None}, 3, "of a timeline with three clips")
    work = autosave_of(edit).read_bytes()
    window = desk.open(edit)
    kept = [Path(word.rstrip(":")) for word in window.message_bar.text.text().split() if word.startswith(str(edit))]
    assert [place.read_bytes() for place in kept] == [work]
    window.project.remove_effect()
    assert window.close()
    assert kept[0].read_bytes() == work


def test_work_that_can_be_neither_recovered_nor_moved_is_left_alone(
    desk: Desk, edit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Path:
        raise PermissionError("not yours")

    monkeypatch.setattr(files, "set_aside", refuse)
    autosave_of(edit).write_bytes(b"spoilt")
    window = desk.open(edit)
    assert "move it away" in window.message_bar.text.text()
    window.project.remove_effect()
    assert window.close()
    assert autosave_of(edit).read_bytes() == b"spoilt"


@pytest.mark.parametrize("answer", [Answer.SAVE, Answer.SAVE_AS, Answer.CANCEL])
def test_saving_over_what_another_application_wrote_is_asked(desk: Desk, edit: Path, answer: Answer) -> None:
    window = desk.open(edit)
    hand = Hand(desk, window)
    hand.key(Qt.Key.Key_E)
    theirs = edit.read_bytes() + b"\n"
    edit.write_bytes(theirs)
    desk.answers.over, desk.answers.path = answer, edit.parent / "mine.otio"
    hand.key(Qt.Key.Key_S, CONTROL)
    assert desk.answers.asked[0] == "save over edit.otio"
    assert (edit.read_bytes() == theirs) is (answer is not Answer.SAVE)
    assert desk.answers.path.exists() is (answer is Answer.SAVE_AS)
    assert window.isWindowModified() is (answer is Answer.CANCEL)


def test_closing_is_given_up_with_the_saving(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    Hand(desk, window).key(Qt.Key.Key_E)
    edit.write_bytes(edit.read_bytes() + b"\n")
    desk.answers.save, desk.answers.over = Answer.SAVE, Answer.CANCEL
    assert not window.close()


def test_what_was_saved_here_is_saved_again_without_a_question(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand = Hand(desk, window)
    for _ in range(2):
        hand.key(Qt.Key.Key_E)
        hand.key(Qt.Key.Key_S, CONTROL)
    edit.unlink()  # there is nothing to save over
    hand.key(Qt.Key.Key_S, CONTROL)
    assert edit.exists()
    desk.answers.path = edit.parent / "bundle.otiod"
    hand.key(Qt.Key.Key_S, CONTROL | SHIFT)
    hand.key(Qt.Key.Key_E)
    hand.key(Qt.Key.Key_S, CONTROL)
    assert desk.answers.asked == ["save as edit.otio"]


def test_a_bundle_that_another_application_wrote_is_known(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    bundle = edit.parent / "bundle.otiod"
    assert window.project.save(bundle)
    content = bundle / "content.otio"
    content.write_bytes(content.read_bytes() + b"\n")
    Hand(desk, window).key(Qt.Key.Key_S, CONTROL)
    assert desk.answers.asked == ["save over bundle.otiod"]


def test_a_bare_clip_is_saved_under_a_name(desk: Desk, edit: Path, tmp_path: Path) -> None:
    window = desk.open(tmp_path / "a.mkv")
    window.project.set_disparity(tmp_path / "a.disparity.mkv")
    desk.spin()
    desk.answers.path = tmp_path / "new.otio"
    Hand(desk, window).key(Qt.Key.Key_S, CONTROL)
    assert desk.answers.asked == ["save as a.otio"]
    assert (tmp_path / "new.otio").exists()
    assert not window.isWindowModified()


def test_a_window_that_nobody_attends_leaves_unsaved_work_alone(desk: Desk, edit: Path) -> None:
    write_autosave(edit, {0: None}, 2, digest_of(edit))
    window = PanelWindow(open_timeline_or_clip(edit), desk.settings, lambda parent: desk.answers)
    window.project.apply_effect()
    window.opener.wait()
    assert window.close()
    window.deleteLater()
    assert desk.answers.asked == ["save edit.otio"]
    assert autosave_of(edit).exists()
