"""One side of focus, its layers composited over one another, each continued behind what is nearer than it.

What a layer shows of itself within a disc stands for what is hidden of it there: both its coverage and its colour are
averages over what is not hidden (normalised convolution).
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from .layers import Layer
from .overlay import overlay


def composite_front(
    layers: list[Layer],
    parts: list[Tensor | None],
    nearer: Tensor,
    coarser: Tensor | None,
    revealed: Sequence[Tensor | None] | None = None,
) -> Tensor | None:
    """In front of focus the more blurred is the nearer.

    Args:
        layers: the most blurred first.
        parts: light (B, 4, h + 2 reach, w + 2 reach) that each is made of, None where there is none; reach is that of
            the widest layer.
        nearer: (B, 1, h + 2 reach, w + 2 reach), coverage of what is more blurred than all of them.
        coarser: light (B, 4, h, w) that coarser levels made of that; on a CPU what is drawn goes on in it.
        revealed: what is known of each layer where it is hidden, as `Hidden.planes` gives it; None: nothing of any.

    Returns:
        Light (B, 4, h, w) of all together, None if there is none.
    """
    drawn, reach = coarser, max(layer.reach for layer in layers)
    for layer, part, more in zip(layers, parts, revealed or [None] * len(layers), strict=True):
        if part is None and not _lit(more):
            continue
        drawn = overlay(layer, *_told(part, 1 - nearer, more), drawn, reach, nearer=False)
        nearer = nearer if part is None else nearer + part[:, 3:]
    return drawn


def composite_behind(
    layers: list[Layer],
    parts: list[Tensor | None],
    farther: Tensor,
    coarser: Tensor | None,
    revealed: Sequence[Tensor | None] | None = None,
) -> Tensor | None:
    """Behind focus the less blurred is the nearer; `farther` is `nearer` of `composite_front`."""
    drawn, reach = coarser, max(layer.reach for layer in layers)
    for layer, part, more in zip(layers, parts, revealed or [None] * len(layers), strict=True):
        if part is None and not _lit(more):
            continue
        farther = farther if part is None else farther + part[:, 3:]
        drawn = overlay(layer, *_told(part, farther, more), drawn, reach, nearer=True)
    return drawn


def _lit(revealed: Tensor | None) -> bool:
    return revealed is not None and bool(revealed[:, 3].any())


def _told(part: Tensor | None, known: Tensor, revealed: Tensor | None) -> tuple[Tensor, Tensor]:
    """What a layer is made of and what is known of it, with what is revealed of it."""
    if revealed is None:
        assert part is not None
        return part, known
    light = revealed[:, :4]
    return light if part is None else part + light, (known + revealed[:, 4:]).clamp_(max=1)
