"""One side of focus, its layers composited in order of depth: in tensors for a GPU, and compiled for a CPU.

Layers share the pixels of one surface, so coverages add up, to 1: half a pixel in one and half in the next let nothing
through from behind. A layer gets the room that all nearer ones leave.
"""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from torch import Tensor

from ..frames import Image
from .pyramid import TINY

Disc = tuple[Tensor, Tensor]
"""A layer's light, convolved; and its share of each pixel as the frame shows it."""


def composite_front(discs: list[Disc | None], coarser: Tensor | None) -> Tensor | None:
    """Light (B, 4, h, w). In front of focus the more blurred is the nearer."""
    drawn = coarser
    for disc in discs:
        if disc is not None:
            drawn = disc[0] if drawn is None else torch.addcmul(drawn, _room(drawn[:, 3:], disc[0]), disc[0])
    return drawn


def composite_behind(discs: list[Disc | None], coarser: Tensor | None, taken: Tensor | None = None) -> Tensor | None:
    """Light (B, 8, h, w): of the nearest layer, and of all others in the room that it leaves.

    Behind focus the less blurred is the nearer. The nearest stays apart for the finer level to come, with whose
    farthest layer it shares pixels: the two together may leave the others no room. `taken` is coverage that leaves
    them none from the start.

    Where discs leave a hole, as they do beside what is sharper, none from behind shows through: the layers that the
    frame shows there close it, each as much as it has of the pixel.
    """
    layers: list[tuple[Tensor, Tensor | None] | None] = [] if coarser is None else [(coarser[:, 4:], None)]
    layers += [] if coarser is None else [(coarser[:, :4], None)]
    covered = [disc[0][:, 3:] for disc in discs if disc is not None]
    if coarser is not None:
        covered += [coarser[:, 3:4] + coarser[:, 7:]]
    if not covered:
        return None
    hole = (1 - sum(covered[1:], start=covered[0])).clamp_(min=0)
    taken = torch.zeros_like(hole) if taken is None else taken.clone()
    sides = hole.new_zeros(len(hole), 8, *hole.shape[-2:])
    place = place_compiled if hole.device.type == "cpu" else place_by_tensors
    for number, layer in enumerate(reversed([*layers, *discs])):
        if layer is not None:
            light, shown = layer
            place(light, shown, hole, taken, sides[:, 4:] if number else sides[:, :4], bool(number))
    return sides


def place_by_tensors(
    light: Tensor, shown: Tensor | None, hole: Tensor, taken: Tensor, out: Tensor, others: bool
) -> None:
    """Add a layer to what is drawn, and to the coverage that is taken.

    Args:
        light: (B, 4, h, w).
        shown: (B, 1, h, w), how much the layer may close of the hole; None closes none of it.
        hole, taken: (B, 1, h, w).
        out: (B, 4, h, w).
        others: whether it has but the room that is left.
    """
    if shown is not None:
        light = light * (1 + shown * hole / light[:, 3:].clamp(min=TINY))
    if others:
        light = light * _room(taken, light)
    taken += light[:, 3:]
    out += light


def place_compiled(light: Tensor, shown: Tensor | None, hole: Tensor, taken: Tensor, out: Tensor, others: bool) -> None:
    """`place_by_tensors` in one pass."""
    closing = hole if shown is None else shown
    for frame in range(len(light)):
        one, other, third = (part[frame, 0].numpy() for part in (closing, hole, taken))
        _place(light[frame].numpy(), one, other, third, out[frame].numpy(), shown is not None, others)


def _room(taken: Tensor, farther: Tensor) -> Tensor:
    """Share of a farther layer's light that there is room for, where coverage `taken` is nearer."""
    return (1 - taken).clamp_(min=0).div_(farther[:, 3:].clamp(TINY, 1)).clamp_(max=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _place(light: Image, shown: Image, hole: Image, taken: Image, out: Image, closes: bool, others: bool) -> None:
    height, width = taken.shape
    zero, one, tiny = np.float32(0), np.float32(1), np.float32(TINY)
    scale = np.empty(width, np.float32)
    for y in range(height):
        cover = light[3, y]
        for x in range(width):
            scale[x] = one + shown[y, x] * hole[y, x] / max(cover[x], tiny) if closes else one
            if others:
                room = max(one - taken[y, x], zero) / min(max(cover[x] * scale[x], tiny), one)
                scale[x] *= min(room, one)
            taken[y, x] += scale[x] * cover[x]
        for channel in range(4):
            for x in range(width):
                out[channel, y, x] += scale[x] * light[channel, y, x]
