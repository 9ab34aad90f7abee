"""Between display code and linear light, in which a lens adds."""

from __future__ import annotations

from torch import Tensor

from ..frames import DISPLAY_GAMMA

BLACK = 1e-33
"""What black is taken for, in linear light."""


def to_linear(display: Tensor) -> Tensor:
    """Linear light of display code; below black counts as black."""
    return _power(display, DISPLAY_GAMMA)


def to_display(linear: Tensor) -> Tensor:
    """Display code of linear light; below black counts as black."""
    return _power(linear, 1 / DISPLAY_GAMMA)


def _power(base: Tensor, exponent: float) -> Tensor:
    # Tensor.pow rounds differently at the ends of the vectors it is cut into, so that a pixel's last bit would depend
    # on the number of threads and its place in a batch. These two do not, and are faster.
    # Nor do they like zero, which takes them many times as long.
    return base.clamp(min=BLACK ** (1 / max(exponent, 1))).log_().mul_(exponent).exp_()
