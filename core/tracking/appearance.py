"""What a surface looks like, coded so that one product tells how alike two places are."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

LUMA_BINS = 7
CHROMA_BINS = 9
CHROMA_SPAN = 0.3
"""Most colours lie within this of grey, on both axes; what is stronger counts as this strong."""
TURN_BINS = 6
FLAT = 0.03
"""Slope of luma, a cell, at which a place is as much flat as it is an edge."""


def appearance(colour: Tensor) -> Tensor:
    """(C, n, n) of a patch's colour (3, n, n): the product over C of two places is 1 where they look the same.

    Luma, both chromas and the direction of an edge, each spread over a few overlapping bins, as a histogram of the
    place and its neighbours: what moves by a cell still matches, and what is of another colour gets 0, not less.
    """
    red, green, blue = colour
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    coded = torch.cat(
        [
            _binned(luma, 0, 1, LUMA_BINS),
            _binned((blue - luma) / 1.8556, -CHROMA_SPAN, CHROMA_SPAN, CHROMA_BINS),
            _binned((red - luma) / 1.5748, -CHROMA_SPAN, CHROMA_SPAN, CHROMA_BINS),
            _edges(luma),
        ]
    )
    return _over_neighbours(coded) / 2


def _binned(values: Tensor, low: float, high: float, bins: int) -> Tensor:
    """(bins, n, n), each value shared between its two nearest bins, of length 1."""
    place = (values.clamp(low, high) - low) / (high - low) * (bins - 1)
    shares = (1 - (place - torch.arange(bins)[:, None, None]).abs()).clamp_(min=0)
    return shares / _length_of_shares(place)


def _length_of_shares(place: Tensor) -> Tensor:
    """Of two shares that sum to 1, between neighbouring bins."""
    upper = place.frac()
    return torch.hypot(upper, 1 - upper)


def _over_neighbours(coded: Tensor) -> Tensor:
    """Means over 3 x 3 cells; slices add up several times faster than pooling does."""
    padded = functional.pad(coded[None], (1, 1, 1, 1), mode="replicate")[0]
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return (rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:]) / 9


def _edges(luma: Tensor) -> Tensor:
    """(TURN_BINS + 1, n, n): in which direction luma changes, either way round; and the rest, flat."""
    padded = functional.pad(luma[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    slope = torch.hypot(across, down)
    place = torch.atan2(down, across).remainder(math.pi) / math.pi * TURN_BINS
    apart = (place - torch.arange(TURN_BINS)[:, None, None]).abs()
    turns = (1 - torch.minimum(apart, TURN_BINS - apart)).clamp(min=0) / _length_of_shares(place)
    edge = slope / torch.hypot(slope, torch.tensor(FLAT))
    return torch.cat([turns * edge, (1 - edge**2).clamp(min=0).sqrt()[None]])
