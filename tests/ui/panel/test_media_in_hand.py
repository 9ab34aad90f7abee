"""Media that take their time to open, without a toolkit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.depth.sidecar import DisparityFacts, write_facts
from focuspuller.core.errors import FocuspullerError
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.optics import Lens
from focuspuller.plugin.state import DisparityReference, EffectState
from focuspuller.ui.panel.observing import Change
from focuspuller.ui.panel.opening import Opening
from focuspuller.ui.panel.project import Project

from tests.clips import near_square, textured, write_clip
from tests.ui.panel.projects import LENGTH, open_here, project_on, rack, timeline


class Slow:
    """Opens nothing until it is told to; then the newest counts, and what is older is dropped."""

    def __init__(self) -> None:
        self.asked: list[Opening[Any]] = []
        self.dropped = 0

    def put(self, opening: Opening[Any]) -> None:
        if self.asked:
            self.asked[-1].overtaken()
        self.asked.append(opening)

    def finish(self) -> None:
        while self.asked:
            *older, newest = self.asked
            self.asked = []
            for opening in older:
                opening.drop(opening.work())
                self.dropped += 1
            open_here(newest)


class Table:
    """A project on a slow disk, and what was told of it."""

    def __init__(self, edit: Path) -> None:
        self.slow = Slow()
        self.project = project_on(edit, self.slow.put)
        self.messages: list[str] = []
        self.changes: list[Change] = []
        self.project.listen(lambda message: self.messages.append(message.text))
        self.project.observe(self.changes.append)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = Table(timeline(tmp_path, [rack(), rack("b.disparity.mkv")]))
    yield table
    table.project.close()


def test_until_media_are_there_the_clip_is_in_hand_without(table: Table) -> None:
    project = table.project
    assert project.session is None
    assert project.state == rack()
    assert "a" in project.open.note
    assert project.open.shown == range(LENGTH)
    table.slow.finish()
    assert project.session is not None
    assert project.open.note == ""
    assert table.changes == [Change.CLIP, Change.STATE, Change.PLAYHEAD]
    assert not table.messages


def test_only_the_clip_that_was_asked_for_last_is_shown(table: Table) -> None:
    project = table.project
    project.select(1)
    assert project.index == 1
    table.slow.finish()
    assert table.slow.dropped == 1
    assert project.session is not None
    assert project.session.info.path.name == "b.mkv"


def test_the_playhead_stays_while_a_clip_is_opened_again(table: Table) -> None:
    project = table.project
    table.slow.finish()
    project.seek(7)
    project.select(1)
    table.slow.finish()
    project.select(0)
    assert project.transport.playhead == 7
    table.slow.finish()
    assert project.transport.playhead == 7


def test_an_edit_is_made_once_its_media_are_there(table: Table, tmp_path: Path) -> None:
    project = table.project
    table.slow.finish()
    session = project.session
    (tmp_path / "a.disparity.mkv").rename(tmp_path / "other.mkv")
    project.set_disparity(tmp_path / "other.mkv")
    assert project.session is session  # it is still the old one that is seen
    assert not project.can_undo
    focused = replace(rack(), focus_distance=rack().focus_distance.insert(5, 1.5))
    project.edit(focused)
    table.slow.finish()
    assert project.session is not session
    assert project.state is not None
    assert project.state.disparity is not None
    assert project.state.disparity.url.endswith("other.mkv")
    assert project.state.focus_distance == focused.focus_distance
    project.undo()
    assert project.state == focused


@pytest.mark.parametrize("knows_metres", [True, False])
def test_what_is_edited_meanwhile_stays_but_for_the_distances_that_come_with_the_disparity(
    table: Table, tmp_path: Path, knows_metres: bool
) -> None:
    project = table.project
    table.slow.finish()
    given = write_clip(tmp_path / "other.mkv", near_square(LENGTH))
    write_facts(given, DisparityFacts(0.5, 20.0) if knows_metres else DisparityFacts())
    project.set_disparity(given)
    edited = replace(rack(), lens=Lens(focal_length=85.0, near=0.7))
    project.edit(edited)
    table.slow.finish()
    assert project.state is not None
    assert project.state.lens == (Lens(85.0, 0.5, 20.0) if knows_metres else edited.lens)


@pytest.mark.parametrize("near_is_bright", [True, False])
def test_the_disparity_in_hand_can_be_chosen_back_while_another_is_awaited(
    table: Table, tmp_path: Path, near_is_bright: bool
) -> None:
    project, given = table.project, tmp_path / "a.disparity.mkv"
    table.slow.finish()
    project.set_disparity(given)
    table.slow.finish()
    write_facts(given, DisparityFacts(near_is_bright=near_is_bright))
    project.set_disparity(write_clip(tmp_path / "mistaken.mkv", near_square(LENGTH)))
    project.set_disparity(given)
    table.slow.finish()
    assert project.state is not None
    reading = DisparityReading(near_is_bright=near_is_bright, offset=0)
    assert project.state.disparity == DisparityReference(str(given), reading)
    assert project.session is not None
    assert project.session.disparity_path == given
    assert len(table.messages) == 1
    assert "mistaken.mkv" in table.messages[0]


def test_an_edit_that_waits_for_its_media_says_so(table: Table, tmp_path: Path) -> None:
    project = table.project
    table.slow.finish()
    assert project.edit_under_way == ""
    for name in ("other.mkv", "another.mkv", "another.mkv"):
        project.set_disparity(write_clip(tmp_path / name, near_square(LENGTH)))
        assert project.edit_under_way == f"opening {name}…"
    table.slow.finish()
    assert project.edit_under_way == ""
    project.set_disparity(tmp_path / "gone.mkv")
    assert project.edit_under_way
    table.slow.finish()
    assert project.edit_under_way == ""


def test_an_edit_that_another_clip_overtakes_is_told(table: Table, tmp_path: Path) -> None:
    project = table.project
    table.slow.finish()
    project.set_disparity(write_clip(tmp_path / "other.mkv", near_square(LENGTH)))
    project.select(1)
    assert project.edit_under_way == ""
    assert len(table.messages) == 1
    assert "other.mkv was still being opened" in table.messages[0]
    table.slow.finish()
    assert not project.can_undo
    assert project.session is not None
    assert project.session.info.path.name == "b.mkv"


def test_what_cannot_be_opened_is_told_and_all_stays_as_it_was(table: Table, tmp_path: Path) -> None:
    project = table.project
    table.slow.finish()
    session = project.session
    project.set_disparity(write_clip(tmp_path / "short.mkv", textured(3)))
    table.slow.finish()
    assert len(table.messages) == 1
    assert "3 frames" in table.messages[0]
    assert project.state == rack()
    assert project.session is session


def test_an_edit_that_is_refused_leaves_the_clip_to_be_opened(table: Table, tmp_path: Path) -> None:
    project = table.project
    project.set_disparity(write_clip(tmp_path / "short.mkv", textured(3)))  # before the clip itself is open
    table.slow.finish()
    assert len(table.messages) == 1
    assert project.session is not None
    assert project.state == rack()


def test_a_clip_that_fails_beyond_words_is_offline(table: Table) -> None:
    table.slow.asked[-1].refuse(FocuspullerError("the disk went away; plug it in"))
    assert table.project.session is None
    assert table.project.open.note == "the disk went away; plug it in"
    assert table.messages == ["the disk went away; plug it in"]


def test_what_asks_for_no_other_media_is_edited_before_there_are_any(table: Table) -> None:
    project = table.project
    focused = replace(rack(), focus_distance=rack().focus_distance.insert(5, 1.5))
    project.edit(focused)
    assert project.state == focused
    table.slow.finish()
    assert project.session is not None
    assert project.state == focused
    assert not table.messages


def with_levels(project: Project, black: float | None = None, white: float | None = None) -> EffectState:
    state = project.state
    assert state is not None
    assert state.disparity is not None
    reading = state.disparity.reading
    levels = replace(
        reading,
        black=reading.black if black is None else black,
        white=reading.white if white is None else white,
    )
    return replace(state, disparity=replace(state.disparity, reading=levels))


def test_one_edit_after_another_waits_for_the_same_media(table: Table) -> None:
    project = table.project
    table.slow.finish()
    project.edit(with_levels(project, black=0.1))
    project.edit(replace(rack(), enabled=False))
    project.edit(with_levels(project, white=0.9))
    table.slow.finish()
    assert project.state == replace(with_levels(project, black=0.1, white=0.9), enabled=False)
    assert not table.messages


@pytest.mark.parametrize("dragged_to", [0.3, 0.0])
def test_a_drag_ends_where_it_is_let_go(table: Table, dragged_to: float) -> None:
    project = table.project
    table.slow.finish()
    project.edit(with_levels(project, white=0.9))
    for black in (0.1, 0.2, dragged_to):
        project.edit(with_levels(project, black=black), "drag")
    table.slow.finish()
    assert project.state == with_levels(project, black=dragged_to, white=0.9)
    assert not table.messages
