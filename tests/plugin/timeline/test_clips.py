"""Finding clips by name, through whatever nests them."""

import time
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import ClipAmbiguous, ClipNotFound
from focuspuller.plugin.timeline import Document, clips, find_clip, names


@pytest.fixture
def nested(make_clip: Any, make_document: Any) -> Document:
    """a | [b in a stack in a stack] | fade | gap | c | c | (no name) | (no name)."""
    inner, outer, track = otio.schema.Stack("inner"), otio.schema.Stack("outer"), otio.schema.Track("nested")
    track.append(make_clip("b"))
    inner.append(track)
    outer.append(inner)
    half = otio.opentime.RationalTime(2, 24)
    document: Document = make_document(
        make_clip("a"),
        outer,
        otio.schema.Transition(in_offset=half, out_offset=half),
        otio.schema.Gap(),
        *(make_clip(name) for name in ("c", "c", "", "")),
    )
    return document


def test_depth_first_with_names_that_find_each_clip(nested: Document) -> None:
    found = clips(nested)
    assert [clip.name for clip in found] == ["a", "b", "c", "c", "", ""]
    assert names(found) == ["a", "b", "c#1", "c#2", "#1", "#2"]
    for clip, name in zip(found, names(found), strict=True):
        assert find_clip(nested, name) is clip


def test_ambiguous_and_unknown_names_say_what_to_give(nested: Document) -> None:
    with pytest.raises(ClipAmbiguous, match="2 clips are named 'c'"):
        find_clip(nested, "c")
    with pytest.raises(ClipNotFound, match=r"'a', 'b', 'c#1', 'c#2'"):
        find_clip(nested, "d")
    for name in ("c#3", "c#0"):
        with pytest.raises(ClipNotFound, match="only 2"):
            find_clip(nested, name)


def test_a_name_with_a_number_sign_is_a_name_first(make_clip: Any, make_document: Any) -> None:
    document = make_document(make_clip("c"), make_clip("c"), make_clip("c#2"))
    assert find_clip(document, "c#2") is clips(document)[2]


def test_collections_stacks_and_lone_clips_have_clips_too(make_clip: Any, make_document: Any, nested: Document) -> None:
    for root in (otio.schema.SerializableCollection("all", [nested.root]), nested.root.tracks.clone()):
        assert [clip.name for clip in clips(Document(root, nested.path))] == ["a", "b", "c", "c", "", ""]
    assert [clip.name for clip in clips(Document(make_clip("only"), nested.path))] == ["only"]


def test_an_empty_timeline(make_document: Any) -> None:
    with pytest.raises(ClipNotFound, match="no clips"):
        find_clip(make_document(), "a")


def test_many_and_hostile_names_give_one_bounded_line_in_bounded_time(make_clip: Any, make_document: Any) -> None:
    long = "long\n\x1b[31m" + "x" * 5000
    document = make_document(*(make_clip(f"shot {index:04d}") for index in range(10_000)), make_clip(long))
    began = time.perf_counter()
    with pytest.raises(ClipNotFound, match="'shot 0777'") as caught:
        find_clip(document, "shot_0777")
    with pytest.raises(ClipNotFound) as hostile:
        find_clip(document, long + "!")
    assert time.perf_counter() - began < 10
    for message in (str(caught.value), str(hostile.value)):
        assert len(message) < 2000
        assert message.isprintable()


def test_sound_is_no_clip_to_put_an_effect_on(make_clip: Any, make_document: Any) -> None:
    document = make_document(make_clip("A001"))
    sound = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    sound.append(make_clip("A001"))
    document.root.tracks.append(sound)
    assert names(clips(document)) == ["A001"]
    assert find_clip(document, "A001").parent().name == "V1"
