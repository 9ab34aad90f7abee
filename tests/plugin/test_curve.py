"""What a curve reads: exact, bounded, smooth, the same whoever asks."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key, Scale, check_keys_on_media

BEZIER, LINEAR, CONSTANT = Interpolation.BEZIER, Interpolation.LINEAR, Interpolation.CONSTANT


def random_value(rng: np.random.Generator, scale: Scale) -> float:
    if scale is Scale.DIOPTRES and rng.random() < 0.15:
        return math.inf
    return float(2 ** rng.uniform(-0.5, 5))


def random_curve(
    rng: np.random.Generator,
    scale: Scale = Scale.DIOPTRES,
    kinds: tuple[Interpolation, ...] = (BEZIER,),
    handles: bool = False,
    count: int = 12,
) -> Curve:
    """Keys on whole frames in 0 to 200, in places equal to their neighbour; with `handles`, most handles are free."""

    def handle(sign: int) -> Handle | None:
        return Handle(sign * rng.exponential(15), rng.normal()) if handles and rng.random() < 0.7 else None

    frames = np.sort(rng.choice(200, count, replace=False)).tolist()
    values = [random_value(rng, scale) for _ in frames]
    for i in range(1, count):
        if rng.random() < 0.15:
            values[i] = values[i - 1]
    keys = tuple(
        Key(frame, value, kinds[rng.integers(len(kinds))], handle(-1), handle(1))
        for frame, value in zip(frames, values, strict=True)
    )
    return Curve(scale, 2.0, keys)


def levels(curve: Curve, frames: np.ndarray) -> np.ndarray:
    return np.array([curve.scale.encoded(value) for value in curve.values_at(frames)])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240611)


def test_without_keys_it_rests() -> None:
    curve = Curve(Scale.DIOPTRES, 3.0)
    assert curve.value(-5) == curve.value(1e6) == 3.0
    assert curve.values(0, 4).tolist() == [3.0] * 4
    assert not curve.is_animated


def test_one_key_holds_everywhere() -> None:
    curve = Curve(Scale.STOPS, 4.0, (Key(10, 2.8, left=Handle(-5, 3), right=Handle(5, 3)),))
    assert set(curve.values(0, 30).tolist()) == {2.8}
    assert not curve.is_animated


@pytest.mark.parametrize("handles", [False, True])
@pytest.mark.parametrize("scale", [Scale.DIOPTRES, Scale.STOPS])
def test_exact_at_keys_and_held_outside(rng: np.random.Generator, scale: Scale, handles: bool) -> None:
    for _ in range(50):
        curve = random_curve(rng, scale, tuple(Interpolation), handles)
        for key in curve.keys:
            assert curve.value(key.frame) == key.value
        first, last = curve.keys[0], curve.keys[-1]
        assert set(curve.values(-9, int(first.frame) + 1).tolist()) == {first.value}
        assert set(curve.values(int(last.frame), 240).tolist()) == {last.value}


@pytest.mark.parametrize("scale", [Scale.DIOPTRES, Scale.STOPS])
def test_auto_handles_never_overshoot_and_stay_monotone(rng: np.random.Generator, scale: Scale) -> None:
    for _ in range(100):
        curve = random_curve(rng, scale, (BEZIER, LINEAR))
        for before, after in zip(curve.keys, curve.keys[1:], strict=False):
            values = curve.values_at(np.linspace(before.frame, after.frame, 50))
            low, high = sorted((before.value, after.value))
            assert np.all((low <= values) & (values <= high))
            steps = np.sign(scale.encoded(after.value) - scale.encoded(before.value)) * np.diff(
                [scale.encoded(value) for value in values]
            )
            assert np.all(steps >= -1e-12)


def test_auto_handles_do_not_need_clipping(rng: np.random.Generator) -> None:
    """The bound comes from the tangents; the clip in `values_at` only removes rounding."""
    for _ in range(100):
        curve = random_curve(rng)
        pinned = replace(
            curve,
            keys=tuple(
                replace(key, left=curve.handles(key.frame)[0], right=curve.handles(key.frame)[1]) for key in curve.keys
            ),
        )
        frames = np.linspace(-5, 205, 2000)
        np.testing.assert_allclose(levels(pinned, frames), levels(curve, frames), atol=1e-12)


def test_auto_curves_have_no_kinks(rng: np.random.Generator) -> None:
    for _ in range(50):
        curve = random_curve(rng)
        step = 1e-5
        for key in curve.keys:
            before, at, after = levels(curve, np.array([key.frame - step, key.frame, key.frame + step]))
            assert (at - before) / step == pytest.approx((after - at) / step, abs=1e-4)


def test_continuous_everywhere_but_after_a_hold(rng: np.random.Generator) -> None:
    for _ in range(10):
        curve = random_curve(rng, kinds=(BEZIER, LINEAR), handles=True)
        at_keys = np.array([key.frame for key in curve.keys])
        for offset in (-1e-9, 1e-9):
            np.testing.assert_allclose(levels(curve, at_keys + offset), levels(curve, at_keys), atol=1e-6)


def test_linear_is_even_in_the_scale() -> None:
    rack = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.0, LINEAR), Key(10, math.inf)))
    np.testing.assert_allclose(levels(rack, np.arange(11.0)), np.linspace(1, 0, 11), atol=1e-15)
    iris = Curve(Scale.STOPS, 2.0, (Key(0, 2.0, LINEAR), Key(2, 8.0)))
    assert iris.value(1) == pytest.approx(4.0)


def test_constant_jumps_at_the_next_key() -> None:
    curve = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.1, CONSTANT), Key(10, math.inf)))
    assert set(curve.values(0, 10).tolist()) == {1.1}
    assert curve.value(9.999999) == 1.1
    assert curve.value(10) == math.inf


def test_two_keys_ease_in_and_out() -> None:
    curve = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.0), Key(100, 0.5)))
    u = np.linspace(0, 1, 101)
    np.testing.assert_allclose(levels(curve, 100 * u), 1 + u * u * (3 - 2 * u), atol=1e-14)


def test_free_handles_may_overshoot_but_never_leave_the_lens(rng: np.random.Generator) -> None:
    wild = Curve(
        Scale.DIOPTRES, 2.0, (Key(0, 2.0, right=Handle(10, -50.0)), Key(30, math.inf, left=Handle(-10, -1e300)))
    )
    values = wild.values(0, 31)
    assert np.all(values > 0)
    assert not np.isnan(values).any()
    raised = Curve(Scale.DIOPTRES, 2.0, (Key(0, 2.0, right=Handle(10, 1.0)), Key(30, 2.0)))
    assert raised.values(0, 31).min() < 1.9
    for scale in (Scale.DIOPTRES, Scale.STOPS):
        low, high = scale.limits
        for _ in range(50):
            curve = random_curve(rng, scale)
            keys = [
                replace(
                    key,
                    left=Handle(-rng.exponential(1e3), rng.normal() * 1e6),
                    right=Handle(rng.exponential(1e3), rng.normal() * 1e6),
                )
                for key in curve.keys
            ]
            drawn = levels(replace(curve, keys=tuple(keys)), np.linspace(0, 200, 1001))
            assert np.all((drawn >= low - 1e-9) & (drawn <= high + 1e-9))


@pytest.mark.parametrize("scale", Scale)
def test_levels_are_the_values_encoded(rng: np.random.Generator, scale: Scale) -> None:
    frames = np.linspace(-20, 220, 777)
    for _ in range(10):
        curve = random_curve(rng, scale, (BEZIER, LINEAR, CONSTANT), handles=True)
        np.testing.assert_allclose(curve.levels_at(frames), levels(curve, frames), rtol=1e-14, atol=1e-14)
        assert curve.key_levels.tolist() == [scale.encoded(key.value) for key in curve.keys]
        assert curve.key_frames.tolist() == [key.frame for key in curve.keys]
        assert not curve.key_frames.flags.writeable
    assert Curve(scale, 2.0).levels_at(frames).tolist() == pytest.approx([scale.encoded(2.0)] * len(frames))


def test_values_equal_value_to_the_last_bit(rng: np.random.Generator) -> None:
    for handles in (False, True):
        curve = random_curve(rng, Scale.STOPS, tuple(Interpolation), handles)
        values = curve.values(-10, 210)
        for frame in range(-10, 210):
            assert curve.value(frame) == values[frame + 10]
        assert curve.values(50, 60).tolist() == values[60:70].tolist()
    assert len(Curve(Scale.STOPS, 2.0).values(5, 5)) == 0
    assert len(curve.values(5, 5)) == 0


def test_many_keys_are_fast(rng: np.random.Generator) -> None:
    keys = tuple(
        Key(50 * i, float(rng.uniform(1, 30)), left=Handle(-20, 0.3), right=Handle(20, -0.3)) for i in range(2000)
    )
    started = time.perf_counter()
    Curve(Scale.STOPS, 2.8, keys).values(0, 100_000)
    assert time.perf_counter() - started < 3, "0.2 s when written"


def test_an_edit_touches_its_own_segments_only() -> None:
    curve = Curve(Scale.DIOPTRES, 2.0, tuple(Key(10 * i, 1.0 + i % 3) for i in range(11)))

    def touched(frame: int) -> list[int]:
        differing: list[int] = np.flatnonzero(curve.values(0, 200) != curve.insert(frame, 9.0).values(0, 200)).tolist()
        return differing

    # Auto tangents lean on the neighbours, so at most two segments to either side move.
    assert 30 < min(touched(50)) < max(touched(50)) < 70
    assert touched(100) == list(range(91, 200))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([Key(0, 1.0), Key(0, 2.0)], "two keys at frame 0"),
        ([Key(3, 1.0), Key(3 + 1e-9, 2.0)], "two keys at frame 3"),
        ([Key(9, 1.0), Key(4, 2.0)], "frame 4 comes after the one at 9"),
        ([Key(0, 0.0)], "frame 0: focus distance 0 m"),
        ([Key(7, -1.0)], "frame 7: focus distance -1 m"),
        ([Key(7, math.nan)], "frame 7: focus distance nan m"),
        ([Key(math.nan, 1.0)], "frame nan"),
        ([Key(math.inf, 1.0)], "frame inf"),
        ([Key(1e300, 1.0)], "1e\\+300"),
        ([Key(1, 1.0, left=Handle(math.nan, 0))], "frame 1: a handle is not finite"),
        ([Key(1, 1.0, right=Handle(1, math.inf))], "frame 1: a handle is not finite"),
    ],
)
def test_impossible_keys_are_refused_in_one_line(keys: list[Key], said: str) -> None:
    with pytest.raises(CurveError, match=said) as error:
        Curve(Scale.DIOPTRES, 2.0, tuple(keys))
    assert "\n" not in str(error.value)
    assert "; " in str(error.value)


def test_impossible_rest_is_refused() -> None:
    with pytest.raises(CurveError, match="f/0"):
        Curve(Scale.STOPS, 0.0)


def test_hostile_numbers_stay_finite() -> None:
    """Nothing overflows: warnings are errors here."""
    tiny = 2e-6
    curve = Curve(
        Scale.DIOPTRES,
        2.0,
        (Key(-(2.0**31), 0.001), Key(0, 1e300), Key(tiny, 0.001), Key(2 * tiny, 1e301), Key(2.0**31, math.inf)),
    )
    values = curve.values_at(np.array([-1e12, -5.0, tiny / 3, 1.5 * tiny, 1e6, 1e12]))
    assert np.all(values >= 0.001)
    flat = Curve(Scale.DIOPTRES, 2.0, tuple(Key(i, 10.0 ** (300 + i)) for i in range(5)))
    assert np.all(np.diff(flat.values(0, 5)) > 0)
    steep = Curve(
        Scale.LINEAR, 0.0, (Key(0, 0.0, right=Handle(5e-324, 1e308)), Key(1, 1.0, left=Handle(-1e308, -1e308)))
    )
    assert np.isfinite(steep.values_at(np.linspace(0, 1, 50))).all()


def test_keys_off_the_media_are_named() -> None:
    curve = Curve(Scale.DIOPTRES, 2.0, (Key(-1, 1.0), Key(0, 2.0), Key(119, 1.0), Key(120, 2.0)))
    with pytest.raises(CurveError, match=r"frames 0 to 119, but keys are at -1, 120; ") as error:
        check_keys_on_media(curve, 0, 119)
    assert "\n" not in str(error.value)
    check_keys_on_media(curve, -1, 120)
    check_keys_on_media(Curve(Scale.DIOPTRES, 2.0), 0, 0)
    with pytest.raises(CurveError, match="and 1995 more"):
        check_keys_on_media(Curve(Scale.STOPS, 2.0, tuple(Key(i + 10, 2.0) for i in range(2000))), 0, 9)
