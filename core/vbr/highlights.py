"""Light above white, which no network of ours has learned of: highlights of HDR and EXR, super-whites of cameras."""

from __future__ import annotations

import torch
from torch import Tensor

from ..classical.layered import layered
from ..classical.light import to_display, to_linear

TINY = 1e-4
"""Display code of light that is not worth adding: the picture stays as it is, to the bit."""


def with_highlights(bokeh: Tensor, frame: Tensor, defocus: Tensor) -> Tensor:
    """What a network made of a frame cut off at white, and what was cut off, which the layered renderer draws: a lens
    adds light, so that one added to the other is the whole.

    Args:
        bokeh: (3, H, W), display-coded, in [0, 1].
        frame: (3, H, W), display-coded.
        defocus: (1, H, W), signed blur radius in px.

    Returns:
        (3, H, W), display-coded.
    """
    above = (to_linear(frame) - 1).clamp_(min=0)
    with torch.autocast(frame.device.type, enabled=False):
        drawn = layered(to_display(above), defocus, quality="guess")
    return torch.where(drawn > TINY, to_display(to_linear(bokeh) + to_linear(drawn)), bokeh)
