"""Untrusted JSON: what is wrong is named, what is right comes through."""

import math
from enum import StrEnum
from typing import Any

import pytest
from focuspuller.core.errors import EffectInvalid
from focuspuller.plugin.fields import MAX_ITEMS, MAX_TEXT, Fields


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_values_come_through() -> None:
    fields = Fields(
        {"n": 3, "x": 0.5, "t": "a", "f": True, "far": "inf", "c": "red", "l": ["a"], "o": {"n": 1}, "m": [1, 2.5]},
        "it",
    )
    assert (fields.whole("n"), fields.number("x"), fields.text("t"), fields.flag("f")) == (3, 0.5, "a", True)
    assert fields.distance("far") == math.inf
    assert fields.choice("c", Colour) is Colour.RED
    assert fields.texts("l") == ["a"]
    assert Fields({"m": [1, 2.5]}, "it").numbers("m") == [1.0, 2.5]
    assert fields.fields("o").number("n") == 1


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("number", math.nan),
        ("number", math.inf),
        ("number", 10**400),
        ("number", True),
        ("number", "1"),
        ("number", None),
        ("whole", 0.5),
        ("distance", "infinity"),
        ("distance", -math.inf),
        ("flag", 1),
        ("text", 3),
        ("text", "x" * (MAX_TEXT + 1)),
        ("text", "\ud800"),
        ("texts", "abc"),
        ("texts", [1]),
        ("texts", [""] * (MAX_ITEMS + 1)),
        ("numbers", 1),
        ("numbers", [1, math.nan]),
        ("numbers", [True]),
        ("fields", []),
        ("fields", None),
    ],
)
def test_wrong_values_are_refused_in_one_short_line(method: str, value: Any) -> None:
    with pytest.raises(EffectInvalid, match=r"it\.field") as caught:
        getattr(Fields({"field": value}, "it"), method)("field")
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


def test_a_missing_field_and_an_unknown_choice_are_named() -> None:
    with pytest.raises(EffectInvalid, match=r"no it\.gone"):
        Fields({}, "it").number("gone")
    with pytest.raises(EffectInvalid, match="'green' where red or blue"):
        Fields({"c": "green"}, "it").choice("c", Colour)


def test_entries_of_lists_are_named() -> None:
    with pytest.raises(EffectInvalid, match=r"it\.keys\[1\]\.value"):
        [entry.number("value") for entry in Fields({"keys": [{"value": 1}, {"value": "x"}]}, "it").items("keys")]
