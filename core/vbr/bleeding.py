"""Frames without the colour that a camera lets bleed over the edges of what stands in front.

Lens, sharpening, and chroma of a quarter of the pixels draw an edge several pixels wide; disparity knows a line. Where
what stands in front is blurred away, a sharp rim of its colour would stay behind on the background.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from ..classical.edges import between, firm_edges, highest_beside
from ..frames import Image

STEP = (2.0, 4.0)
"""px of blur radius between two surfaces: one and the same up to the first, two from the second on."""

BLURRED = (1.0, 3.0)
"""px of blur radius of the nearer one: its edge is to be seen up to the first, and blurred away from the second on."""

ALIKE = 0.2
"""Share of that step within which another pixel is on the same surface."""

AROUND = [(y, x) for y in range(-9, 10, 3) for x in range(-9, 10, 3) if y or x]
"""Where the colours of the two surfaces are looked for; what is nearer by counts for more."""

BLEEDS = (0.07, 0.11)
"""How much of the nearer surface's chroma is on the farther, two px from the edge, on average over a frame: as good as
none up to the first; from the second on a camera has done it. Footage of 4:2:0 has 0.13, soft edges sampled so 0.09 to
0.16, by their direction; traced pixels have less than 0.05 nearly always [measured]."""

EVIDENCE = 200.0
"""How much contrast in chroma, squared, over the variance of the surfaces, makes the average half believed: a few
pixels do not decide for a frame."""

MOST = 0.5
"""Share of the other surface's chroma that is more than a camera lets bleed so far."""

MIXED = (1.0, 2.0)
"""How far towards the other surface's colour a pixel may be for that to have bled: all the way; from twice as far on it
is something else."""

LEAST = 0.03
"""Weight of pixels by which a surface's colour is known: that of five of the farthest."""

TINY = 1e-6
"""Weight that is as good as none."""

NOISE = 1e-3
"""Variance that any surface has, and a difference in colour that is as good as none."""

OPPONENT = ((0.2126, 0.7152, 0.0722), (-0.1146, -0.3854, 0.5), (0.5, -0.4542, -0.0458))
"""Rec. 709's luma and chroma of RGB; they bleed differently far."""

RGB = ((1.0, 0.0, 1.5748), (1.0, -0.1873, -0.4681), (1.0, 1.8556, 0.0))
"""And back."""

At = tuple[Tensor, Tensor]
"""Row and column of N pixels."""


def unbled(frames: Tensor, defocus: Tensor) -> Tensor:
    """The frames with nothing of either surface on the other beside edges in depth of what is nearer and blurred. Where
    a frame's colours do not bleed it is the same to the bit.

    Args:
        frames: (N, 3, H, W), display-coded.
        defocus: (N, 1, H, W), signed blur radius in px.
    """
    radius = firm_edges(defocus)
    touching = highest_beside(radius)
    second = highest_beside(touching)
    high = highest_beside(second)
    blurred = between(high - radius, STEP) * between(high, BLURRED)
    if not blurred.any():
        return frames
    low = -highest_beside(highest_beside(highest_beside(-radius)))
    gap = high - radius
    # A pixel that touches the edge may be a mixture, of which a camera is innocent.
    asked = blurred * (touching - radius < ALIKE * gap) * (high - second < ALIKE * gap)
    mended = frames.clone()
    for frame, *maps in zip(mended, radius, gap, radius - low, blurred, asked, strict=True):
        _mend(frame, _Edges(*(one[0] for one in maps)))
    return mended


class _Edges(NamedTuple):
    """Of one frame, (H, W) each.

    Attributes:
        radius: signed blur radius, px.
        gap: from there up to that of the nearest surface within three px.
        drop: down to that of the farthest.
        blurred: how far there is a nearer surface so near, and that is blurred away.
        asked: the same where the pixel is two px from it, and tells whether colours bleed.
    """

    radius: Tensor
    gap: Tensor
    drop: Tensor
    blurred: Tensor
    asked: Tensor


def _mend(frame: Tensor, edges: _Edges) -> None:
    """Take off a frame (3, H, W), in place, what bleeds in it."""
    behind = _where(edges.blurred)
    beside = _beside(frame, edges, behind, edges.radius[behind], edges.gap[behind], on_nearer=False)
    bleeds = between(beside.bled(edges.asked[behind]), BLEEDS)
    if not bleeds:
        return
    rim = between(edges.drop, STEP) * between(edges.radius, BLURRED)
    before = _where(rim)
    farther, drop = (edges.radius - edges.drop)[before], edges.drop[before]
    others = _beside(frame, edges, before, farther, drop, on_nearer=True)
    for (row, column), pixels, share in ((behind, beside, edges.blurred), (before, others, rim)):
        frame[:, row, column] = (frame[:, row, column] - pixels.excess(bleeds * share[row, column])).clamp(0, 1)


class _Beside(NamedTuple):
    """N pixels beside an edge, and what the two surfaces there look like, all in opponent colours.

    Attributes:
        colour: (3, N), of the pixels.
        own, spread: (3, N), mean and deviation of the colours of the surface that they are on.
        other: (3, N), mean colour of the surface beyond the edge.
        known: (N,), whether both are.
    """

    colour: Tensor
    own: Tensor
    spread: Tensor
    other: Tensor
    known: Tensor

    def bled(self, asked: Tensor) -> Tensor:
        """How much of the other surface's chroma is on those asked (N,), on average; the evener a surface, the more its
        pixels tell. One that has most of it is on the other surface, whatever disparity says, and tells nothing."""
        off, apart = (self.colour - self.own)[1:], (self.other - self.own)[1:]
        mixed, whole = (off * apart).sum(0), apart.square().sum(0)
        weight = asked * self.known * (mixed.abs() < MOST * whole) / (self.spread.square().sum(0) + NOISE)
        return (weight * mixed).sum() / ((weight * whole).sum() + EVIDENCE)

    def excess(self, strength: Tensor) -> Tensor:
        """Of their colours (3, N), RGB, what leads towards the other surface, but for what their own varies by."""
        off, apart = self.colour - self.own, self.other - self.own
        towards = off * apart.sign() / apart.abs().clamp(min=NOISE)
        has_bled = (towards > 0) * (1 - between(towards, MIXED)) * self.known
        return _turned(strength * has_bled * (off - off.clamp(-self.spread, self.spread)), RGB)


def _beside(frame: Tensor, edges: _Edges, at: At, farther: Tensor, gap: Tensor, *, on_nearer: bool) -> _Beside:
    """Pixels beside the edges of a surface of radius `farther` (N,) and of one larger by the gap (N,).

    Args:
        on_nearer: they are on the nearer one.
    """
    add_up = _add_up if frame.device.type == "cpu" else add_up_by_tensors
    moments = add_up(frame, edges, at, farther, gap)
    own, other = moments.flip(0) if on_nearer else moments
    weight = own[6].clamp(min=TINY)
    mean, square = own[:3] / weight, own[3:6] / weight
    return _Beside(
        colour=_turned(frame[:, at[0], at[1]], OPPONENT),
        own=mean,
        spread=(square - mean.square()).clamp(min=0).sqrt(),
        other=other[:3] / other[6].clamp(min=TINY),
        known=(own[6] > LEAST) & (other[6] > LEAST),
    )


def _add_up(frame: Tensor, edges: _Edges, at: At, farther: Tensor, gap: Tensor) -> Tensor:
    """(2, 7, N): of the farther surface beside each pixel, where nothing nearer is near, and of the nearer one, where
    nothing farther is: sums of opponent colours and of their squares, and of weights."""
    moments = frame.new_zeros(2, 7, len(farther))
    radius, higher, lower = (one.numpy() for one in (edges.radius, edges.gap, edges.drop))
    row, column = (index.numpy() for index in at)
    surfaces, matrix, around = (farther.numpy(), gap.numpy()), np.array(OPPONENT, np.float32), np.array(AROUND)
    _sum_around(frame.numpy(), radius, higher, lower, row, column, *surfaces, matrix, around, moments.numpy())
    return moments


def add_up_by_tensors(frame: Tensor, edges: _Edges, at: At, farther: Tensor, gap: Tensor) -> Tensor:
    """`_add_up` for a GPU."""
    height, width = edges.radius.shape
    moments = frame.new_zeros(2, 7, len(farther))
    for down, across in AROUND:
        y, x = at[0] + down, at[1] + across
        within = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        y, x = y.clamp(0, height - 1), x.clamp(0, width - 1)
        colour, above = _turned(frame[:, y, x], OPPONENT), edges.radius[y, x] - farther
        seen = torch.cat([colour, colour.square(), torch.ones_like(colour[:1])]) / (down * down + across * across)
        moments[0] += seen * (within & (above.abs() < ALIKE * gap) & (edges.gap[y, x] < ALIKE * gap))
        moments[1] += seen * (within & ((above - gap).abs() < ALIKE * gap) & (edges.drop[y, x] < ALIKE * gap))
    return moments


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _sum_around(
    frame: Image,
    radius: Image,
    gap: Image,
    drop: Image,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    farther: Image,
    gaps: Image,
    matrix: Image,
    around: NDArray[np.int64],
    moments: Image,
) -> None:
    height, width = radius.shape
    for n in range(len(rows)):
        alike = np.float32(ALIKE) * gaps[n]
        for down, across in around:
            y, x = rows[n] + down, columns[n] + across
            if y < 0 or x < 0 or y >= height or x >= width:
                continue
            above = radius[y, x] - farther[n]
            if abs(above) < alike and gap[y, x] < alike:
                surface = 0
            elif abs(above - gaps[n]) < alike and drop[y, x] < alike:
                surface = 1
            else:
                continue
            weight = np.float32(1) / np.float32(down * down + across * across)
            for channel in range(3):
                turn = matrix[channel]
                value = turn[0] * frame[0, y, x] + turn[1] * frame[1, y, x] + turn[2] * frame[2, y, x]
                moments[surface, channel, n] += weight * value
                moments[surface, 3 + channel, n] += weight * value * value
            moments[surface, 6, n] += weight


def _where(share: Tensor) -> At:
    row, column = share.nonzero(as_tuple=True)
    return row, column


def _turned(colours: Tensor, matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    """Colours (3, N) by a matrix, in one order whatever N is."""
    first, second, third = colours
    return torch.stack([a * first + b * second + c * third for a, b, c in matrix])
