import math

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key, Scale
from focuspuller.plugin.key_reduction import keys_through, reduced

FRAMES = np.arange(600)

PULLS = {
    "slow wave": 0.6 + 0.4 * np.sin(FRAMES / 40),
    "racks and holds": np.interp(FRAMES, [0, 100, 150, 300, 340], [1.0, 1.0, 0.2, 0.2, 0.8]),
    "to infinity and back": np.maximum(0, np.sin(FRAMES / 50)),
    "autofocus tremor": 0.6 + 0.4 * np.sin(FRAMES / 40) + 0.004 * np.sin(FRAMES * 2.3),
    "cuts": (FRAMES // 50) % 2 + 0.5,
    "noise": np.random.default_rng(1).uniform(0.1, 1, len(FRAMES)),
}


def metres(dioptres: np.ndarray) -> np.ndarray:
    return np.array([Scale.DIOPTRES.decoded(level) for level in dioptres])


def dioptres(curve: Curve, start: int, stop: int) -> np.ndarray:
    return np.array([Scale.DIOPTRES.encoded(value) for value in curve.values(start, stop)])


@pytest.mark.parametrize("tolerance", [0.1, 0.01, 0.001])
@pytest.mark.parametrize("pull", PULLS)
def test_within_the_tolerance_and_exact_at_the_ends(pull: str, tolerance: float) -> None:
    values = metres(PULLS[pull])
    curve = keys_through(values, Scale.DIOPTRES, tolerance, start=100)
    assert np.abs(dioptres(curve, 100, 700) - PULLS[pull]).max() <= tolerance
    assert curve.value(100) == values[0]
    assert curve.value(699) == values[-1]
    assert len(curve.keys) <= len(values)


@pytest.mark.parametrize(
    ("pull", "tolerance", "keys"),
    [("slow wave", 0.05, 8), ("slow wave", 0.002, 16), ("racks and holds", 0.01, 16), ("autofocus tremor", 0.01, 14)],
)
def test_few_keys_do(pull: str, tolerance: float, keys: int) -> None:
    assert len(keys_through(metres(PULLS[pull]), Scale.DIOPTRES, tolerance).keys) <= keys


def test_keys_are_smooth() -> None:
    for key in keys_through(metres(PULLS["slow wave"]), Scale.DIOPTRES, 0.01).keys[1:-1]:
        assert key.interpolation is Interpolation.BEZIER
        assert key.left is not None
        assert key.right is not None
        assert key.left.amount / key.left.frames == pytest.approx(key.right.amount / key.right.frames)


def test_a_baked_curve_finds_back_to_few_keys() -> None:
    drawn = Curve(Scale.STOPS, 2.0, tuple(Key(60 * i, float(2 ** (i % 4))) for i in range(8)))
    baked = Curve(Scale.STOPS, 2.0, tuple(Key(i, drawn.value(i), Interpolation.LINEAR) for i in range(421)))
    few = reduced(baked, 0.01)
    assert len(few.keys) <= 16
    errors = [Scale.STOPS.encoded(few.value(i)) - Scale.STOPS.encoded(drawn.value(i)) for i in range(421)]
    assert np.abs(errors).max() <= 0.01
    assert (few.scale, few.rest) == (baked.scale, baked.rest)


@pytest.mark.parametrize(
    "curve",
    [
        Curve(Scale.DIOPTRES, 2.0),
        Curve(Scale.DIOPTRES, 2.0, (Key(5, 1.0),)),
        Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2), Key(48, math.inf))),
        Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2, right=Handle(20, 0.3)), Key(48.25, math.inf))),
        Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2, Interpolation.CONSTANT), Key(20, 3.0), Key(90, 1.0))),
        Curve(Scale.DIOPTRES, 2.0, (Key(0.25, 1.2), Key(0.5, 3.0))),
    ],
)
def test_a_minimal_curve_is_left_as_it_is(curve: Curve) -> None:
    assert reduced(curve, 0.005) is curve


def test_reducing_twice_stays_within_the_tolerance_of_the_first() -> None:
    once = keys_through(metres(PULLS["noise"]), Scale.DIOPTRES, 0.05)
    twice = reduced(once, 0.05)
    assert len(twice.keys) <= len(once.keys)
    assert np.abs(dioptres(twice, 0, 600) - dioptres(once, 0, 600)).max() <= 0.05


def test_what_never_moves_needs_one_key() -> None:
    assert keys_through(np.full(50, 3.0), Scale.DIOPTRES, 0.01, start=7).keys == (Key(7, 3.0),)
    held = Curve(Scale.STOPS, 2.0, (Key(0, 4.0), Key(10, 4.0), Key(20, 4.0)))
    assert reduced(held, 0.01).keys == (Key(0, 4.0),)
    assert keys_through(np.array([math.inf]), Scale.DIOPTRES, 0.01).keys == (Key(0, math.inf),)


def test_keys_between_frames_keep_their_ends() -> None:
    curve = Curve(Scale.STOPS, 2.0, tuple(Key(i / 3 + 0.1, 2.0 + i / 50) for i in range(100)))
    few = reduced(curve, 0.01)
    assert len(few.keys) < 10
    for key in (curve.keys[0], curve.keys[-1]):
        assert few.value(key.frame) == key.value


@pytest.mark.parametrize("tolerance", [0.0, -1.0, math.nan])
def test_a_tolerance_must_be_positive(tolerance: float) -> None:
    with pytest.raises(CurveError, match="not positive; give"):
        keys_through(np.array([1.0, 2.0]), Scale.DIOPTRES, tolerance)


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [0.0, 1.0], [1.0, -1.0]])
def test_impossible_values_are_refused(values: list[float]) -> None:
    with pytest.raises(CurveError, match="; give"):
        keys_through(np.array(values), Scale.DIOPTRES, 0.01)


def test_a_hostile_span_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(CurveError, match="too many to reduce"):
        reduced(Curve(Scale.STOPS, 2.0, (Key(-2e9, 2.0), Key(2e9, 4.0))), 0.01)
