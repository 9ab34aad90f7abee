"""What every stage of the `prior` configuration starts from."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from ..classical.layered import PARTS, layered_parts

GUESS = PARTS
"""Channels of a guess: pictures of three, the whole first, then `HINTS` that are no colours."""

HINTS = GUESS % 3
PICTURES = GUESS // 3

Prior = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""Frames (..., 3, H, W), defocus (..., 1, H, W), px, and what is hidden (..., 5, H, W), as `layered_parts` takes it, if
anything is known of that, to a guess at the bokeh (..., GUESS, H, W)."""


def classical_rendering(frames: Tensor, defocus: Tensor, hidden: Tensor | None) -> Tensor:
    """The layered rendering in its parts: at occlusion boundaries, where it errs, a network that has what is in
    front and what is behind need only find out how much there is of each."""
    return layered_parts(frames, defocus, quality="guess", hidden=hidden)
