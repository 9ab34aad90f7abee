import math
from dataclasses import replace

import pytest
from focuspuller.core.errors import ParameterError
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Interpolation, Key, Scale
from focuspuller.plugin.params import PARAMETERS, Kind, Parameter
from focuspuller.plugin.state import DisparityReference, EffectState
from focuspuller.ui.panel.inspector import binding
from focuspuller.ui.panel.inspector.binding import Keyed

IN_STATE = [name for name in PARAMETERS if name != "quality"]


def state_of(*keys: Key, rest: float = 2.0, lens: Lens | None = None) -> EffectState:
    return EffectState(
        "id",
        lens or Lens(),
        Curve(Scale.DIOPTRES, rest, keys),
        Curve(Scale.STOPS, 2.8),
        DisparityReference("disparity.mkv"),
    )


def other_than_default(parameter: Parameter) -> float | bool:
    match parameter.kind:
        case Kind.BOOLEAN:
            return not parameter.default
        case Kind.INTEGER:
            return 3
        case _:
            return parameter.display_minimum + parameter.increment


@pytest.mark.parametrize("name", IN_STATE)
def test_what_is_set_is_read_back_and_nothing_else_changes(name: str) -> None:
    parameter, state = PARAMETERS[name], state_of()
    value = other_than_default(parameter)
    changed = binding.with_value(state, name, value, 7)
    for other in IN_STATE:
        expected = value if other == name else binding.value_of(state, other, 7)
        assert binding.value_of(changed, other, 7) == expected


@pytest.mark.parametrize("name", IN_STATE)
def test_reset_gives_the_default_without_keys(name: str) -> None:
    parameter, state = PARAMETERS[name], state_of(Key(3, 1.0), Key(9, 5.0))
    value = other_than_default(parameter)
    changed = binding.with_value(state, name, value, 7)
    reset = binding.with_default(changed, name)
    assert not binding.is_default(changed, name)
    assert binding.is_default(reset, name)
    assert binding.value_of(reset, name, 7) == parameter.default


def test_a_new_instance_is_all_default() -> None:
    assert all(binding.is_default(state_of(), name) for name in IN_STATE)


def test_what_has_keys_is_keyed_at_the_playhead() -> None:
    state = binding.with_value(state_of(Key(3, 1.0)), "focus_distance", 4.0, 9)
    assert state.focus_distance.keys == (Key(3, 1.0), Key(9, 4.0))
    state = binding.with_value(state, "focus_distance", math.inf, 3)
    assert state.focus_distance.keys == (Key(3, math.inf), Key(9, 4.0))
    assert binding.with_value(state_of(), "aperture", 4.0, 9).aperture.rest == 4.0


def test_the_diamond_says_whether_there_is_a_key() -> None:
    state = state_of(Key(3, 1.0), Key(9.4, 2.0))
    assert binding.keyed(state, "aperture", 3) is Keyed.NOT_ANIMATED
    assert [binding.keyed(state, "focus_distance", frame) for frame in (3, 6, 9)] == [
        *(Keyed.ON_KEY, Keyed.ON_CURVE, Keyed.ON_KEY)
    ]
    assert binding.neighbours(state, "focus_distance", 6) == (3, 9)
    assert binding.neighbours(state, "focus_distance", 3) == (None, 9)
    assert binding.neighbours(state, "aperture", 3) == (None, None)


def test_toggling_a_key_leaves_the_value_where_it_is() -> None:
    state = state_of(rest=3.0)
    keyed = binding.with_key_toggled(state, "focus_distance", 5)
    assert keyed.focus_distance.keys == (Key(5, 3.0),)
    assert binding.with_key_toggled(keyed, "focus_distance", 5) == state
    held = state_of(Key(3, 1.0, Interpolation.LINEAR), Key(9, 2.0))
    added = binding.with_key_toggled(held, "focus_distance", 6)
    assert added.focus_distance.value(6) == held.focus_distance.value(6)
    assert binding.with_key_toggled(added, "focus_distance", 6) == held


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("near", 2000.0, "near distance"),
        ("far", 0.5, "beyond near"),
        ("focus_distance", 0.06, "focal length"),
        ("focal_length", 1e9, "focal length"),
        ("disparity_black", 1.0, "levels"),
        ("disparity_offset", 1.5, "whole number"),
        ("aperture", math.nan, "aperture"),
    ],
)
def test_what_does_not_go_together_is_refused_in_words(name: str, value: float, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as error:
        binding.with_value(state_of(lens=Lens(100.0)), name, value, 0)
    assert "; " in str(error.value) or "must" in str(error.value)


def test_a_longer_lens_is_refused_where_a_key_is_too_near_for_it() -> None:
    with pytest.raises(ParameterError, match="focus farther away or shorten"):
        binding.with_value(state_of(Key(3, 0.15), Key(9, 5.0)), "focal_length", 200.0, 0)


def test_without_a_disparity_clip_there_is_nothing_to_read() -> None:
    state = replace(state_of(), disparity=None)
    assert binding.value_of(state, "disparity_black", 0) is None
    with pytest.raises(ParameterError, match="choose one"):
        binding.with_value(state, "disparity_black", 0.1, 0)
