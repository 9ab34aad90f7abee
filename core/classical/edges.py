"""Firm edges in a defocus map: a pixel is on one surface or on the other, never on a slope that is not there."""

from __future__ import annotations

import torch
from torch import Tensor

from .pyramid import rows_of, strips, window

REACH = 2
"""px to either side in which a pixel finds the surfaces it may belong to."""

CONTRAST = 4.0
"""A pixel 1/CONTRAST of the way up to the nearer surface is already on it: what a soft edge in a disparity map covers
is mostly foreground, and a sharp rim of foreground left on the background shows more than the reverse."""

STEP = (2.0, 4.0)
"""px of blur radius across the neighbourhood: a slope up to the first, an edge from the second on."""


def firm_edges(defocus: Tensor) -> Tensor:
    """The defocus map (B, 1, H, W) with its soft edges, as depth networks draw them, made steep.

    On a soft edge pixels of either surface get a blur in between, which draws a ghostly ring around the foreground.
    Hard edges, and surfaces however tilted in practice, stay as they are.
    """
    firm = torch.empty_like(defocus)
    for rows in strips(defocus):
        near = window(defocus, rows, REACH)
        radius = rows_of(defocus, rows)
        low, high = -_highest(-near), _highest(near)
        step = high - low
        edge = ((step - STEP[0]) / (STEP[1] - STEP[0])).clamp_(0, 1)
        side = ((radius - low) / step.clamp(min=STEP[0])).mul_(CONTRAST).clamp_(0, 1)
        rows_of(firm, rows).copy_(torch.lerp(radius, torch.addcmul(low, side, step), edge))
    return firm


def _highest(near: Tensor) -> Tensor:
    """Maximum over 2 REACH + 1 pixels each way; that many fewer come out."""
    for axis in (-1, -2):
        length = near.shape[axis] - 2 * REACH
        shifted = [near.narrow(axis, shift, length) for shift in range(2 * REACH + 1)]
        near = shifted[0]
        for other in shifted[1:]:
            near = torch.maximum(near, other)
    return near
