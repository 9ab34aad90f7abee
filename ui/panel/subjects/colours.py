"""The subjects' colours: apart from each other, and from those of the curves and of what is selected."""

from __future__ import annotations

from PySide6.QtGui import QColor

SUBJECTS = ("#e07ba6", "#9ccf62", "#b794f4", "#ef8b57", "#5cc4ea", "#d8cf6c")
"""Then from the first one again."""


def colour_of(number: int) -> QColor:
    return QColor(SUBJECTS[number % len(SUBJECTS)])
