"""What is said of a clip before it is rendered."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
from focuspuller.core.media.info import MediaInfo
from focuspuller.plugin.state import METADATA_KEY
from focuspuller.plugin.timeline import add_render, apply, notes_on

from tests.plugin.timeline.conftest import movie, span

MEDIA = movie(100, Fraction(24))


def said(clip: Any, media: MediaInfo = MEDIA) -> str:
    return "; ".join(notes_on(clip, media))


def test_another_source_than_the_last_render_s_is_named(make_clip: Any, make_state: Any) -> None:
    clip = make_clip()
    apply(clip, make_state())
    add_render(clip, Path("/r/a.mov"), range(10, 30))
    assert said(clip) == ""
    references = {**clip.media_references(), "hires": otio.schema.ExternalReference("h.mov", span(0, 100))}
    clip.set_media_references(references, "hires")
    assert said(clip) == "clip 'shot': 'hires' plays and is rendered; its last render was of 'DEFAULT_MEDIA'"


def test_interpreted_footage_asks_for_its_render_to_be_so_too(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(10, 20, 12), available=(0, 100, 12))
    apply(clip, make_state(), MEDIA)
    assert "plays its media's 24 frames a second at 12" in said(clip)


def test_keys_that_may_have_moved_are_told_of(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(86420, 10), available=(86400, 100))
    apply(clip, make_state(), MEDIA)
    for settled in (span(86415, 30), span(100, 100), span(86400, 20)):
        clip.media_reference.available_range = clip.source_range = settled
        assert said(clip, movie(int(settled.duration.value), Fraction(24))) == ""
    clip.media_reference.available_range = clip.source_range = span(15, 30)  # trimmed, and counted from 0
    assert "begins at 15, and at 86400 when its keys were set" in said(clip, movie(30, Fraction(24)))
    clip.media_reference.available_range = clip.source_range = span(86415, 30)
    del clip.effects[0].metadata[METADATA_KEY]["media_length"]  # by an earlier version
    assert "begins at 86415, and at 86400" in said(clip, movie(30, Fraction(24)))


def test_without_the_timeline_s_word_the_file_s_own_clock_is_looked_at(make_clip: Any, make_state: Any) -> None:
    clip = make_clip(used=(86420, 10), available=None)
    apply(clip, make_state(), replace(MEDIA, timecode="01:00:00:00"))
    assert said(clip, replace(MEDIA, timecode="01:00:00:00")) == ""
    assert "begins at 86415, and at 86400" in said(clip, replace(movie(30, Fraction(24)), timecode="01:00:00:15"))
