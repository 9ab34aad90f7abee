"""Effects that an application dropped come back to their clip, or are reported; none is guessed."""

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import MediaNotFound
from focuspuller.plugin.sidecar import read_sidecar, sidecar_of
from focuspuller.plugin.state import METADATA_KEY
from focuspuller.plugin.timeline import (
    Document,
    add_render,
    apply,
    clips,
    find,
    find_clip,
    media_range,
    open_document,
    recovered,
    save_document,
    source_key,
)
from focuspuller.plugin.timeline.reattach import Outcome, Reattachment, reattach

from tests.plugin.timeline.conftest import span


@pytest.fixture
def saved(make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path) -> Path:
    """Clips a and b with the effect, of one media, beside c without it."""
    document = make_document(make_clip("a"), make_clip("b", used=(40, 10)), make_clip("c"))
    for name in ("a", "b"):
        apply(find_clip(document, name), make_state())
    save_document(document, tmp_path / "out.otio")
    return tmp_path / "out.otio"


def reattached(document: Document, path: Path) -> dict[str, Reattachment]:
    """By the name of the clip that was remembered."""
    remembered = read_sidecar(sidecar_of(path))
    return {remembered[done.uuid].clip: done for done in reattach(document, remembered)}


def strip(clip: Any, *, marker: bool) -> None:
    for effect in list(clip.effects):
        clip.effects.remove(effect)
    for held in list(clip.markers) if marker else []:
        clip.markers.remove(held)


def test_what_is_there_is_left_alone(saved: Path) -> None:
    with open_document(saved) as document:
        before = document.root.to_json_string()
        assert {done.outcome for done in reattached(document, saved).values()} == {Outcome.INTACT}
        assert document.root.to_json_string() == before


@pytest.mark.parametrize("marker", [False, True])
def test_dropped_effects_come_back_whole(saved: Path, marker: bool) -> None:
    with open_document(saved) as document:
        whole = [find(clip) for clip in clips(document)]
        for clip in clips(document):
            strip(clip, marker=marker)
        done = reattached(document, saved)
        assert {one.outcome for one in done.values()} == {Outcome.REATTACHED}
        assert ("name, media and range" if marker else "marker") in done["a"].note
        assert [find(clip) for clip in clips(document)] == whole


def test_a_marker_holds_through_renaming_trimming_and_relinking(saved: Path) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        state = find(clip)
        strip(clip, marker=False)
        clip.name, clip.media_reference.target_url = "renamed", "/elsewhere/proxy.mov"
        clip.source_range = otio.opentime.TimeRange(clip.source_range.start_time, otio.opentime.RationalTime(5, 24))
        assert reattached(document, saved)["a"].outcome is Outcome.REATTACHED
        assert find(clip) == state


def test_on_a_trimmed_copy_of_its_media_it_comes_back_with_its_keys_moved(saved: Path) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        strip(clip, marker=False)
        clip.media_reference.available_range = span(5, 30)
        assert reattached(document, saved)["a"].outcome is Outcome.REATTACHED
        state = find(clip)
        assert state is not None
        assert [key.frame for key in state.focus_distance.keys] == [5, 24]


def test_an_effect_whose_metadata_was_emptied_is_filled_again(saved: Path) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        state = find(clip)
        del clip.effects[0].metadata[METADATA_KEY]
        assert reattached(document, saved)["a"].outcome is Outcome.REATTACHED
        assert find(clip) == state
        assert len(clip.effects) == 1


def test_paths_that_an_application_rewrote_are_the_same_media(saved: Path) -> None:
    for url in ("file:///Volumes/x/a.mov", r"D:\x\a.mov", "/x/a.mov"):
        with open_document(saved) as document:
            clip = clips(document)[0]
            strip(clip, marker=True)
            clip.media_reference.target_url = url
            assert reattached(document, saved)["a"].outcome is Outcome.REATTACHED


def test_no_likely_clip_is_lost_not_guessed(saved: Path) -> None:
    with open_document(saved) as document:
        a, b, _ = clips(document)
        for clip in (a, b):
            strip(clip, marker=True)
        a.name = "renamed"
        b.source_range = a.source_range
        done = reattached(document, saved)
        assert {one.outcome for one in done.values()} == {Outcome.LOST}
        assert [find(clip) for clip in clips(document)] == [None] * 3


@pytest.mark.parametrize("marker", [False, True])
def test_two_likely_clips_are_reported_not_guessed(saved: Path, marker: bool) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        strip(clip, marker=marker)
        document.root.tracks[0].append(clip.clone())
        done = reattached(document, saved)["a"]
        assert done.outcome is Outcome.AMBIGUOUS
        assert "'a#1', 'a#2'" in done.note
        assert find(clip) is None


def test_two_effects_for_one_clip_are_reported(saved: Path, make_state: Any) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        apply(clip, make_state())
        saved.unlink()
        save_document(document, saved)
        strip(clip, marker=True)
        remembered = read_sidecar(sidecar_of(saved))
        outcomes = sorted(done.outcome for done in reattach(document, remembered))
        assert outcomes == [Outcome.AMBIGUOUS, Outcome.AMBIGUOUS, Outcome.INTACT]


def test_a_twin_that_has_another_effect_by_now_leaves_it_open(saved: Path, make_state: Any) -> None:
    with open_document(saved) as document:
        clip = clips(document)[0]
        strip(clip, marker=True)
        twin = clip.clone()
        document.root.tracks[0].append(twin)
        apply(clip, fresh := make_state())  # as it is asked for where two are likely
        done = reattached(document, saved)["a"]
        assert done.outcome is Outcome.AMBIGUOUS
        assert (find(clip), find(twin)) == (fresh, None)
        assert done.uuid in document.unplaced
        document.root.tracks[0].remove(twin)
        done = reattached(document, saved)["a"]
        assert done.outcome is Outcome.SUPERSEDED
        assert not document.unplaced


def test_a_source_that_gave_way_to_our_render_comes_back(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    clip, state = make_clip(), make_state()
    apply(clip, state)
    add_render(clip, tmp_path / "r.mov", media_range(clip))
    used = media_range(clip)
    save_document(make_document(clip), tmp_path / "out.otio")
    with open_document(tmp_path / "out.otio") as document:
        (clip,) = clips(document)
        strip(clip, marker=True)
        flat = otio.schema.ExternalReference("/x/r.mov", clip.media_reference.available_range)
        clip.set_media_references({"DEFAULT_MEDIA": flat}, "DEFAULT_MEDIA")
        assert reattached(document, tmp_path / "out.otio")["shot"].outcome is Outcome.REATTACHED
        assert find(clip) == state
        assert clip.media_reference.target_url == "/x/r.mov"
        assert clip.media_references()[source_key(clip)].target_url == "a.mov"
        assert media_range(clip) == used


def test_a_hostile_remembered_source_is_reported(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    clip = make_clip()
    apply(clip, make_state())
    save_document(make_document(clip), tmp_path / "out.otio")
    for source in ({"OTIO_SCHEMA": "Foo.1"}, {"OTIO_SCHEMA": 3}, {}, {"OTIO_SCHEMA": "Clip.2"}):
        with open_document(tmp_path / "out.otio") as document:
            strip(clips(document)[0], marker=True)
            remembered = read_sidecar(sidecar_of(tmp_path / "out.otio"))
            for was in remembered.values():
                was.source.clear()
                was.source.update(source)
            (done,) = reattach(document, remembered)
            assert done.outcome is Outcome.LOST
            assert "source" in done.note


def test_a_source_that_gave_way_to_the_render_comes_back_where_the_effect_is_still_there(saved: Path) -> None:
    with open_document(saved) as document:
        clip = find_clip(document, "a")
        add_render(clip, Path("/r/render.mov"), media_range(clip))
        save_document(document, saved, overwrite=True)
        render = clip.media_reference.clone()
        clip.set_media_references({clip.DEFAULT_MEDIA_KEY: render}, clip.DEFAULT_MEDIA_KEY)
        with pytest.raises(MediaNotFound):
            source_key(clip)
        assert any("has its source again" in note for note in recovered(document))
        assert clip.media_references()[source_key(clip)].target_url == "a.mov"
        assert recovered(document) == ()


def test_where_it_cannot_the_sidecar_goes_on_remembering(saved: Path) -> None:
    with open_document(saved) as document:
        clip = find_clip(document, "a")
        state = find(clip)
        other = otio.schema.ExternalReference("elsewhere.mov", clip.source_range)
        other.metadata[METADATA_KEY] = {"uuid": "x"}
        clip.set_media_references({clip.DEFAULT_MEDIA_KEY: other}, clip.DEFAULT_MEDIA_KEY)
        assert any("lost its source" in note for note in recovered(document))
        save_document(document, saved, overwrite=True)
    assert state is not None
    assert state.uuid in read_sidecar(sidecar_of(saved))


def test_a_damaged_sidecar_is_told_of_and_set_aside(saved: Path) -> None:
    sidecar_of(saved).write_bytes(b"{")
    with open_document(saved) as document:
        (note,) = recovered(document)
        assert "not a sidecar of ours" in note
        save_document(document, saved, overwrite=True)
    assert len(read_sidecar(sidecar_of(saved))) == 2
    assert saved.with_name(f"{sidecar_of(saved).name}.damaged-1").read_bytes() == b"{"


def test_switched_in_the_application_it_is_remembered_so(saved: Path) -> None:
    with open_document(saved) as document:
        find_clip(document, "a").effects[0].enabled = False
        save_document(document, saved, overwrite=True)
        strip(find_clip(document, "a"), marker=False)
        reattached(document, saved)
        state = find(find_clip(document, "a"))
        assert state is not None
        assert not state.enabled
