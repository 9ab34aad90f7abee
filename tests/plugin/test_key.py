import math

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.key import (
    FRAME_LIMIT,
    Handle,
    Interpolation,
    Key,
    are_sound,
    check_key,
    segment_handles,
    segments_between,
)
from focuspuller.plugin.scale import Scale
from focuspuller.plugin.spline import Segment

UNBOUNDED = (-math.inf, math.inf)


def between(
    before: Key, after: Key, limits: tuple[float, float] = UNBOUNDED, slopes: tuple[float, float] = (0.0, 0.0)
) -> Segment:
    frames, levels = np.array([before.frame, after.frame], float), np.array([before.value, after.value])
    return Segment(*segments_between((before, after), frames, levels, np.array(slopes), limits)[0].tolist())


def test_free_handles_are_the_control_points() -> None:
    segment = between(Key(10, 1.0, right=Handle(4, 0.5)), Key(30, 3.0, left=Handle(-5, -0.25)))
    assert segment == Segment(0.2, 0.75, 1.0, 1.5, 2.75, 3.0)
    assert segment_handles(segment, 20) == (Handle(4, 0.5), Handle(-5, -0.25))


def test_auto_handles_reach_a_third_along_their_slope() -> None:
    segment = between(Key(0, 1.0), Key(9, 7.0), slopes=(2.0, -1.0))
    assert segment == pytest.approx(Segment(1 / 3, 2 / 3, 1.0, 7.0, 10.0, 7.0))


def test_handles_act_only_in_a_bezier_segment() -> None:
    wild = Handle(3, 9.0)
    straight = between(Key(0, 0.0, Interpolation.LINEAR, right=wild), Key(9, 3.0, left=Handle(-3, 9.0)))
    assert straight == pytest.approx(Segment(1 / 3, 2 / 3, 0.0, 1.0, 2.0, 3.0))
    held = between(Key(0, 2.0, Interpolation.CONSTANT, right=wild), Key(9, 3.0))
    assert held[2:] == (2.0, 2.0, 2.0, 2.0)


def test_time_never_runs_backwards_whatever_the_handles() -> None:
    rng = np.random.default_rng(3)
    for _ in range(500):
        right, left = (Handle(rng.normal() * 30, rng.normal()) for _ in range(2))
        segment = between(Key(0, 0.0, right=right), Key(10, 1.0, left=left))
        assert 0 <= segment.x1 <= segment.x2 + 1e-15 <= 1 + 2e-15


def test_overlapping_handles_keep_their_directions_and_meet() -> None:
    right, left = segment_handles(between(Key(0, 0.0, right=Handle(40, 8.0)), Key(10, 1.0, left=Handle(-10, 5.0))), 10)
    assert right.frames - left.frames == pytest.approx(10)
    assert right.amount / right.frames == pytest.approx(8 / 40)
    assert left.amount / left.frames == pytest.approx(5 / -10)


def test_a_handle_that_points_backwards_stands_upright() -> None:
    assert segment_handles(between(Key(0, 0.0, right=Handle(-3, 0.5)), Key(10, 1.0)), 10)[0] == Handle(0.0, 0.5)


def test_handles_stay_on_the_scale() -> None:
    segment = between(Key(0, 1.0, right=Handle(3, -5.0)), Key(9, 2.0, left=Handle(-3, 50.0)), (0.0, 20.0))
    assert (segment.y1, segment.y2) == (0.0, 20.0)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (Key(math.nan, 1.0), "frame nan"),
        (Key(-math.inf, 1.0), "frame -inf"),
        (Key(3_000_000_000, 1.0), "frame 3000000000"),
        (Key(1, 0.0), "frame 1: focus distance 0 m"),
        (Key(1_234_567, math.nan), "frame 1234567: focus distance nan m"),
        (Key(1, 1.0, left=Handle(math.nan, 0)), "frame 1: a handle"),
        (Key(1, 1.0, right=Handle(1, math.inf)), "frame 1: a handle"),
    ],
)
def test_impossible_keys_are_named_with_a_remedy(key: Key, said: str) -> None:
    with pytest.raises(CurveError, match=f"{said}.*; ") as error:
        check_key(key, Scale.DIOPTRES)
    assert "\n" not in str(error.value)


def test_infinity_is_a_place_like_any_other() -> None:
    check_key(Key(0, math.inf), Scale.DIOPTRES)


@pytest.mark.parametrize(
    "key",
    [
        Key(3, 2.0),
        Key(3, math.inf, left=Handle(-1.0, 0.5), right=Handle(1.0, -0.5)),
        Key(3, 0.0),
        Key(3, math.nan),
        Key(math.nan, 2.0),
        Key(-2 * FRAME_LIMIT, 2.0),
        Key(3, 2.0, right=Handle(math.inf, 0.0)),
        Key(3, 2.0, left=Handle(-1.0, math.nan)),
    ],
)
def test_many_keys_are_sound_when_each_is(key: Key) -> None:
    keys = (Key(1, 1.0), key, Key(9, 4.0))
    frames, values = (np.array([getattr(key, name) for key in keys], float) for name in ("frame", "value"))
    try:
        check_key(key, Scale.DIOPTRES)
    except CurveError:
        assert not are_sound(keys, frames, values, Scale.DIOPTRES)
    else:
        assert are_sound(keys, frames, values, Scale.DIOPTRES)
