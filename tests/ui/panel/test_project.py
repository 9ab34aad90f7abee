import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin.state import EffectState
from focuspuller.plugin.timeline import add_render, clips, find, open_document, save_document
from focuspuller.ui.panel.observing import Change
from focuspuller.ui.panel.project import Project

from tests.clips import textured, write_clip
from tests.ui.panel.projects import LENGTH, content, opened, rack, state_of, timeline


def focused(project: Project, metres: float, frame: int = 5) -> EffectState:
    state = state_of(project)
    return replace(state, focus_distance=state.focus_distance.insert(frame, metres))


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    return timeline(tmp_path)


def test_it_opens_on_the_first_clip(edit: Path) -> None:
    project, messages = opened(edit)
    assert project.timeline.clip_names == ["a", "b"]
    assert project.state == rack()
    assert project.session is not None
    assert project.session.used == project.transport.frames == range(LENGTH)
    assert [project.timeline.has_effect(i) for i in range(2)] == [True, False]
    assert not project.timeline.is_dirty
    assert not project.can_undo
    assert not messages
    project.close()


def test_undo_all_the_way_gives_the_timeline_as_opened(edit: Path) -> None:
    before = edit.read_bytes()
    project, _ = opened(edit)
    as_opened = content(project)
    project.edit(focused(project, 1.5))
    for metres in (1.6, 1.7, 1.8):
        project.edit(focused(project, metres), "drag")
    project.copy_effect([1])
    project.remove_effect()
    project.select(1)
    project.remove_effect()
    project.apply_effect()
    assert content(project) != as_opened
    steps = 0
    while project.can_undo:
        project.undo()
        steps += 1
    assert steps == 6
    assert content(project) == as_opened
    assert not project.timeline.is_dirty
    assert project.save(edit)
    assert edit.read_bytes() == before
    project.close()


def test_what_is_saved_is_what_was_edited(edit: Path) -> None:
    project, messages = opened(edit)
    project.edit(focused(project, 1.5))
    wanted = project.state
    assert project.timeline.is_dirty
    assert project.save(edit)
    assert not project.timeline.is_dirty
    project.undo()
    assert project.timeline.is_dirty
    project.close()
    with open_document(edit) as document:
        assert find(clips(document)[0]) == wanted
    assert not messages


def test_undo_goes_to_the_clip_it_changes(edit: Path) -> None:
    project, _ = opened(edit)
    project.edit(focused(project, 1.5))
    project.select(1)
    project.undo()
    assert project.index == 0
    assert project.state == rack()
    project.close()


def test_undo_that_takes_another_clip_in_hand_stops_the_one_that_plays(edit: Path) -> None:
    project, _ = opened(edit)
    project.edit(focused(project, 1.5))
    project.select(1)
    played = project.transport
    played.toggle()
    changes: list[Change] = []
    project.observe(changes.append)
    project.undo()
    assert not played.is_playing
    assert Change.PLAYHEAD in changes
    project.close()


def test_the_media_stay_open_through_edit_undo_and_redo(edit: Path) -> None:
    project, _ = opened(edit)
    session = project.session
    assert session is not None
    project.edit(focused(project, 1.5))
    project.undo()
    assert project.state == rack()
    project.redo()
    assert state_of(project).focus_distance.value(5) == 1.5
    assert project.session is session
    project.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: replace(state, focus_distance=state.focus_distance.insert(LENGTH, 1.0)),
        lambda state: replace(state, lens=Lens(800.0), focus_distance=state.focus_distance.insert(3, 0.5)),
        lambda state: replace(state, disparity=replace(state.disparity, url="gone.mkv")),
    ],
)
def test_an_impossible_edit_is_told_and_changes_nothing(
    edit: Path, spoil: Callable[[EffectState], EffectState]
) -> None:
    project, messages = opened(edit)
    as_opened = content(project)
    changes: list[Change] = []
    project.observe(changes.append)
    project.edit(spoil(state_of(project)))
    assert len(messages) == 1
    assert Change.STATE in changes  # so that whoever drew the edit draws the state again
    assert content(project) == as_opened
    assert not project.can_undo
    assert project.session is not None
    assert project.session.source(0).shape == (48, 64, 3)
    project.close()


def test_a_copy_on_other_footage_counts_keys_from_the_first_frame_shown(tmp_path: Path) -> None:
    edit = timeline(tmp_path)
    with open_document(edit) as document:
        clip = clips(document)[1]
        clip.source_range = type(clip.source_range)(
            clip.source_range.start_time + type(clip.source_range.start_time)(3, 24), clip.source_range.duration
        )
        edit.write_text(document.root.to_json_string())
    project, messages = opened(edit)
    project.copy_effect([1])
    project.select(1)
    copied = state_of(project)
    assert project.open.shown == range(3, LENGTH)
    assert [key.frame for key in copied.focus_distance.keys] == [4, 11]
    assert copied.focus_distance.value(7) == pytest.approx(rack().focus_distance.value(4))
    assert copied.uuid != rack().uuid
    assert copied.disparity is None
    assert not messages
    project.close()


def test_an_offline_clip_leaves_the_others_alone(tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack(), rack("b.disparity.mkv")])
    (tmp_path / "a.mkv").unlink()
    project, messages = opened(edit)
    assert project.session is None
    assert "a.mkv" in project.open.trouble
    project.select(1)
    assert project.session is not None
    assert not messages
    project.select(0)
    assert len(messages) == 1
    project.close()


def test_a_clip_of_which_only_a_render_is_left_is_offline(tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack()])
    with open_document(edit) as document:
        (clip,) = clips(document)
        add_render(clip, write_clip(tmp_path / "r.mkv", textured(LENGTH)), range(LENGTH))
        references = clip.media_references()
        clip.set_media_references({"focuspuller_render": references["focuspuller_render"]}, "focuspuller_render")
        edit.write_text(document.root.to_json_string())
    project, _ = opened(edit)
    assert project.session is None
    assert project.open.trouble
    project.close()


def test_a_bare_clip_becomes_a_timeline(tmp_path: Path) -> None:
    timeline(tmp_path, [None])
    project, _ = opened(tmp_path / "a.mkv")
    assert project.timeline.path is None
    project.set_disparity(tmp_path / "a.disparity.mkv")
    assert project.save(tmp_path / "new.otio")
    project.close()
    again, _ = opened(tmp_path / "new.otio")
    assert again.open.has_disparity
    again.close()


@pytest.mark.parametrize("kind", ["otioz", "otiod"])
def test_what_a_save_took_out_of_a_bundle_can_be_put_back(tmp_path: Path, kind: str) -> None:
    bundle = tmp_path / f"b.{kind}"
    with open_document(timeline(tmp_path, [rack()])) as document:
        (clip,) = clips(document)
        add_render(clip, write_clip(tmp_path / "r.mkv", textured(LENGTH)), range(LENGTH))
        save_document(document, bundle)
    for movie in tmp_path.glob("*.mkv"):
        movie.unlink()
    project, messages = opened(bundle)
    as_opened = content(project)
    project.remove_effect()
    for step in (project.undo, project.redo, project.undo):
        assert project.save(bundle)
        step()
    assert project.save(bundle)
    project.close()
    again, more = opened(bundle)
    assert content(again) == as_opened
    assert again.open.has_disparity
    document = again.timeline.document
    assert document.locate(clips(document)[0].media_references()["focuspuller_render"].target_url, "the render")
    again.close()
    assert messages == more == []
    assert not list(tmp_path.rglob("*.partial"))


def test_saving_where_nothing_can_be_written_keeps_the_work(edit: Path) -> None:
    project, messages = opened(edit)
    project.edit(focused(project, math.inf))
    assert not project.save(edit.parent / "no" / "such" / "folder.otio")
    assert len(messages) == 1
    assert project.timeline.is_dirty
    project.close()
