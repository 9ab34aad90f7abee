"""The curves' colours: a few of their own, everything else the palette's."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtGui import QColor, QPalette

from .lanes import Lane

FOCUS = "#f2b134"
APERTURE = "#7db4ff"
SUBJECT = "#a79fce"
"""Of what lies under the focus point."""

CURVES = MappingProxyType({Lane.FOCUS: FOCUS, Lane.APERTURE: APERTURE})
"""Amber and blue, which colour-blind eyes tell apart too."""

BAND_FILL, BAND_EDGE = 0.15, 0.40
"""How much of the focus colour lies on what is sharp."""


class Inks:
    """What a palette gives to draw with."""

    def __init__(self, palette: QPalette) -> None:
        self.ground = palette.color(QPalette.ColorRole.Base)
        self.text = palette.color(QPalette.ColorRole.Text)
        self.accent = palette.color(QPalette.ColorRole.Highlight)

    def faint(self, strength: float) -> QColor:
        """The text's colour, so much of it."""
        return faded(self.text, strength)


def faded(colour: QColor | str, strength: float) -> QColor:
    ink = QColor(colour)
    ink.setAlphaF(strength)
    return ink
