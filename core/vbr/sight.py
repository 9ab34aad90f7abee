"""What a sub-module sees of a pixel, and says of it: which channels there are, and how they are scaled."""

from __future__ import annotations

from typing import NamedTuple

from .blocks import HALF, STRIDE
from .prior import GUESS, HINTS, PICTURES

CONTRAST = 4.0
"""What differences between pictures are raised by: small ones mark what is wrong, and must not drown in the frame."""

NEAR_FOCUS = 4.0
"""px of blur at half the scale that tells small radii apart."""

CORRECTION = 0.1
"""Of a correction, to what the network says: corrections are small, and a step of the optimiser that moves the output
by more than they are worth would drown them."""

DEFOCUS = 2
"""Channels that tell a pixel's blur radius."""


class Sight(NamedTuple):
    """Which pictures a sub-module sees: the frame, the first guess, and others, as differences to the first guess.

    Attributes:
        prior: the prior's rendering and its parts are among them.
        refines: so is the stage before, the last.
        max_radius: R_m, px.
    """

    prior: bool
    refines: bool
    max_radius: float

    @property
    def guessed(self) -> list[int]:
        """The first channel of each picture but the frame among the guesses."""
        parts = [3 * part for part in range(PICTURES)] if self.prior else []
        return parts + [GUESS if self.prior else 0] * self.refines

    @property
    def pictures(self) -> int:
        return 1 + len(self.guessed)

    @property
    def hints(self) -> int:
        """Channels of the guesses that are no colours."""
        return HINTS * self.prior

    @property
    def channels(self) -> int:
        """Of a pixel."""
        return 3 + DEFOCUS + self.hints + 3 * (self.pictures - 1)

    @property
    def said(self) -> int:
        """Channels of a pixel that make a picture of it: a correction, and how far each picture is trusted."""
        return 3 + self.pictures

    @property
    def others(self) -> list[int]:
        """Pictures that are seen by their difference to the first guess."""
        return [picture for picture in range(self.pictures) if picture != 1] if self.pictures > 1 else []


LEAST = 2
"""Deepest positions along a side: where there is but one across, oneDNN's half precision reads what nobody wrote."""


def halved(side: int) -> int:
    """Positions along a side of so many px, up to a multiple of what an encoder takes."""
    return deepest(side) * (STRIDE // HALF)


def deepest(side: int) -> int:
    """Positions of the deepest features along a side of so many px."""
    return max(LEAST, -(-side // STRIDE))
