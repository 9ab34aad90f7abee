"""Chroma from full size down to where it is coded, so that what was upsampled from there comes back as it was.

A mean of neighbours would soften it anew each time a clip is rendered, also where nothing is blurred.
"""

from __future__ import annotations

import numpy as np

from ..frames import Image

# swscale's bicubic filter halfway between two samples, from the nearest on.
_NEAR, _FAR = np.float32(0.575), np.float32(-0.075)

# What undoes that filter a quarter of a sample off, either side's in the mean, from the middle on.
_UNDOING = tuple(np.float32(tap) for tap in (1.16743, -0.10904, 0.02901, -0.00444, 0.00088, -0.00012))


def halved_across(chroma: Image) -> Image:
    """Co-sited with the left pixel of each pair: that pixel's, and part of what its neighbours have that upsampling
    would not make up."""
    left, right = chroma[:, 0::2], chroma[:, 1::2]
    pairs = right.shape[1]
    padded = np.pad(left, ((0, 0), (1, 2)), mode="edge")
    near = padded[:, 1 : pairs + 1] + padded[:, 2 : pairs + 2]
    far = padded[:, :pairs] + padded[:, 3 : pairs + 3]
    beyond = np.pad(right - (_NEAR * near + _FAR * far), ((0, 0), (1, 1)), mode="edge")
    halved: Image = left + np.float32(0.25) * (beyond[:, : left.shape[1]] + beyond[:, 1 : left.shape[1] + 1])
    return halved


def halved_down(chroma: Image) -> Image:
    """Between the rows of each pair: their mean, which `undone_down` has yet to bring back."""
    below = chroma[1::2]
    if len(below) < len(chroma[0::2]):
        below = np.concatenate([below, chroma[-1:]])
    mean: Image = (chroma[0::2] + below) * np.float32(0.5)
    return mean


def undone_down(means: Image) -> Image:
    """The coded rows, of all that `halved_down` gave."""
    reach = len(_UNDOING) - 1
    padded = np.pad(means, ((reach, reach), (0, 0)), mode="edge")
    rows: Image = means * _UNDOING[0]
    for away, tap in enumerate(_UNDOING[1:], 1):
        above, below = padded[reach - away :], padded[reach + away :]
        rows += tap * (above[: len(means)] + below[: len(means)])
    return rows
