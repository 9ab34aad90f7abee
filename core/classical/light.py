"""Between display code and linear light, in which a lens adds."""

from __future__ import annotations

from torch import Tensor

DISPLAY_GAMMA = 2.2
"""Linear light is display code to this power."""


def to_linear(display: Tensor) -> Tensor:
    """Linear light of display code; below black counts as black."""
    return display.clamp(min=0).pow_(DISPLAY_GAMMA)


def to_display(linear: Tensor) -> Tensor:
    """Display code of linear light; below black counts as black."""
    return linear.clamp(min=0).pow_(1 / DISPLAY_GAMMA)
