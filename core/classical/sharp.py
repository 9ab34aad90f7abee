"""What is sharp, over the ground behind it: in tensors for a GPU, and compiled for a CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from torch import Tensor

from ..frames import Image
from .overlay import KNOWN
from .pyramid import FAINT, TINY


def over_ground(sharp: Tensor, hiding: Tensor, ground: Tensor | None, front: Tensor | None) -> Tensor:
    """Light (B, 4, h, w) of the ground, what is sharp included. Its coverage is 1 where it is seen; less where it lies
    hidden behind what is in front.

    Args:
        sharp: light (B, 4, h, w), changed in place on a CPU.
        hiding: (B, 1, h, w), how much of each pixel is blurred and in front of focus.
        ground, front: light (B, 4, h, w) behind focus, and in front of it; None is nothing.
    """
    if sharp.device.type != "cpu":
        return over_ground_by_tensors(sharp, hiding, ground, front)
    behind, before = (sharp if light is None else light for light in (ground, front))
    for planes, hides, farther, nearer in zip(sharp, hiding, behind, before, strict=True):
        others = farther.numpy(), nearer.numpy()
        _over_ground(planes.numpy(), hides[0].numpy(), *others, ground is not None, front is not None)
    return sharp


def over_ground_by_tensors(sharp: Tensor, hiding: Tensor, ground: Tensor | None, front: Tensor | None) -> Tensor:
    """`over_ground` for a GPU."""
    sharp = sharp / (1 - hiding).clamp(min=KNOWN)
    sharp = sharp / sharp[:, 3:].clamp(min=1)
    ground = sharp if ground is None else torch.addcmul(sharp, 1 - sharp[:, 3:], ground)
    if front is None:
        return ground / ground[:, 3:].clamp(min=TINY)
    return torch.addcmul(ground, 1 - ground[:, 3:], front, value=FAINT)


@njit(cache=True, nogil=True, error_model="numpy")
def _over_ground(sharp: Image, hiding: Image, ground: Image, front: Image, grounded: bool, fronted: bool) -> None:
    one, tiny, least, faint = np.float32(1), np.float32(TINY), np.float32(KNOWN), np.float32(FAINT)
    height, width = hiding.shape
    scale, room, rest = np.empty((3, width), np.float32)
    for y in range(height):
        cover, hides, behind, before = sharp[3, y], hiding[y], ground[3, y], front[3, y]
        # Coverage is divided, not scaled, so that 1 is 1: the least leak of light shows where it is black.
        for x in range(width):
            known = max(one - hides[x], least)
            shown = cover[x] / known
            scale[x] = one / (known * max(shown, one))
            own = shown / max(shown, one)
            room[x] = one - own
            cover[x] = own + room[x] * behind[x] if grounded else own
        for x in range(width):
            whole = cover[x]
            rest[x] = faint * (one - whole) if fronted else one / max(whole, tiny)
            cover[x] = whole + rest[x] * before[x] if fronted else whole / max(whole, tiny)
        for channel in range(3):
            light, farther, nearer = sharp[channel, y], ground[channel, y], front[channel, y]
            for x in range(width):
                light[x] *= scale[x]
            if grounded:
                for x in range(width):
                    light[x] += room[x] * farther[x]
            if fronted:
                for x in range(width):
                    light[x] += rest[x] * nearer[x]
            else:
                for x in range(width):
                    light[x] *= rest[x]
