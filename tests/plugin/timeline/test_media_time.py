"""Which media frames a clip shows, against the arithmetic written out by hand."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import TimelineError
from focuspuller.plugin.timeline import add_render, apply, lacking, media_clock, media_range, picture_rate
from focuspuller.plugin.timeline.references import RENDER_KEY

from tests.plugin.timeline.conftest import movie, span

NTSC = 24000 / 1001


@pytest.mark.parametrize(
    ("used", "available", "frames"),
    [
        ((10, 20), (0, 100), range(10, 30)),
        (None, (0, 100), range(100)),
        (None, (86400, 100), range(100)),
        ((86410, 20), (86400, 100), range(10, 30)),
        ((10, 20), None, range(10, 30)),
        ((90, 20), (0, 100), range(90, 100)),  # past the end, as hosts allow
        ((-5, 20), (0, 100), range(15)),
        ((10.5, 20), (0, 100), range(10, 31)),  # half a frame on both sides
        ((10, 24, 24), (0, 100, 30), range(12, 43)),  # 12.5 to 42.5 of its own frames
        ((10, 20, 23.976), (0, 100, NTSC), range(10, 30)),  # one rate, three spellings
        ((172792, 20, 23.98), (172782, 100, NTSC), range(10, 30)),
        ((10, 20, 23.976), (0, 100, 24), range(10, 31)),  # really another rate
    ],
)
def test_trims_slips_and_rates(make_clip: Any, used: Any, available: Any, frames: range) -> None:
    assert media_range(make_clip(used=used, available=available)) == frames


@pytest.mark.parametrize(
    ("used", "warps", "frames"),
    [
        ((10, 20), (2.0,), range(10, 50)),
        ((10, 20), (0.5,), range(10, 20)),
        ((10, 20), (2.0, 0.5), range(10, 30)),
        ((10, 21), (0.5,), range(10, 21)),
        ((10, 20), (0.0,), range(10, 11)),
        ((10.9, 20), (0.0,), range(10, 11)),
        ((10, 20), (-1.0,), range(10, 30)),  # the range read backwards
        ((10, 20), (-2.0,), range(10, 50)),
        ((99, 20), (-1.0,), range(80, 100)),  # would pass the end: playing starts there
        ((99, 20), (-2.0,), range(60, 100)),
        ((0, 100), (-1.0,), range(100)),
    ],
)
def test_retimes(make_clip: Any, used: Any, warps: Any, frames: range) -> None:
    assert media_range(make_clip(used=used, warps=warps)) == frames


def test_every_frame_that_a_retimed_clip_samples_is_in_its_range(make_clip: Any) -> None:
    for speed in (0.3, 0.99, 1.5, 3.7):
        shown = media_range(make_clip(used=(7, 20), warps=(speed,)))
        sampled = {math.floor(7 + position * speed) for position in range(20)}
        assert sampled <= set(shown)
        assert len(shown) <= 20 * speed + 1


def test_freeze_frame_is_one_frame_whatever_its_scalar(make_clip: Any) -> None:
    clip = make_clip()
    frozen = otio.schema.FreezeFrame()
    frozen.time_scalar = 3.0
    clip.effects.append(frozen)
    assert media_range(clip) == range(10, 11)


def test_an_unknown_retime_may_show_everything(make_clip: Any) -> None:
    clip = make_clip()
    clip.effects.append(otio.schema.TimeEffect())
    assert media_range(clip) == range(100)


def test_other_effects_change_nothing(make_clip: Any) -> None:
    clip = make_clip()
    clip.effects.append(otio.schema.Effect(effect_name="blur"))
    assert media_range(clip) == range(10, 30)


@pytest.mark.parametrize(
    ("speed", "first", "second"),
    [(1.0, range(10, 35), range(7, 30)), (2.0, range(10, 60), range(4, 50)), (-1.0, range(5, 30), range(10, 33))],
)
def test_transitions_show_handles(
    make_clip: Any, make_document: Any, speed: float, first: range, second: range
) -> None:
    one, other = (make_clip(name, warps=(speed,)) for name in "ab")
    fade = otio.schema.Transition(
        in_offset=otio.opentime.RationalTime(3, 24), out_offset=otio.opentime.RationalTime(5, 24)
    )
    document = make_document(one, fade, other)
    assert media_range(one) == first
    assert media_range(other) == second
    assert len(document.root.tracks[0]) == 3


def test_the_file_outweighs_the_timeline(make_clip: Any) -> None:
    clip = make_clip(used=(24, 24), available=(0, 1000))
    media = movie(60, Fraction(30000, 1001))
    assert media_clock(clip, media).rate == pytest.approx(29.97003)
    assert media_range(clip, media) == range(29, 60)
    assert media_range(make_clip(used=None, available=None), media) == range(60)


@pytest.mark.parametrize(
    ("stated", "rate", "frames"), [(25, Fraction(50), 60), (23.976, Fraction(24), 10000), (24, Fraction(25), 60)]
)
def test_footage_that_the_edit_interprets_is_counted_frame_by_frame(
    make_clip: Any, make_state: Any, stated: float, rate: Fraction, frames: int
) -> None:
    media = movie(frames, rate)
    for used in ((10, 20), (frames - 20, 20)):
        clip = make_clip(used=(86400 + used[0], 20, stated), available=(86400, frames, stated))
        assert media_range(clip, media) == range(used[0], used[0] + 20)
        assert lacking(clip, media) is None
        apply(clip, make_state(), media)
        add_render(clip, Path("/r.mov"), media_range(clip, media), media)
        assert clip.media_reference.available_range == clip.source_range


def test_pictures_have_the_rate_that_their_reference_gives_them() -> None:
    """A reader of pictures assumes one."""
    sequence = otio.schema.ImageSequenceReference("p/", "a.", ".exr", start_frame=1001, rate=25)
    clip = otio.schema.Clip("s", sequence)
    assert media_clock(clip, movie(60, Fraction(24))).rate == 25
    assert media_range(clip, movie(60, Fraction(24))) == range(60)


@pytest.mark.parametrize(
    ("written", "rate"),
    [(25, Fraction(25)), (23.976, Fraction(24000, 1001)), (29.97, Fraction(30000, 1001)), (12.5, Fraction(25, 2))],
)
def test_of_pictures_the_reference_says_the_rate(written: float, rate: Fraction, make_clip: Any) -> None:
    sequence = otio.schema.ImageSequenceReference("p/", "a.", ".exr", start_frame=1001, rate=written)
    assert picture_rate(otio.schema.Clip("s", sequence)) == rate
    assert picture_rate(make_clip(used=(0, 10), available=None)) is None


@pytest.mark.parametrize("written", [0, -24, 1e-9, 1e9, math.inf, math.nan])
def test_rates_that_nobody_shows_pictures_at(written: float) -> None:
    sequence = otio.schema.ImageSequenceReference("p/", "a.", ".exr", start_frame=1001, rate=written)
    with pytest.raises(TimelineError, match="relink"):
        picture_rate(otio.schema.Clip("s", sequence))


def test_the_clock_counts_from_the_media_s_own_start(make_clip: Any) -> None:
    clock = media_clock(make_clip(used=(86410, 20), available=(86400, 100)))
    assert (clock.start, clock.rate) == (86400, 24)
    clock = media_clock(make_clip(used=(2, 20, 25), available=None))
    assert (clock.start, clock.rate) == (0, 25)


def test_what_the_media_lacks_is_said(make_clip: Any) -> None:
    media = movie(100, Fraction(24))
    assert lacking(make_clip(used=(10, 20), available=(0, 100)), media) is None
    for used, words in (
        ((90, 20), "uses frames 90 to 109, of which its media has only 90 to 99"),
        ((-5, 20), "uses frames -5 to 14, of which its media has only 0 to 14"),
    ):
        assert words in str(lacking(make_clip(used=used, available=None), media))


@pytest.mark.parametrize(
    ("used", "available"),
    [
        (None, None),
        ((500, 20), (0, 100)),
        ((-50, 20), (0, 100)),
        ((10, 0), (0, 100)),
        ((10, -5), (0, 100)),
        ((math.nan, 20), (0, 100)),
        ((10, math.inf), (0, 100)),
        ((10, 1e300), (0, 100)),
        ((10, 20, 0), (0, 100)),
        ((10, 20), (0, 100, -24)),
        ((10, 20), (0, 100, math.nan)),
    ],
)
def test_senseless_ranges_are_errors(make_clip: Any, used: Any, available: Any) -> None:
    with pytest.raises(TimelineError, match="'shot'") as caught:
        media_range(make_clip(used=used, available=available))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("speed", [math.nan, math.inf, 1e300, -1e30])
@pytest.mark.parametrize("available", [(0, 100), None])
def test_senseless_speeds_are_errors(make_clip: Any, speed: float, available: Any) -> None:
    with pytest.raises(TimelineError, match="'shot'"):
        media_range(make_clip(available=available, warps=(speed,)))


@pytest.mark.parametrize("url", ["plate.1001.exr", "p.%04d.png", "plates", "p.####.tif"])
def test_pictures_behind_a_plain_reference_play_as_the_timeline_says(make_clip: Any, url: str) -> None:
    clip = make_clip(used=(100, 50, 25), available=(0, 200, 25), url=url)
    assert picture_rate(clip) == 25
    assert media_range(clip, movie(200, Fraction(25))) == range(100, 150)
    assert picture_rate(make_clip(used=(100, 50, 25), available=None, url=url)) == 25
    assert picture_rate(make_clip(used=None, available=None, url=url)) is None
    assert picture_rate(make_clip(url="a.mov")) is None
    assert picture_rate(make_clip(used=(0, 90000, 90000), available=None, url=url)) is None  # no rate, but a clock's


def test_a_range_in_the_sources_own_timecode(make_clip: Any) -> None:
    clip = make_clip(used=(86410, 20), available=None)
    media = replace(movie(240, Fraction(24)), timecode="01:00:00:00")
    assert media_range(clip, media) == range(10, 30)
    assert media_clock(clip, media).start == 86400
    assert media_range(make_clip(used=(10, 20), available=None), media) == range(10, 30)
    with pytest.raises(TimelineError, match="has none"):
        media_range(clip, replace(media, timecode="02:00:00:00"))
    pictures = make_clip(used=(1005, 20), available=None)
    pictures.media_reference = otio.schema.ImageSequenceReference(start_frame=1001, rate=24)
    assert media_range(pictures, movie(240, Fraction(24))) == range(4, 24)


def test_without_a_range_of_its_own_a_clip_shows_what_its_source_has(make_clip: Any) -> None:
    clip = make_clip(used=None)
    render = otio.schema.ExternalReference("r.mov", span(0, 50))
    render.metadata["focuspuller"] = {}
    clip.set_media_references({**clip.media_references(), RENDER_KEY: render}, RENDER_KEY)
    assert media_range(clip) == range(100)
