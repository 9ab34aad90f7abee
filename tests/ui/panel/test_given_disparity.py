"""Disparity that is given to a clip in the panel."""

from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.depth.sidecar import DisparityFacts, write_facts
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.optics import Lens
from focuspuller.ui.panel.inspector.binding import value_of, with_value

from tests.clips import near_square, textured, write_clip
from tests.ui.panel.projects import LENGTH, content, opened, rack, state_of, timeline


def test_a_missing_disparity_is_told_and_can_be_given(tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack("gone.mkv")])
    (tmp_path / "a.disparity.mkv").rename(tmp_path / "found.mkv")
    project, messages = opened(edit)
    assert project.open.trouble
    assert project.session is not None
    assert not project.open.has_disparity
    state = state_of(project)
    project.edit(replace(state, focus_distance=state.focus_distance.insert(5, 1.5)))  # the rest goes on
    project.set_disparity(tmp_path / "found.mkv")
    assert project.open.has_disparity
    assert not project.open.trouble
    assert state_of(project).focus_distance.value(5) == 1.5
    assert not messages
    project.undo()
    assert not project.open.has_disparity
    project.close()


def test_disparity_is_read_as_the_json_beside_it_says(tmp_path: Path) -> None:
    project, messages = opened(timeline(tmp_path))
    as_opened = content(project)
    given = write_clip(tmp_path / "metres.mkv", near_square(LENGTH))
    write_facts(given, DisparityFacts(0.5, 20.0, near_is_bright=False))
    project.set_disparity(given)
    state = state_of(project)
    assert state.lens == Lens(near=0.5, far=20.0)
    assert state.disparity is not None
    assert state.disparity.reading == DisparityReading(near_is_bright=False, offset=0)
    write_facts(given, DisparityFacts())  # of a model that knows no metres
    project.set_disparity(given)
    state = state_of(project)
    assert state.lens == Lens(near=0.5, far=20.0)
    assert state.disparity is not None
    assert state.disparity.reading == DisparityReading(offset=0)
    for _ in range(2):
        project.undo()
    assert content(project) == as_opened
    assert not messages
    project.close()


@pytest.mark.parametrize("name", ["a.disparity.mkv", "other.mkv"])
def test_levels_stay_with_the_disparity_that_they_were_said_of(tmp_path: Path, name: str) -> None:
    said = DisparityReading(black=0.1, white=0.9, offset=0)
    of_its_own = rack()
    assert of_its_own.disparity is not None
    levelled = replace(of_its_own, disparity=replace(of_its_own.disparity, reading=said))
    project, _ = opened(timeline(tmp_path, [levelled]))
    given = tmp_path / name
    if not given.exists():
        write_clip(given, near_square(LENGTH))
    write_facts(given, DisparityFacts(0.5, 20.0))
    project.set_disparity(given)
    state = state_of(project)
    assert state.disparity is not None
    assert state.disparity.reading == (said if name == "a.disparity.mkv" else DisparityReading(offset=0))
    assert state.lens == Lens(near=0.5, far=20.0)
    project.close()


@pytest.mark.parametrize("facts", [DisparityFacts(5.0, 1.0), DisparityFacts(1e7, 1e8)])
def test_json_that_cannot_be_is_told_and_changes_nothing(tmp_path: Path, facts: DisparityFacts) -> None:
    project, messages = opened(timeline(tmp_path))
    given = write_clip(tmp_path / "metres.mkv", near_square(LENGTH))
    write_facts(given, facts)
    project.set_disparity(given)
    assert len(messages) == 1
    assert project.state == rack()
    project.close()


def test_longer_disparity_begins_with_the_footage_until_told_otherwise(tmp_path: Path) -> None:
    project, messages = opened(timeline(tmp_path))
    project.set_disparity(write_clip(tmp_path / "long.mkv", near_square(LENGTH + 2)))
    assert messages[-1].endswith(f"long.mkv: of {LENGTH + 2} frames of disparity, 0 to {LENGTH - 1} are used")
    assert value_of(state_of(project), "disparity_offset", 0) == 0
    project.edit(with_value(state_of(project), "disparity_offset", 2, 0))
    assert f"2 to {LENGTH + 1}" in messages[-1]
    project.edit(with_value(state_of(project), "disparity_white", 0.9, 0))
    project.edit(with_value(state_of(project), "disparity_offset", 3, 0))
    assert len(messages) == 3
    assert "do not go with" in messages[-1]
    assert value_of(state_of(project), "disparity_offset", 0) == 2
    project.set_disparity(tmp_path / "a.disparity.mkv")
    assert value_of(state_of(project), "disparity_offset", 0) == 0
    assert len(messages) == 3
    project.close()


def test_disparity_of_another_length_is_refused(tmp_path: Path) -> None:
    project, messages = opened(timeline(tmp_path))
    project.set_disparity(write_clip(tmp_path / "short.mkv", textured(3)))
    assert len(messages) == 1
    assert project.state == rack()
    assert project.open.has_disparity
    project.close()
