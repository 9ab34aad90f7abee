"""One side of focus, its layers composited over one another, each continued behind what is nearer than it.

What a layer shows of itself within a disc stands for what is hidden of it there: both its coverage and its colour are
averages over what is not hidden (normalised convolution).
"""

from __future__ import annotations

import torch
from torch import Tensor

from .discs import spread
from .layers import Layer
from .pyramid import TINY

SOLID = 1.2
"""px: a surface blurred by less covers its own pixels as if it were sharp. Its edge lies within a pixel or two, where
the defocus map cannot tell."""

KNOWN = 1e-2
"""Share of a disc that must be known at least for a layer to be told from it whole."""


def composite_front(
    layers: list[Layer], parts: list[Tensor | None], nearer: Tensor, coarser: Tensor | None
) -> Tensor | None:
    """In front of focus the more blurred is the nearer.

    Args:
        layers: the most blurred first.
        parts: light (B, 4, h + 2 reach, w + 2 reach) that each is made of, None where there is none; reach is that of
            the widest layer.
        nearer: (B, 1, h + 2 reach, w + 2 reach), coverage of what is more blurred than all of them.
        coarser: light (B, 4, h, w) that coarser levels made of that.

    Returns:
        Light (B, 4, h, w) of all together, None if there is none.
    """
    drawn, reach = coarser, max(layer.reach for layer in layers)
    for layer, part in zip(layers, parts, strict=True):
        if part is None:
            continue
        disc = _continued(layer, part, 1 - nearer, reach)
        drawn = disc if drawn is None else torch.addcmul(drawn, 1 - drawn[:, 3:], disc)
        nearer = nearer + part[:, 3:]
    return drawn


def composite_behind(
    layers: list[Layer], parts: list[Tensor | None], farther: Tensor, coarser: Tensor | None
) -> Tensor | None:
    """Behind focus the less blurred is the nearer; `farther` is `nearer` of `composite_front`."""
    drawn, reach = coarser, max(layer.reach for layer in layers)
    for layer, part in zip(layers, parts, strict=True):
        if part is None:
            continue
        farther = farther + part[:, 3:]
        disc = _continued(layer, part, farther, reach)
        drawn = disc if drawn is None else torch.addcmul(disc, 1 - disc[:, 3:], drawn)
    return drawn


def _continued(layer: Layer, part: Tensor, known: Tensor, reach: int) -> Tensor:
    """A layer's disc, light (B, 4, h, w), where only the `known` of each pixel is not hidden."""
    spare = reach - layer.reach
    near = torch.cat([part, known], 1)
    near = near[..., spare : near.shape[-2] - spare, spare : near.shape[-1] - spare]
    disc = spread(near, layer.kernel.to(part.device))
    cover = disc[:, 3:4] / disc[:, 4:].clamp(min=KNOWN)
    if layer.radius < SOLID:
        own = near[..., layer.reach : near.shape[-2] - layer.reach, layer.reach : near.shape[-1] - layer.reach]
        cover = torch.maximum(cover, own[:, 3:4] / own[:, 4:].clamp(min=KNOWN))
    cover = cover.clamp(max=1)
    return torch.cat([disc[:, :3] * (cover / disc[:, 3:4].clamp(min=TINY)), cover], 1)
