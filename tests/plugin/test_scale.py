import math

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.scale import Scale

VALUES = {
    Scale.DIOPTRES: [0.001, 0.05, 0.8, 1.2, 3.0, 1e6, 1e300, math.inf],
    Scale.STOPS: [0.125, 0.7, 1.0, 1.4, 2.8, 32.0, 1024.0],
    Scale.LINEAR: [-1e9, -3.5, 0.0, 7.0, 1e9],
}


@pytest.mark.parametrize("scale", Scale)
def test_values_come_back(scale: Scale) -> None:
    for value in VALUES[scale]:
        assert scale.decoded(scale.encoded(value)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("scale", Scale)
def test_many_are_turned_as_each_is_to_the_last_bit(scale: Scale) -> None:
    low, high = scale.limits
    levels = np.concatenate([np.linspace(max(low, -20.0), min(high, 20.0), 997), [low, high]])
    values = scale.values(levels)
    assert values.tolist() == [scale.decoded(level) for level in levels.tolist()]
    assert scale.levels(values).tolist() == [scale.encoded(value) for value in values.tolist()]


@pytest.mark.parametrize("scale", Scale)
def test_it_takes_what_lies_within_its_bounds_and_nothing_else(scale: Scale) -> None:
    for value, outside in zip(scale.bounds, (-math.inf, math.inf), strict=True):
        scale.encoded(value)
        if math.isfinite(value):
            with pytest.raises(CurveError):
                scale.encoded(math.nextafter(value, outside))
    with pytest.raises(CurveError):
        scale.encoded(math.nan)


def test_known_places() -> None:
    assert Scale.DIOPTRES.encoded(math.inf) == 0
    assert Scale.DIOPTRES.encoded(0.5) == 2
    assert Scale.STOPS.encoded(1.0) == 0
    assert Scale.STOPS.encoded(2.0) == 2
    assert Scale.STOPS.encoded(2.8) - Scale.STOPS.encoded(1.4) == pytest.approx(2)
    assert Scale.LINEAR.encoded(0.3) == 0.3


def test_behind_infinity_is_infinity() -> None:
    assert Scale.DIOPTRES.decoded(0.0) == math.inf
    assert Scale.DIOPTRES.decoded(-1e-18) == math.inf


@pytest.mark.parametrize(
    ("scale", "value"),
    [
        (Scale.DIOPTRES, 0.0),
        (Scale.DIOPTRES, -1.0),
        (Scale.DIOPTRES, 5e-324),
        (Scale.DIOPTRES, -math.inf),
        (Scale.DIOPTRES, math.nan),
        (Scale.STOPS, 0.0),
        (Scale.STOPS, -2.8),
        (Scale.STOPS, math.inf),
        (Scale.STOPS, math.nan),
        (Scale.LINEAR, math.inf),
        (Scale.LINEAR, math.nan),
    ],
)
def test_what_no_lens_has_is_refused_in_one_line(scale: Scale, value: float) -> None:
    with pytest.raises(CurveError, match="give") as error:
        scale.encoded(value)
    assert "\n" not in str(error.value)
