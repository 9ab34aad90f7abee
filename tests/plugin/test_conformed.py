"""Effects on a copy of their media that begins later or ends sooner."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from focuspuller.core.errors import EffectInvalid
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.optics import Lens
from focuspuller.plugin.conformed import conformed, on_part
from focuspuller.plugin.curve import Curve, Interpolation, Key, Scale
from focuspuller.plugin.media_clock import MediaClock
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid, to_metadata

from tests.plugin.subjects import subject

WHOLE, PART = MediaClock(90000.0, 25.0, 60), MediaClock(90020.0, 25.0, 30)


def state(*frames: float, kind: Interpolation = Interpolation.BEZIER) -> EffectState:
    keys = tuple(Key(frame, 1.0 + number, kind) for number, frame in enumerate(frames))
    disparity = DisparityReference("d.mkv", DisparityReading(offset=3))
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, 2.0, keys), Curve(Scale.STOPS, 2.0), disparity)


def written(effect: EffectState, clock: MediaClock) -> Any:
    return json.loads(json.dumps(to_metadata(effect, clock, range(5))))


@pytest.mark.parametrize("kind", Interpolation)
@pytest.mark.parametrize("frames", [(28,), (0, 31, 59), (0, 20, 40, 49, 59), (5,), (55, 57), (0, 10, 25.5, 33, 52, 58)])
def test_on_a_part_every_frame_has_the_value_that_it_had(frames: tuple[float, ...], kind: Interpolation) -> None:
    whole = state(*frames, kind=kind)
    part = on_part(whole, 20, 30)
    was, now = whole.focus_distance.levels_at(np.arange(20.0, 50)), part.focus_distance.levels_at(np.arange(30.0))
    np.testing.assert_allclose(now, was, atol=1e-9)
    assert all(0 <= key.frame <= 29 for key in part.focus_distance.keys)
    assert {frame - 20 for frame in frames if 20 <= frame < 50} <= {key.frame for key in part.focus_distance.keys}


def test_all_that_goes_by_frames_moves_along() -> None:
    whole = replace(state(28), subjects=(subject(0.5, 10, 45, decided=[12, 28]),))
    part = conformed(written(whole, WHOLE), PART)
    assert [key.frame for key in part.focus_distance.keys] == [8]
    assert part.subjects == (subject(0.52, -10, 25, decided=[-8, 8]),)
    assert part.disparity == DisparityReference("d.mkv", DisparityReading(offset=23))
    assert conformed(written(part, PART), WHOLE) == whole
    silent = replace(whole, disparity=DisparityReference("d.mkv"))
    assert conformed(written(silent, WHOLE), PART).disparity == DisparityReference("d.mkv", DisparityReading(offset=20))


def test_a_clock_that_is_set_anew_moves_nothing() -> None:
    effect = state(28)
    for present in (None, WHOLE, MediaClock(0.0, 25.0, 60), MediaClock(0.0, 25.0, 30), MediaClock(90020.0, 25.0)):
        assert conformed(written(effect, WHOLE), present) == effect
    assert conformed(written(effect, MediaClock(90000.0, 25.0)), PART) == effect  # of how many frames, nobody says


def test_times_that_do_not_fit_are_an_error_of_ours() -> None:
    metadata = written(replace(state(28), subjects=(subject(0.5, 10, 45),)), WHOLE)
    metadata["subjects"][0]["time"]["value"] = -(2.0**31) + 90005
    with pytest.raises(EffectInvalid, match="trimmed since"):
        conformed(metadata, PART)
