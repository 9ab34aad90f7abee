"""How the surfaces of one frame move to another, those too that are hidden there."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from ..frames import Image
from .flow import APART, PATCH, Flow, Mask, at, flow, halved

LARGEST = 960
"""px of the long side of the pictures that motion is looked for in."""

MISS = 0.7
"""px by which the way there and back may miss where it began, for the way to be half believed."""

FAR = 24
"""px within which a surface is looked for that goes on where a pixel has no match."""

DIRECTIONS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))

BELIEVED = 0.5

FOUND = 0.25
"""Share of what is followed that must find back: next to nothing does across a cut, seven eighths within a shot
[measured]."""

SPREAD = 1.0
"""px by which the ways of a surface around a pixel that has no match may differ, for theirs to be half believed."""

NEAR_ENOUGH = 0.05
"""Disparity from which on a ratio of two says something."""

TELLING, AGREED = 64, 0.03
"""Pixels, at least, whose ratios are asked; and how near half of those must come to their median."""

BLIND = 0.5
"""How far it is believed that what a frame in between hides goes on as it came."""

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def halvings_of(height: int, width: int) -> int:
    """How often a frame of that size is halved for motion to be looked for in it."""
    halvings = 0
    while max(height, width) >> halvings > LARGEST:
        halvings += 1
    return halvings


def reduced(disparity: Image) -> Image:
    """Disparity (H, W) at the size of motions: of every block its last pixel's, for a mean would be no surface's."""
    for _ in range(halvings_of(*disparity.shape)):
        disparity = disparity[1::2, 1::2]
    # A copy: what a cache lends is read-only, which compiled code takes for another type and is compiled anew for.
    return np.array(disparity, order="C")


class Sight(NamedTuple):
    """A frame as motion sees it: luma and disparity (h, w), at a size halved as often as `halvings_of` says."""

    luma: Image
    disparity: Image

    @staticmethod
    def of(frame: Image, disparity: Image) -> Sight:
        luma = np.ascontiguousarray(frame @ LUMA)
        for _ in range(halvings_of(*disparity.shape)):
            luma = halved(luma)
        return Sight(luma, reduced(disparity))


class Motion(NamedTuple):
    """From one frame to another, at the size of a `Sight`.

    Attributes:
        way: (h, w, 2) px there, x before y: what is at p is at p + way in the other frame, shown there or hidden.
        faith: (h, w), how far that is believed, from 0 to 1.
        approach: (h, w), by how much of disparity it comes nearer on the way, as far as frames in between show it;
            (1, 1) where there are none.
    """

    way: Image
    faith: Image
    approach: Image

    @property
    def nbytes(self) -> int:
        return self.way.nbytes + self.faith.nbytes


class Motions(NamedTuple):
    """Between a frame and the next one.

    Attributes:
        gain: logarithm of how many times the disparity of what shows in both is larger in the next; NaN where the two
            are not of one scene.
    """

    there: Motion
    back: Motion
    gain: float

    @property
    def nbytes(self) -> int:
        return self.there.nbytes + self.back.nbytes


NONE = Motion(np.zeros((0, 0, 2), np.float32), np.zeros((0, 0), np.float32), np.zeros((1, 1), np.float32))

UNKNOWN = Motions(NONE, NONE, math.nan)
"""Where none is believed."""


def motions_bytes(height: int, width: int) -> int:
    """Bytes of the motions between two frames of that size."""
    halvings = halvings_of(height, width)
    return 2 * 12 * (height >> halvings) * (width >> halvings)


def motions(first: Sight, second: Sight) -> Motions:
    """Between two frames of one size; UNKNOWN where they are too small to search, or of two scenes."""
    if min(first.luma.shape) < PATCH:
        return UNKNOWN
    there, back = flow(first.luma, first.disparity, second.luma), flow(second.luma, second.disparity, first.luma)
    returns = _returns(there.way, back.way), _returns(back.way, there.way)
    gain = _gain(there.way, first.disparity, returns[0] * there.followed, second.disparity)
    trust = (
        _of_one_surface(there.way, first.disparity, returns[0], second.disparity * np.float32(math.exp(-gain))),
        _of_one_surface(back.way, second.disparity, returns[1], first.disparity * np.float32(math.exp(gain))),
    )
    if min(_found_again(there, trust[0]), _found_again(back, trust[1])) < FOUND:
        return UNKNOWN
    return Motions(_motion(there, trust[0], first), _motion(back, trust[1], second), gain)


def _gain(way: Image, disparity: Image, trust: Image, other: Image) -> float:
    """`Motions.gain`, from what finds back; 0 where too little does, all is far, or there is no agreement."""
    ratios = np.log(_ratios(way, disparity, trust, other))
    if len(ratios) < TELLING:
        return 0.0
    gain = np.median(ratios)
    return float(gain) if np.mean(np.abs(ratios - gain) < AGREED) >= 0.5 else 0.0


def _found_again(there: Flow, trust: Image) -> float:
    """Share of what is followed that finds back."""
    return float((trust[there.followed] > BELIEVED).mean()) if there.followed.any() else 0.0


def _motion(there: Flow, trust: Image, here: Sight) -> Motion:
    way, faith = _completed(there.way, trust, here.disparity, there.followed)
    return Motion(way, faith, np.zeros((1, 1), np.float32))


def chained(first: Motion, disparity: Image, on: Motion, between: Image, frames: int) -> Motion:
    """A motion from a frame of that disparity (h, w) to the next one, `between`, and on from there, `frames` in all.
    What is hidden in between goes on as it came."""
    return Motion(*_chained(first.way, first.faith, disparity, *on, between, frames))


@njit(cache=True, nogil=True, error_model="numpy")
def _returns(way: Image, back: Image) -> Image:
    """(h, w) from 0 to 1: how near the way back from where a way leads comes to where it began."""
    height, width = way.shape[:2]
    trust = np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            u, v = way[y, x, 0], way[y, x, 1]
            if x + u < 0 or y + v < 0 or x + u > width - 1 or y + v > height - 1:
                continue
            du, dv = u + at(back[..., 0], y + v, x + u), v + at(back[..., 1], y + v, x + u)
            miss = (du * du + dv * dv) / np.float32(MISS * MISS)
            trust[y, x] = 1 / (1 + miss * miss)
    return trust


@njit(cache=True, nogil=True, error_model="numpy")
def _ratios(way: Image, disparity: Image, trust: Image, other: Image) -> Image:
    """Of disparity there to here, where a way is believed and both are near enough to tell."""
    height, width = disparity.shape
    ratios, count = np.empty(height * width, np.float32), 0
    for y in range(height):
        for x in range(width):
            if trust[y, x] > BELIEVED and disparity[y, x] > NEAR_ENOUGH:
                there = at(other, y + way[y, x, 1], x + way[y, x, 0])
                if there > NEAR_ENOUGH:
                    ratios[count] = there / disparity[y, x]
                    count += 1
    return ratios[:count]


@njit(cache=True, nogil=True, error_model="numpy")
def _of_one_surface(way: Image, disparity: Image, trust: Image, other: Image) -> Image:
    """Trust (h, w), 0 where a way leads to another surface, as from what is hidden in the other frame."""
    height, width = disparity.shape
    same = trust.copy()
    for y in range(height):
        for x in range(width):
            there = at(other, y + way[y, x, 1], x + way[y, x, 0])
            if trust[y, x] > 0 and abs(there - disparity[y, x]) > APART:
                same[y, x] = 0
    return same


@njit(cache=True, nogil=True, error_model="numpy")
def _completed(way: Image, trust: Image, disparity: Image, followed: Mask) -> tuple[Image, Image]:
    """`Motion.way` and `Motion.faith`: where it is not believed, a way goes on as that of the same surface nearby."""
    height, width = disparity.shape
    whole, faith = way.copy(), np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            if not followed[y, x]:
                continue
            if trust[y, x] > BELIEVED:
                faith[y, x] = trust[y, x]
                continue
            sum_u, sum_v, squares, total = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for down, right in DIRECTIONS:
                row, column = y, x
                for step in range(1, FAR):
                    row, column = row + down, column + right
                    if row < 0 or column < 0 or row >= height or column >= width:
                        break
                    if trust[row, column] > BELIEVED and abs(disparity[row, column] - disparity[y, x]) < APART:
                        u, v = way[row, column, 0], way[row, column, 1]
                        weight = trust[row, column] / np.float32(step * step)
                        sum_u += weight * u
                        sum_v += weight * v
                        squares += weight * (u * u + v * v)
                        total += weight
                        break
            if total > 0:
                u, v = sum_u / total, sum_v / total
                spread = max(squares / total - u * u - v * v, np.float32(0)) / np.float32(SPREAD * SPREAD)
                whole[y, x, 0], whole[y, x, 1], faith[y, x] = u, v, 1 / (1 + spread * spread)
    return whole, faith


@njit(cache=True, nogil=True)
def _chained(
    way: Image,
    faith: Image,
    disparity: Image,
    on_way: Image,
    on_faith: Image,
    on_approach: Image,
    between: Image,
    frames: int,
) -> tuple[Image, Image, Image]:
    height, width = disparity.shape
    whole, sure, nearer = np.empty_like(way), np.empty_like(faith), np.zeros_like(faith)
    for y in range(height):
        for x in range(width):
            u, v = way[y, x, 0], way[y, x, 1]
            step = at(between, y + v, x + u) - disparity[y, x]
            if abs(step) < APART:
                whole[y, x, 0] = u + at(on_way[..., 0], y + v, x + u)
                whole[y, x, 1] = v + at(on_way[..., 1], y + v, x + u)
                sure[y, x] = faith[y, x] * at(on_faith, y + v, x + u)
                nearer[y, x] = step + (at(on_approach, y + v, x + u) if on_approach.size > 1 else on_approach[0, 0])
            else:
                whole[y, x, 0], whole[y, x, 1] = frames * u, frames * v
                sure[y, x] = faith[y, x] * np.float32(BLIND)
    return whole, sure, nearer
