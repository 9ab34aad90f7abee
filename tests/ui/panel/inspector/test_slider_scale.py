import math

import numpy as np
import pytest
from focuspuller.plugin.params import PARAMETERS, Kind, Parameter
from focuspuller.ui.panel.inspector.slider_scale import STEPS, step_of, value_at

NUMBERS = [parameter for parameter in PARAMETERS.values() if parameter.kind in (Kind.DOUBLE, Kind.INTEGER)]


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_every_step_is_a_value_and_they_rise(parameter: Parameter) -> None:
    values = [value_at(parameter, step) for step in range(STEPS + 1)]
    for value in values:
        parameter.check(value)
    assert (np.diff(values[:-1]) >= 0).all()
    assert values[0] == parameter.display_minimum
    assert values[-1] in (parameter.display_maximum, math.inf)


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_steps_are_even_in_the_scale(parameter: Parameter) -> None:
    ends = [parameter.scale.encoded(end) for end in (parameter.display_minimum, parameter.display_maximum)]
    for step in (100, 500, 900):
        level = ends[0] + (ends[1] - ends[0]) * step / STEPS
        assert value_at(parameter, step) == pytest.approx(parameter.scale.decoded(level), abs=10**-parameter.digits)


def test_the_far_end_of_a_distance_is_infinity_where_it_may_be() -> None:
    assert value_at(PARAMETERS["focus_distance"], STEPS) == math.inf
    assert value_at(PARAMETERS["near"], STEPS) == 10.0
    for value in (math.inf, 100.0, 5000.0):
        assert step_of(PARAMETERS["focus_distance"], value) == STEPS


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_a_slider_stands_where_its_value_is(parameter: Parameter) -> None:
    assert step_of(parameter, parameter.display_minimum) == 0
    assert step_of(parameter, parameter.display_maximum) == STEPS
    assert step_of(parameter, parameter.minimum) == 0
    if parameter.kind is Kind.DOUBLE:
        halfway = parameter.scale.decoded(
            (parameter.scale.encoded(parameter.display_minimum) + parameter.scale.encoded(parameter.display_maximum))
            / 2
        )
        assert step_of(parameter, halfway) == STEPS // 2
