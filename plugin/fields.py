"""Reading JSON that nobody vouches for: every value is checked for its type and size before it is used.

Whatever is wrong becomes one EffectInvalid that names the field.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterator
from enum import StrEnum
from typing import NoReturn, TypeVar

from ..core.errors import EffectInvalid

MAX_ITEMS = 100_000
"""Entries of a list, such as the keys of a parameter."""

MAX_TEXT = 4096
"""Characters of a string, such as a path."""

INFINITY = "inf"
"""How an infinite number is written: JSON has none."""

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """One JSON object and where it stands (`place`, such as "aperture.keys[3]"), for messages.

    Every method raises EffectInvalid when its field is missing or is not what the method's name says.
    """

    def __init__(self, value: object, place: str) -> None:
        self.place = place
        if not isinstance(value, dict):
            self.refuse(place, value, "an object")
        self._values = value

    def __iter__(self) -> Iterator[str]:
        """The names of the fields."""
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def raw(self) -> dict[str, object]:
        """The object as it came, unchecked."""
        return self._values

    def fields(self, name: str) -> Fields:
        return Fields(self._get(name), self._at(name))

    def optional(self, name: str) -> Fields | None:
        """The object there, or None where it is null."""
        return None if self._get(name) is None else self.fields(name)

    def items(self, name: str) -> Iterator[Fields]:
        """The objects of a list, at most MAX_ITEMS."""
        for index, value in enumerate(self._list(name)):
            yield Fields(value, f"{self._at(name)}[{index}]")

    def texts(self, name: str) -> list[str]:
        """The strings of a list, at most MAX_ITEMS."""
        return [self._text(value, f"{self._at(name)}[{index}]") for index, value in enumerate(self._list(name))]

    def text(self, name: str) -> str:
        return self._text(self._get(name), self._at(name))

    def flag(self, name: str) -> bool:
        value = self._get(name)
        if not isinstance(value, bool):
            self.refuse(self._at(name), value, "true or false")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        return self._number(self._get(name), self._at(name))

    def numbers(self, name: str) -> list[float]:
        """The finite numbers of a list, at most MAX_ITEMS."""
        return [self._number(value, f"{self._at(name)}[{index}]") for index, value in enumerate(self._list(name))]

    def distance(self, name: str) -> float:
        """A number, which may be infinite."""
        return math.inf if self._get(name) == INFINITY else self.number(name)

    def whole(self, name: str) -> int:
        number = self.number(name)
        if not number.is_integer():
            self.refuse(self._at(name), number, "a whole number")
        return int(number)

    def whole_or_none(self, name: str) -> int | None:
        return None if self._get(name) is None else self.whole(name)

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        text = self.text(name)
        if text not in list(choices):
            self.refuse(self._at(name), text, " or ".join(choices))
        return choices(text)

    def refuse(self, place: str, value: object, wanted: str) -> NoReturn:
        raise EffectInvalid(
            f"the effect's {place} is {reprlib.repr(value)} where {wanted} belongs; "
            "remove the effect from the clip and apply it anew"
        )

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}"

    def _get(self, name: str) -> object:
        if name not in self._values:
            raise EffectInvalid(
                f"the effect has no {self._at(name)}; remove the effect from the clip and apply it anew"
            )
        value: object = self._values[name]
        return value

    def _list(self, name: str) -> list[object]:
        value = self._get(name)
        if not isinstance(value, list):
            self.refuse(self._at(name), value, "a list")
        if len(value) > MAX_ITEMS:
            self.refuse(self._at(name), f"{len(value)} entries long", f"a list of at most {MAX_ITEMS}")
        return value

    def _number(self, value: object, place: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            self.refuse(place, value, "a finite number")
        return float(value)

    def _text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            self.refuse(place, value, "a string")
        if len(value) > MAX_TEXT:
            self.refuse(place, value, f"a string of at most {MAX_TEXT} characters")
        if any("\ud800" <= sign <= "\udfff" for sign in value):  # halves of characters, which no timeline can hold
            self.refuse(place, value, "a string of whole characters")
        return value


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond any float
        return False
