"""Undo and redo over immutable values: every step is the whole value, sharing what did not change."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class History(Generic[Value]):
    """A value and all the values that it had before.

    Args:
        value: what undoing everything comes back to.
    """

    def __init__(self, value: Value) -> None:
        self._values = [value]
        self._at = 0
        self._gesture = ""

    @property
    def value(self) -> Value:
        return self._values[self._at]

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._values)

    def push(self, value: Value, gesture: str = "") -> None:
        """Make `value` the present one. What was undone is forgotten.

        Args:
            gesture: values pushed in a row under the same key, unless it is empty, are one step: a drag.
        """
        goes_on = gesture != "" and gesture == self._gesture and self._at > 0
        self._at += not goes_on
        self._values[self._at :] = [value]
        self._gesture = gesture

    def undo(self) -> Value:
        """One step back; a drag that ended where it began is none."""
        self._gesture = ""
        present = self.value
        while self.can_undo and self.value == present:
            self._at -= 1
        return self.value

    def redo(self) -> Value:
        self._gesture = ""
        present = self.value
        while self.can_redo and self.value == present:
            self._at += 1
        return self.value
