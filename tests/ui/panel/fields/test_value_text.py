import math

import pytest
from focuspuller.core.errors import ParameterError
from focuspuller.plugin.params import PARAMETERS, Kind, Parameter
from focuspuller.ui.panel.fields.value_text import read, shown

NUMBERS = [parameter for parameter in PARAMETERS.values() if parameter.kind in (Kind.DOUBLE, Kind.INTEGER)]
FOCUS, APERTURE, LENGTH = PARAMETERS["focus_distance"], PARAMETERS["aperture"], PARAMETERS["focal_length"]


@pytest.mark.parametrize(
    ("parameter", "value", "text"),
    [
        (FOCUS, 1.2, "1.20 m"),
        (FOCUS, 1.234, "1.234 m"),
        (FOCUS, math.inf, "∞"),
        (APERTURE, 2.8, "f/2.8"),
        (APERTURE, 1.25, "f/1.25"),
        (LENGTH, 50.0, "50.0 mm"),
        (PARAMETERS["disparity_offset"], -3, "-3 frames"),
        (PARAMETERS["disparity_black"], 0.0, "0.000"),
    ],
)
def test_values_are_shown_as_an_editor_reads_them(parameter: Parameter, value: float, text: str) -> None:
    assert shown(parameter, value) == text


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_what_is_shown_can_be_typed(parameter: Parameter) -> None:
    ends = [end for end in (parameter.minimum, parameter.maximum) if math.isfinite(end)]
    assert isinstance(parameter.default, float | int)
    for value in (parameter.default, *ends, parameter.display_minimum, parameter.display_maximum):
        assert read(parameter, shown(parameter, value)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (FOCUS, " 120cm ", 1.2),
        (FOCUS, "10ft", 3.048),
        (FOCUS, "inf", math.inf),
        (FOCUS, "∞", math.inf),
        (FOCUS, "1,5", 1.5),
        (FOCUS, "0,8 m", 0.8),
        (FOCUS, "5'", 1.524),
        (FOCUS, "8 feet", 2.4384),
        (FOCUS, "5'6\"", 1.6764),
        (FOCUS, "5' 6,5 in", 1.6891),
        (FOCUS, "5ft6in", 1.6764),
        (APERTURE, "f/2,8", 2.8),
        (LENGTH, "33,5 mm", 33.5),
        (APERTURE, "f/2.8", 2.8),
        (APERTURE, "2.8", 2.8),
        (LENGTH, "85mm", 85),
        (LENGTH, "85", 85),
        (PARAMETERS["disparity_offset"], "+1 frame", 1),
    ],
)
def test_typing_is_forgiving(parameter: Parameter, text: str, value: float) -> None:
    assert read(parameter, text) == value


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (FOCUS, ""),
        (FOCUS, "near"),
        (FOCUS, "0.01"),
        (FOCUS, "-1"),
        (FOCUS, "0=1m,9=2m"),
        (FOCUS, "1,2,3"),
        (FOCUS, "1,234.5"),
        (FOCUS, "5'6'"),
        (FOCUS, "5'-6\""),
        (FOCUS, "9" * 400 + "'6\""),
        (FOCUS, "nan"),
        (APERTURE, "f/0.1"),
        (APERTURE, "inf"),
        (APERTURE, "64"),
        (LENGTH, "2"),
        (LENGTH, "1e999"),
        (PARAMETERS["disparity_offset"], "1.5"),
        (PARAMETERS["disparity_offset"], "9" * 400),
        (PARAMETERS["far"], "0"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(parameter: Parameter, text: str) -> None:
    with pytest.raises(ParameterError, match=r"give|write it like") as error:
        read(parameter, text)
    assert "\n" not in str(error.value)
