"""A screen recording: 240 pictures in ten seconds, most of them in the last two, where the header says 60 a second."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.media.info import MediaInfo
from focuspuller.plugin.timeline import (
    add_render,
    apply,
    clips,
    document_of_movie,
    lacking,
    length_of,
    media_range,
)

SLOW = [n / 15 for n in range(120)]
MOMENTS = [*SLOW, *(8 + n / 60 for n in range(120))]


def recording() -> MediaInfo:
    pts = tuple(9000 + round(90000 * moment) for moment in MOMENTS)
    return MediaInfo(Path("a.mp4"), 64, 48, Fraction(60), Fraction(1, 90000), pts, "h264", "yuv420p", 8)


def test_an_edit_shows_what_plays_at_its_times(make_clip: Any) -> None:
    media = recording()
    for first, last in ((1, 3), (0, 10), (7.5, 9), (9, 10)):
        shown = media_range(make_clip(used=(60 * first, 60 * (last - first), 60), available=None), media)
        begun = [m for m in MOMENTS if m < last - 1e-6]
        assert [MOMENTS[n] for n in shown] == [m for m in begun if m >= max(b for b in begun if b < first + 1e-6)]
    between = media_range(make_clip(used=(62, 1, 60), available=None), media)
    assert between == range(15, 16), "what was shown last is still there"


def test_the_whole_of_it_is_a_clip_of_ten_seconds() -> None:
    media = recording()
    assert length_of(media) == pytest.approx(600)
    (clip,) = clips(document_of_movie(Path("a.mp4"), length_of(media), 60.0))
    assert clip.source_range.duration.to_seconds() == pytest.approx(10)
    assert media_range(clip, media) == range(240)
    assert lacking(clip, media) is None


def test_what_lies_beyond_its_ends_is_lacking(make_clip: Any) -> None:
    clip = make_clip(used=(590, 20, 60), available=None)
    assert media_range(clip, recording()) == range(230, 240)
    assert "230 to 249, of which its media has only 230 to 239" in str(lacking(clip, recording()))


def test_reversed_it_shows_the_same(make_clip: Any) -> None:
    clip = make_clip(used=(60, 120, 60), available=None)
    forwards = media_range(clip, recording())
    clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=-1))
    assert media_range(clip, recording()) == forwards


def test_its_render_plays_at_the_same_times(make_clip: Any, make_state: Any) -> None:
    media = recording()
    clip = make_clip(used=(60, 120, 60), available=None)
    apply(clip, make_state(), media)
    add_render(clip, Path("/x/r.mov"), media_range(clip, media), media)
    holds = clip.media_reference.available_range
    assert (holds.start_time.to_seconds(), holds.duration.to_seconds()) == pytest.approx((1, 2))
    add_render(clip, Path("/x/r.%04d.png"), media_range(clip, media), media)
    assert clip.media_reference.available_range.duration.value == len(media_range(clip, media))


def test_frames_that_only_tremble_are_numbered(make_clip: Any) -> None:
    media = recording()
    rate = 90000 // 60
    trembling = replace(media, pts=tuple(n * rate + (-1) ** n * rate // 5 for n in range(240)))
    assert length_of(trembling) == 240
    assert media_range(make_clip(used=(60, 120, 60), available=None), trembling) == range(60, 180)
