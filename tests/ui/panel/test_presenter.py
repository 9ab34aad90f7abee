from functools import partial
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.renderer import Engine, Quality
from focuspuller.plugin.session import Session
from focuspuller.plugin.timeline import apply, clips, open_document
from focuspuller.ui.panel import open_clip
from focuspuller.ui.panel.clip_list import EFFECT_ROLE, PICTURE_ROLE
from focuspuller.ui.panel.disparity_track import TrackRequest
from focuspuller.ui.panel.pictures import Detail
from PySide6.QtCore import Qt

from tests.clips import textured, write_clip
from tests.ui.panel.projects import LENGTH, rack, timeline
from tests.ui.panel.windows import CONTROL, Desk, Hand, drop, over


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


def test_media_that_vanish_while_open_are_told_and_work_goes_on(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, project = Hand(desk, window), window.project
    movie = edit.parent / "a.mkv"
    gone = movie.rename(edit.parent / "elsewhere.mkv")
    hand.key(Qt.Key.Key_E)
    for index in (1, 0):
        project.select(index)
        desk.spin()
    assert window.message_bar.isVisible()
    assert "a.mkv" in window.message_bar.text.text()
    assert project.state is not None
    assert not project.state.enabled
    hand.key(Qt.Key.Key_S, CONTROL)
    assert not window.isWindowModified()
    gone.rename(movie)
    for index in (1, 0):
        project.select(index)
        desk.spin()
    desk.settle(window)
    assert window.picture.viewer.shown is not None
    assert not window.message_bar.isVisible()


def test_weights_that_are_not_ours_are_told_and_the_draft_is_shown(
    desk: Desk, edit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = edit.parent / "strange.safetensors"
    strange.write_bytes(b"these are no weights")
    monkeypatch.setattr(open_clip, "Session", partial(Session, engine=Engine(weights=strange)))
    window = desk.open(edit, Quality.FINAL)
    desk.wait_until(window.message_bar.isVisible)
    assert "strange.safetensors" in window.message_bar.text.text()
    assert window.picture.viewer.shown is not None
    assert window.picture.viewer.shown.detail is Detail.DRAFT


def test_a_track_of_another_cut_of_the_same_footage_is_not_shown(desk: Desk, edit: Path) -> None:
    with open_document(edit) as document:
        first, second = clips(document)
        second.media_reference = first.media_reference.clone()
        apply(second, rack())
        edit.write_text(document.root.to_json_string())
    window = desk.open(edit)
    requests: list[TrackRequest] = []
    window.feed.tracked.connect(lambda news: requests.append(news[0]))
    window.feed.track((0.3, 0.4))
    desk.wait_until(lambda: bool(requests))
    window.project.select(1)
    desk.settle(window)
    window.feed.tracked.emit((requests[0], np.full(LENGTH, 0.5)))  # late
    assert window.curves.canvas.pointer is not None
    assert window.curves.canvas.pointer.model.subject is None


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
