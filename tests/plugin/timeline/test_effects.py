"""Our effect on a clip: it comes and goes without a trace on anything else, and others can carry it."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import CurveError, EffectFromFuture, EffectInvalid, EffectNotFound, UnsupportedFormat
from focuspuller.core.optics import Lens
from focuspuller.plugin.state import EFFECT_NAME, METADATA_KEY
from focuspuller.plugin.timeline import (
    add_render,
    apply,
    clips,
    effect_clips,
    find,
    find_clip,
    media_range,
    open_document,
    remove,
    save_document,
    separate_copies,
)

from tests.plugin.timeline.conftest import movie, span

FOREIGN = {"other": {"when": otio.opentime.RationalTime(3, 24), "deep": [1, {"x": None}], "é": 1e-300}}


@pytest.fixture
def busy(make_clip: Any) -> Any:
    """A clip that others have put everything on."""
    clip = make_clip("busy", warps=(2.0,))
    clip.metadata.update(FOREIGN)
    clip.effects.append(otio.schema.Effect("blur", "com.other.blur", metadata=FOREIGN))
    clip.markers.append(otio.schema.Marker("focuspuller", clip.source_range, metadata=FOREIGN))
    references = {**clip.media_references(), "proxy": otio.schema.ExternalReference("p.mov", metadata=FOREIGN)}
    clip.set_media_references(references, "proxy")
    clip.media_reference.available_range = clip.source_range
    return clip


def test_apply_update_find_render_remove_leaves_no_trace(busy: Any, make_state: Any) -> None:
    before = busy.to_json_string()
    first, second = make_state(), make_state()
    apply(busy, first)
    assert find(busy) == first
    apply(busy, second)
    assert find(busy) == second
    add_render(busy, Path("/r/busy.mov"), media_range(busy))
    assert find(busy) == second
    assert busy.active_media_reference_key == "focuspuller_render"
    remove(busy)
    assert find(busy) is None
    assert busy.to_json_string() == before


def test_update_keeps_the_effect_s_place_and_what_others_wrote_into_it(busy: Any, make_state: Any) -> None:
    apply(busy, make_state())
    busy.effects[-1].metadata["host"] = {"id": 7}
    busy.effects[-1].name = "renamed"
    busy.effects.append(otio.schema.Effect("after", "com.other.after"))
    apply(busy, make_state())
    assert [effect.effect_name for effect in busy.effects][-2:] == [EFFECT_NAME, "com.other.after"]
    assert busy.effects[-2].metadata["host"]["id"] == 7
    assert busy.effects[-2].name == "renamed"
    assert sum(METADATA_KEY in marker.metadata for marker in busy.markers) == 1


def test_the_effect_is_a_plain_one_with_times_that_otio_reads(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(86420, 20), available=(86400, 100))
    apply(clip, make_state())
    (effect,) = clip.effects
    assert (effect.schema_name(), effect.effect_name) == ("Effect", "org.focuspuller.bokeh")
    ours = effect.metadata[METADATA_KEY]
    assert ours["focus_distance"]["keys"][0]["time"] == otio.opentime.RationalTime(86410, 24)
    assert ours["focus_distance"]["baked"]["start_time"] == otio.opentime.RationalTime(86420, 24)
    assert len(ours["focus_distance"]["baked"]["values"]) == 20
    json.loads(clip.to_json_string(), parse_constant=pytest.fail)


def test_slips_and_trims_move_no_key(make_clip: Any, make_state: Any) -> None:
    clip, state = make_clip(used=(86420, 20), available=(86400, 100)), make_state()
    apply(clip, state)
    clip.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(86455, 24), otio.opentime.RationalTime(5, 24)
    )
    assert find(clip) == state


def test_trimmed_copies_of_the_media_move_no_key(make_clip: Any, make_state: Any) -> None:
    """Keys at 10 and 29; what an application keeps of the media for the cut begins at 15, and its timecode goes on."""
    clip, state = make_clip(used=(86420, 20), available=(86400, 100)), make_state()
    apply(clip, state)
    clip.media_reference.available_range = span(86415, 30)
    consolidated = find(clip)
    assert consolidated is not None
    assert [key.frame for key in consolidated.focus_distance.keys] == [0, 14]
    apply(clip, consolidated)
    assert clip.effects[0].metadata[METADATA_KEY]["focus_distance"]["keys"][-1]["time"].value == 86429
    assert find(clip) == consolidated
    clip.media_reference.available_range = span(86400, 100)  # and back to the whole
    whole = find(clip)
    assert whole is not None
    assert [key.frame for key in whole.focus_distance.keys] == [15, 29]
    clip.media_reference.available_range, clip.source_range = span(0, 100), span(20, 20)  # its clock set anew
    assert find(clip) != whole
    apply(clip, state)
    clip.media_reference.available_range = span(86400, 100)
    assert find(clip) == state


def test_a_changed_effect_plays_no_outdated_render(make_clip: Any, make_state: Any) -> None:
    clip, state = make_clip(), make_state()
    assert not apply(clip, state)
    add_render(clip, Path("/r/a.mov"), media_range(clip))
    assert not apply(clip, state)
    assert clip.active_media_reference_key == "focuspuller_render"
    assert apply(clip, replace(state, lens=Lens(85)))
    assert list(clip.media_references()) == ["DEFAULT_MEDIA"]
    add_render(clip, Path("/r/a.mov"), media_range(clip))
    clip.effects[0].metadata[METADATA_KEY] = {}
    assert apply(clip, state), "of what cannot be read, nobody knows"


def test_keys_off_the_media_are_refused_where_it_is_open(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(0, 10))
    with pytest.raises(CurveError, match="clip 'shot': the media has frames 0 to 19, but keys are at 29"):
        apply(clip, make_state(), movie(20, Fraction(24)))
    assert not clip.effects


def test_the_render_stands_in_the_source_s_own_time(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(86420, 20), available=(86400, 100))
    apply(clip, make_state())
    used = media_range(clip)
    add_render(clip, Path("/r/a.mov"), used)
    render = clip.media_reference
    assert render.available_range == clip.source_range
    assert media_range(clip) == used
    add_render(clip, Path("/r/a.%05d.png"), used)
    assert clip.media_reference.target_url_for_image_number(0) == "/r/a.00020.png"
    assert clip.media_reference.available_range == clip.source_range


def test_clips_that_share_media_each_keep_their_own(make_clip: Any, make_document: Any, make_state: Any) -> None:
    one, other = make_clip("one"), make_clip("other", used=(50, 5))
    document = make_document(one, other)
    for clip in clips(document):
        apply(clip, make_state())
        add_render(clip, Path(f"/r/{clip.name}.mov"), media_range(clip))
    assert one.media_reference.target_url == "/r/one.mov"
    assert other.media_reference.target_url == "/r/other.mov"
    remove(one)
    assert one.media_reference.target_url == "a.mov"
    assert other.media_reference.target_url == "/r/other.mov"
    assert effect_clips(document) == [other]


def test_switched_off_in_the_application_is_disabled(make_clip: Any, make_state: Any) -> None:
    clip, state = make_clip(), make_state()
    apply(clip, replace(state, enabled=False))
    assert find(clip) == replace(state, enabled=False)
    apply(clip, state)
    if hasattr(clip.effects[0], "enabled"):
        clip.effects[0].enabled = False
        assert find(clip) == replace(state, enabled=False)


def test_copies_get_an_effect_of_their_own(make_clip: Any, make_document: Any, make_state: Any) -> None:
    clip = make_clip()
    apply(clip, make_state())
    document = make_document(clip, clip.clone(), clip.clone())
    assert separate_copies(document.root) == 2
    uuids = [state.uuid for clip in clips(document) if (state := find(clip))]
    assert len(set(uuids)) == 3
    assert [marker.metadata[METADATA_KEY]["uuid"] for clip in clips(document) for marker in clip.markers] == uuids
    assert separate_copies(document.root) == 0


def test_nothing_to_remove_or_to_play(make_clip: Any) -> None:
    for act in (remove, lambda clip: add_render(clip, Path("/r.mov"), range(3))):
        with pytest.raises(EffectNotFound, match="'shot' has no effect"):
            act(make_clip())


@pytest.mark.parametrize("metadata", [{}, {METADATA_KEY: None}, {METADATA_KEY: 3}, {METADATA_KEY: {"uuid": [[]]}}])
def test_damaged_metadata_names_the_clip_and_can_be_removed(make_clip: Any, metadata: Any) -> None:
    clip = make_clip("hurt")
    clip.effects.append(otio.schema.Effect(effect_name=EFFECT_NAME, metadata=metadata))
    with pytest.raises(EffectInvalid, match="clip 'hurt'"):
        find(clip)
    remove(clip)
    assert not clip.effects


def test_future_and_double_effects(make_clip: Any, make_state: Any) -> None:
    clip = make_clip()
    apply(clip, make_state())
    clip.effects[0].metadata[METADATA_KEY]["schema_version"] = 99
    with pytest.raises(EffectFromFuture, match="99"):
        find(clip)
    clip.effects.append(clip.effects[0].clone())
    with pytest.raises(EffectInvalid, match="2 effects of ours"):
        find(clip)
    remove(clip)
    assert not clip.effects


ELSEWHERE = """
import sys
import opentimelineio as otio
assert "focuspuller" not in sys.modules
timeline = otio.adapters.read_from_file(sys.argv[1])
(clip,) = timeline.find_clips()
(effect,) = clip.effects
assert type(effect) is otio.schema.Effect and effect.effect_name == "org.focuspuller.bokeh", effect
assert len(effect.metadata["focuspuller"]["focus_distance"]["baked"]["values"]) == 20
otio.adapters.write_to_file(timeline, sys.argv[2])
"""


def test_others_open_and_save_it_without_our_code(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    clip, state = make_clip(), make_state("d.mkv")
    apply(clip, state)
    add_render(clip, tmp_path / "a.render.mov", media_range(clip))
    ours, theirs = tmp_path / "ours.otio", tmp_path / "theirs.otio"
    save_document(make_document(clip), ours)
    subprocess.run([sys.executable, "-I", "-W", "error", "-c", ELSEWHERE, ours, theirs], check=True, timeout=60)
    with open_document(theirs) as document:
        assert find(find_clip(document, "shot")) == state
    assert json.loads(theirs.read_text()) == json.loads(ours.read_text())


@pytest.mark.parametrize("warp", [[], [otio.schema.LinearTimeWarp(time_scalar=0.5)], [otio.schema.FreezeFrame()]])
def test_a_render_leaves_the_cut_as_long_as_it_was(make_clip: Any, make_state: Any, warp: list[Any]) -> None:
    clip = make_clip(used=None)
    clip.effects.extend(held.clone() for held in warp)
    apply(clip, make_state())
    used = media_range(clip)
    for _ in range(3):
        add_render(clip, Path("/r/a.mov"), media_range(clip))
        assert clip.duration() == otio.opentime.RationalTime(100, 24)
        assert media_range(clip) == used


def test_switched_on_again_in_the_application_it_is_on(make_clip: Any, make_state: Any) -> None:
    clip, state = make_clip(), make_state()
    apply(clip, replace(state, enabled=False))
    clip.effects[0].enabled = True
    assert find(clip) == state


def test_a_name_that_no_timeline_can_hold(make_clip: Any, make_state: Any) -> None:
    with pytest.raises(UnsupportedFormat, match="not UTF-8"):
        apply(make_clip(), make_state("/m/b\udcfccher.mkv"))
