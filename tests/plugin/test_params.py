import math

import pytest
from focuspuller.core.errors import ParameterError
from focuspuller.core.optics import PINHOLE
from focuspuller.plugin.params import PAGES, PARAMETERS, Kind, Parameter
from focuspuller.plugin.scale import Scale

NUMBERS = [parameter for parameter in PARAMETERS.values() if parameter.kind in (Kind.DOUBLE, Kind.INTEGER)]


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=str)
def test_every_parameter_is_whole(parameter: Parameter) -> None:
    parameter.check(parameter.default)
    assert PARAMETERS[parameter.name] is parameter
    assert parameter.parent in PAGES
    assert parameter.hint.endswith(".")
    assert parameter.cache_invalidation == "OfxParamInvalidateAll"
    assert bool(parameter.choices) == (parameter.kind is Kind.CHOICE)


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_a_host_can_draw_every_slider(parameter: Parameter) -> None:
    display = parameter.display_minimum, parameter.display_maximum
    assert all(map(math.isfinite, display))
    assert parameter.minimum <= display[0] < display[1] <= parameter.maximum
    assert 0 < parameter.increment <= display[1] - display[0]
    for value in (*display, parameter.minimum, parameter.maximum):
        parameter.check(value)
        assert math.isfinite(parameter.scale.encoded(value))


@pytest.mark.parametrize("parameter", NUMBERS, ids=str)
def test_beyond_the_range_is_refused(parameter: Parameter) -> None:
    beyond = [math.nan, parameter.minimum - 1, -math.inf, "1", None, True, [1]]
    if math.isfinite(parameter.maximum):
        beyond += [parameter.maximum + 1, math.inf, 10**400]
    for value in beyond:
        with pytest.raises(ParameterError, match=f"^{parameter.label.lower()} is .*; give a.* from ") as error:
            parameter.check(value)
        assert "\n" not in str(error.value)


def test_other_kinds_take_only_their_own() -> None:
    cases: dict[str, tuple[list[object], list[object]]] = {
        "disparity_near_is_bright": ([True, False], [0, 1, "true", None]),
        "quality": (["draft", "final"], ["Draft", "", 0, None]),
        "disparity_offset": ([0, 5], [-3, 0.5, 1.0, "0", False]),
    }
    for name, (good, bad) in cases.items():
        for value in good:
            PARAMETERS[name].check(value)
        for value in bad:
            with pytest.raises(ParameterError, match="; give"):
                PARAMETERS[name].check(value)


def test_what_an_editor_keys() -> None:
    animated = {name: parameter.scale for name, parameter in PARAMETERS.items() if parameter.animates}
    assert animated == {"focus_distance": Scale.DIOPTRES, "aperture": Scale.STOPS}
    PARAMETERS["focus_distance"].check(math.inf)
    PARAMETERS["aperture"].check(PINHOLE)
    with pytest.raises(ParameterError, match=r"aperture is 0\.0; give a number from 0\.7 to 32"):
        PARAMETERS["aperture"].check(0.0)


def test_nothing_can_be_changed() -> None:
    with pytest.raises(TypeError):
        PARAMETERS["aperture"] = PARAMETERS["near"]  # type: ignore[index]  # that it cannot is the point
