"""Between what a lens can make of a frame at the least and at the most: it mixes what is there.

A network that corrects what it starts from can stray beyond, a little and over wide areas: white walls turn grey as
they go out of focus.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from .blocks import STRIDE

BOUNDS = 6
"""Channels of `bounds`: RGB at the least, and at the most."""


def bounds(frames: Tensor, defocus: Tensor, pictures: Tensor) -> Tensor:
    """The darkest and the lightest within reach of each cell of STRIDE px.

    Args:
        frames: (N, 3, H, W).
        defocus: (N, 1, H, W), px; a frame's largest is how far its light reaches.
        pictures: (N, 3 k, H, W), what else there is to mix, in place: behind what is in front.

    Returns:
        (N, BOUNDS, ⌈H / STRIDE⌉, ⌈W / STRIDE⌉).
    """
    return torch.cat([_around(*one) for one in zip(frames, defocus, pictures, strict=True)])


def bounded(bokeh: Tensor, within: Tensor, rows: slice) -> Tensor:
    """These rows of bokeh, (N, 3, h, W), within the bounds of the whole."""
    down = torch.arange(rows.start, rows.start + bokeh.shape[-2], device=bokeh.device) // STRIDE
    across = torch.arange(bokeh.shape[-1], device=bokeh.device) // STRIDE
    here = within[..., down, :][..., across]
    return bokeh.clamp(here[..., :3, :, :], here[..., 3:, :, :])


def _around(frame: Tensor, defocus: Tensor, pictures: Tensor) -> Tensor:
    """Of one frame, (1, 6, h, w)."""
    reach = math.ceil((float(defocus.abs().amax()) + 1) / STRIDE)
    lowest, highest = (_highest(sign * frame, reach) for sign in (-1, 1))
    for start in range(0, len(pictures), 3):
        picture = pictures[start : start + 3]
        lowest = torch.maximum(lowest, _cells(-picture))
        highest = torch.maximum(highest, _cells(picture))
    return torch.cat([-lowest, highest])[None]


def _highest(picture: Tensor, reach: int) -> Tensor:
    """(3, h, w), of the cells within `reach` cells."""
    window = 2 * reach + 1
    cells = functional.max_pool2d(_cells(picture), (window, 1), 1, (reach, 0))
    return functional.max_pool2d(cells, (1, window), 1, (0, reach))


def _cells(picture: Tensor) -> Tensor:
    return functional.max_pool2d(picture, STRIDE, ceil_mode=True)
