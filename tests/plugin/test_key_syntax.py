import math

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key, Scale
from focuspuller.plugin.key_syntax import format_keys, parse_keys, parse_value


def test_the_issue_s_own_examples() -> None:
    focus = parse_keys("0=1.2m,48=inf", Scale.DIOPTRES)
    assert focus == Curve(Scale.DIOPTRES, 1.2, (Key(0, 1.2), Key(48, math.inf)))
    assert parse_keys("0=2,24=f/2.8", Scale.STOPS) == Curve(Scale.STOPS, 2.0, (Key(0, 2.0), Key(24, 2.8)))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("1.2m", 1.2),
        ("1.2", 1.2),
        (" 120 cm ", 1.2),
        ("1200mm", 1.2),
        ("10ft", 3.048),
        ("1 IN", 0.0254),
        ("1 foot", 0.3048),
        ("5'6\"", 1.6764),
        ("5FT 6in", 1.6764),
        ("1e1m", 10.0),
        (".5m", 0.5),
        ("2.m", 2.0),
        ("inf", math.inf),
        ("∞", math.inf),
        ("Infinity", math.inf),
    ],
)
def test_one_distance_alone_is_unanimated(text: str, metres: float) -> None:
    curve = parse_keys(text, Scale.DIOPTRES)
    assert curve == Curve(Scale.DIOPTRES, metres)
    assert not curve.is_animated


@pytest.mark.parametrize("text", ["2.8", "f/2.8", "F2.8", " f / 2.8 "])
def test_one_f_number_alone_is_unanimated(text: str) -> None:
    assert parse_keys(text, Scale.STOPS) == Curve(Scale.STOPS, 2.8)


def test_a_value_is_read_as_a_curve_of_one_is() -> None:
    for text, scale in (("120cm", Scale.DIOPTRES), ("∞", Scale.DIOPTRES), ("f/2.8", Scale.STOPS), ("-3", Scale.LINEAR)):
        assert parse_value(text, scale) == parse_keys(text, scale).rest


@pytest.mark.parametrize("text", ["0=1m", "", "f/", "1e999", "1.2 leagues"])
@pytest.mark.parametrize("scale", Scale)
def test_what_is_no_value_is_refused_with_an_example_of_one(text: str, scale: Scale) -> None:
    with pytest.raises(CurveError, match=r"write it like [^=]*$"):
        parse_value(text, scale)


def test_interpolation_follows_its_key() -> None:
    curve = parse_keys(" 0 = 1m:linear , 12 = 2m:CONSTANT, 24.5=3m:bezier,30=4m", Scale.DIOPTRES)
    assert [key.interpolation.value for key in curve.keys] == ["linear", "constant", "bezier", "bezier"]
    assert [key.frame for key in curve.keys] == [0, 12, 24.5, 30]


def test_every_curve_without_free_handles_comes_back() -> None:
    rng = np.random.default_rng(5)
    kinds = list(Interpolation)
    for scale in Scale:
        for _ in range(50):
            count = int(rng.integers(0, 9))
            frames = np.unique(rng.integers(-500, 100_000, count)) / rng.choice([1, 7])
            values = rng.choice([2 ** rng.uniform(-2, 9), 3.0, 1e-2 if scale is Scale.DIOPTRES else 0.5], len(frames))
            if scale is Scale.DIOPTRES:
                values[rng.random(len(values)) < 0.2] = math.inf
            keys = tuple(
                Key(frame, value, kinds[rng.integers(3)])
                for frame, value in zip(frames.tolist(), values.tolist(), strict=True)
            )
            curve = Curve(scale, keys[0].value if keys else float(rng.uniform(0.5, 9)), keys)
            assert parse_keys(format_keys(curve), scale) == curve


def test_it_is_written_as_an_editor_would() -> None:
    curve = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2, Interpolation.LINEAR), Key(48.0, math.inf, right=Handle(1, 1))))
    assert format_keys(curve) == "0=1.2m:linear,48=inf"
    assert format_keys(Curve(Scale.STOPS, 2.0, (Key(0, 2.0), Key(24, 2.8)))) == "0=f/2,24=f/2.8"
    assert format_keys(Curve(Scale.DIOPTRES, math.inf)) == "inf"


@pytest.mark.parametrize(
    ("text", "scale", "said"),
    [
        ("", Scale.DIOPTRES, "'' is no distance; write it like 0=1.2m,48=inf"),
        ("near", Scale.DIOPTRES, "'near' is no distance; write it like"),
        ("1.2yd", Scale.DIOPTRES, "'1.2yd' is no distance"),
        ("f/2", Scale.DIOPTRES, "'f/2' is no distance"),
        ("nan", Scale.DIOPTRES, "'nan' is no distance"),
        ("1_0m", Scale.DIOPTRES, "'1_0m' is no distance"),
        ("1e999m", Scale.DIOPTRES, "'1e999m' is no distance"),
        ("2m", Scale.STOPS, "'2m' is no f-number; write it like 0=2,24=f/2.8"),
        ("inf", Scale.STOPS, "'inf' is no f-number"),
        ("0=1m,", Scale.DIOPTRES, "'' is no key FRAME=VALUE"),
        ("0=1m;48=2m", Scale.DIOPTRES, "'1m;48=2m' is no distance"),
        ("1m,48=2m", Scale.DIOPTRES, "'1m' is no key FRAME=VALUE"),
        ("start=1m", Scale.DIOPTRES, "'start=1m' is no key"),
        ("inf=1m", Scale.DIOPTRES, "'inf=1m' is no key"),
        ("=1m", Scale.DIOPTRES, "'=1m' is no key"),
        ("0=", Scale.DIOPTRES, "'' is no distance"),
        ("0=1m:", Scale.DIOPTRES, "'' is no interpolation (constant, linear, bezier)"),
        ("0=1m:cubic", Scale.DIOPTRES, "'cubic' is no interpolation"),
        ("0=0m", Scale.DIOPTRES, "frame 0: focus distance 0 m is not possible; give"),
        ("0=-2m", Scale.DIOPTRES, "focus distance -2 m is not possible"),
        ("0m", Scale.DIOPTRES, "focus distance 0 m is not possible"),
        ("0=0", Scale.STOPS, "aperture f/0 is not possible; give"),
        ("0=1m,0=2m", Scale.DIOPTRES, "two keys at frame 0; keep one"),
        ("48=1m,0=2m", Scale.DIOPTRES, "the key at frame 0 comes after the one at 48; put"),
        ("9" * 5000 + "=1m", Scale.DIOPTRES, "frame inf is not possible"),
        ("x" * 5000, Scale.DIOPTRES, "x…' is no distance"),
        ("0=1m\n48=2m", Scale.DIOPTRES, "is no distance"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, scale: Scale, said: str) -> None:
    with pytest.raises(CurveError) as error:
        parse_keys(text, scale)
    message = str(error.value)
    assert said in message
    assert "; " in message
    assert "\n" not in message
    assert len(message) < 200
