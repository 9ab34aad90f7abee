"""Where the pixels of a frame lie in another: dense inverse search, which follows one surface at a time.

Small patches look for themselves in the other picture, from small pictures to large ones (Kroeger et al., "Fast Optical
Flow using Dense Inverse Search", 2016). A patch weighs its pixels by how near in disparity they are to its middle, so
that beside an edge it follows one surface, not a mixture of the two. Away from edges in depth, where nothing gets
hidden or comes to light, it does not search.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..frames import Image

PATCH, STRIDE = 10, 5
"""px a side of a patch, and from one to the next."""

COARSEST = 24
"""px of the short side of the smallest pictures, at most twice that."""

STEPS = 3
"""Gauss-Newton steps of a patch at every size."""

APART = 0.015
"""Disparity by which two surfaces differ, at least."""

ALIKE = 0.02
"""Disparity by which a pixel differs from the middle of a patch and still counts for a quarter."""

REACH = 30
"""px around edges in depth that are followed."""

STEADY = 2e-3
"""Contrast, squared and summed over a patch, below which it hardly moves."""

DOUBT = 1e-3
"""Difference, squared, at which a pixel believes a patch half as much as where there is none."""

Mask = NDArray[np.bool_]

Real = float | np.floating[Any]


class Flow(NamedTuple):
    """Attributes:
    way: (H, W, 2) px, x before y: what is at p is at p + way in the other picture.
    followed: (H, W), whether a pixel lies near enough to an edge in depth for `way` to be more than a rough guess.
    """

    way: Image
    followed: Mask


def flow(luma: Image, disparity: Image, other: Image) -> Flow:
    """From a picture, luma (H, W) in [0, 1] and its disparity (H, W), to another's luma; at least PATCH px a side."""
    levels = [(luma, disparity, other)]
    while min(levels[-1][0].shape) >= 2 * COARSEST:
        first, depth, second = levels[-1]
        # Compiled code wants one layout: every other is compiled anew.
        levels.append((halved(first), np.ascontiguousarray(depth[1::2, 1::2]), halved(second)))
    way: Image = np.zeros((*levels[-1][0].shape, 2), np.float32)
    followed: Mask = np.zeros(levels[-1][0].shape, np.bool_)
    for first, depth, second in reversed(levels):
        start = _enlarged(way, *first.shape)
        near = _near_edges(depth)
        moves = _searched(first, depth, second, start, near)
        way, followed = _spread(first, depth, second, start, near, moves)
    return Flow(way, followed)


def halved(picture: Image) -> Image:
    """2 x 2 averages; an odd last row or column is left out."""
    height, width = (side // 2 for side in picture.shape)
    pairs = picture[: 2 * height : 2, : 2 * width] + picture[1 : 2 * height : 2, : 2 * width]
    small: Image = (pairs[:, ::2] + pairs[:, 1::2]) * np.float32(0.25)
    return small


@njit(cache=True, nogil=True)
def at(picture: Image, y: Real, x: Real) -> Real:
    """Bilinear; beyond the picture its outermost pixels go on."""
    height, width = picture.shape
    y, x = min(max(y, 0.0), height - 1.0), min(max(x, 0.0), width - 1.0)
    top, left = min(int(y), height - 2), min(int(x), width - 2)
    fy, fx = np.float32(y - top), np.float32(x - left)
    upper = picture[top, left] + fx * (picture[top, left + 1] - picture[top, left])
    lower = picture[top + 1, left] + fx * (picture[top + 1, left + 1] - picture[top + 1, left])
    value: Real = upper + fy * (lower - upper)
    return value


@njit(cache=True, nogil=True)
def _enlarged(way: Image, height: int, width: int) -> Image:
    if way.shape[0] == height:
        return way
    large = np.empty((height, width, 2), np.float32)
    for y in range(height):
        for x in range(width):
            near = way[min(y // 2, way.shape[0] - 1), min(x // 2, way.shape[1] - 1)]
            large[y, x, 0], large[y, x, 1] = 2 * near[0], 2 * near[1]
    return large


@njit(cache=True, nogil=True)
def _place(number: int, side: int) -> int:
    """Where a patch begins along a side; the last ones end with the picture."""
    return min(number * STRIDE, side - PATCH)


@njit(cache=True, nogil=True)
def _near_edges(disparity: Image) -> Mask:
    """Of each patch, whether there is an edge in depth in it or in one within REACH."""
    height, width = disparity.shape
    rows, columns = -(-(height - PATCH) // STRIDE) + 1, -(-(width - PATCH) // STRIDE) + 1
    edges = np.zeros((rows, columns), np.bool_)
    for row in range(rows):
        for column in range(columns):
            top, left = _place(row, height), _place(column, width)
            low = high = disparity[top, left]
            for y in range(top, top + PATCH):
                for x in range(left, left + PATCH):
                    low, high = min(low, disparity[y, x]), max(high, disparity[y, x])
            edges[row, column] = high - low > APART
    near, around = np.zeros((rows, columns), np.bool_), REACH // STRIDE
    for row in range(rows):
        for column in range(columns):
            if edges[row, column]:
                for down in range(max(row - around, 0), min(row + around + 1, rows)):
                    for across in range(max(column - around, 0), min(column + around + 1, columns)):
                        near[down, across] = True
    return near


@njit(cache=True, nogil=True)
def _likeness(disparity: Real, middle: Real) -> Real:
    apart = (disparity - middle) / np.float32(ALIKE)
    fall = np.float32(1) / (np.float32(1) + apart * apart)
    return fall * fall


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _searched(luma: Image, disparity: Image, other: Image, start: Image, near: Mask) -> Image:
    """How each patch moves, (rows, columns, 2)."""
    height, width = luma.shape
    rows, columns = near.shape
    moves = np.zeros((rows, columns, 2), np.float32)
    patch = np.empty((3, PATCH, PATCH), np.float32)
    for row in range(rows):
        for column in range(columns):
            top, left = _place(row, height), _place(column, width)
            here = start[top + PATCH // 2, left + PATCH // 2]
            u, v = here[0], here[1]
            if near[row, column]:
                xx, xy, yy = _slopes(luma, disparity, top, left, patch)
                miss = _miss(luma, other, patch[0], top, left, u, v)
                # What was found to the left and above may be the better place to begin.
                for before in range(3):
                    back, up = (1, 0) if before == 0 else (0, 1) if before == 1 else (-1, 1)
                    if column < back or row < up or column - back >= columns:
                        continue
                    theirs = moves[row - up, column - back]
                    if abs(theirs[0] - u) + abs(theirs[1] - v) > 0.1:
                        missed = _miss(luma, other, patch[0], top, left, theirs[0], theirs[1])
                        if missed < miss:
                            miss, u, v = missed, theirs[0], theirs[1]
                u, v = _descended(luma, other, patch, (xx, xy, yy), top, left, u, v, miss)
            moves[row, column, 0], moves[row, column, 1] = u, v
    return moves


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _slopes(luma: Image, disparity: Image, top: int, left: int, patch: Image) -> tuple[Real, Real, Real]:
    """Fill in a patch's weights, which add up to 1, and its slopes in x and y, without their means; and their products,
    weighted and summed."""
    height, width = luma.shape
    middle = disparity[top + PATCH // 2, left + PATCH // 2]
    total, mean_x, mean_y = np.float32(0), np.float32(0), np.float32(0)
    for j in range(PATCH):
        for i in range(PATCH):
            y, x = top + j, left + i
            weight = _likeness(disparity[y, x], middle)
            slope_x = (luma[y, min(x + 1, width - 1)] - luma[y, max(x - 1, 0)]) * np.float32(0.5)
            slope_y = (luma[min(y + 1, height - 1), x] - luma[max(y - 1, 0), x]) * np.float32(0.5)
            patch[0, j, i], patch[1, j, i], patch[2, j, i] = weight, slope_x, slope_y
            total += weight
            mean_x += weight * slope_x
            mean_y += weight * slope_y
    # A patch that is all of one surface has PATCH^2 times the contrast of the mean.
    xx = yy = np.float32(STEADY) / total
    xy = np.float32(0)
    mean_x, mean_y = mean_x / total, mean_y / total
    for j in range(PATCH):
        for i in range(PATCH):
            weight = patch[0, j, i] / total
            slope_x, slope_y = patch[1, j, i] - mean_x, patch[2, j, i] - mean_y
            patch[0, j, i], patch[1, j, i], patch[2, j, i] = weight, slope_x, slope_y
            xx += weight * slope_x * slope_x
            xy += weight * slope_x * slope_y
            yy += weight * slope_y * slope_y
    return xx, xy, yy


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _descended(
    luma: Image,
    other: Image,
    patch: Image,
    products: tuple[Real, Real, Real],
    top: int,
    left: int,
    u: Real,
    v: Real,
    miss: Real,
) -> tuple[Real, Real]:
    """A patch's move, improved as long as it gets better, by a pixel a step at most."""
    xx, xy, yy = products
    determinant = xx * yy - xy * xy
    for _ in range(STEPS):
        x, y = np.float32(0), np.float32(0)
        for j in range(PATCH):
            for i in range(PATCH):
                # Slopes have no mean: what is brighter or darker altogether falls out.
                difference = at(other, top + j + v, left + i + u) - luma[top + j, left + i]
                x += patch[0, j, i] * patch[1, j, i] * difference
                y += patch[0, j, i] * patch[2, j, i] * difference
        du, dv = (yy * x - xy * y) / determinant, (xx * y - xy * x) / determinant
        length = np.sqrt(du * du + dv * dv)
        if length > 1:
            du, dv = du / length, dv / length
        missed = _miss(luma, other, patch[0], top, left, u - du, v - dv)
        if missed >= miss:
            break
        miss, u, v = missed, u - du, v - dv
    return u, v


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _miss(luma: Image, other: Image, weights: Image, top: int, left: int, u: Real, v: Real) -> Real:
    """Variance of what differs between a patch and the place that it moves to."""
    mean, square = np.float32(0), np.float32(0)
    for j in range(PATCH):
        for i in range(PATCH):
            difference = at(other, top + j + v, left + i + u) - luma[top + j, left + i]
            mean += weights[j, i] * difference
            square += weights[j, i] * difference * difference
    return square - mean * mean


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _spread(luma: Image, disparity: Image, other: Image, start: Image, near: Mask, moves: Image) -> tuple[Image, Mask]:
    """Every pixel's way, from the patches over it that are of its surface, and that it fits; and where the last of them
    is near an edge."""
    height, width = luma.shape
    rows, columns = near.shape
    way, followed = start.copy(), np.zeros((height, width), np.bool_)
    for y in range(height):
        last = rows - 1 if y >= height - PATCH else y // STRIDE
        first = max(-(-(y - PATCH + 1) // STRIDE), 0)
        for x in range(width):
            right = columns - 1 if x >= width - PATCH else x // STRIDE
            left = max(-(-(x - PATCH + 1) // STRIDE), 0)
            if not near[last, right]:
                continue
            sum_u, sum_v, total = np.float32(0), np.float32(0), np.float32(0)
            for row in range(first, last + 1):
                for column in range(left, right + 1):
                    u, v = moves[row, column, 0], moves[row, column, 1]
                    middle = disparity[_place(row, height) + PATCH // 2, _place(column, width) + PATCH // 2]
                    difference = at(other, y + v, x + u) - luma[y, x]
                    weight = _likeness(disparity[y, x], middle) / (difference * difference + np.float32(DOUBT))
                    sum_u += weight * u
                    sum_v += weight * v
                    total += weight
            way[y, x, 0], way[y, x, 1], followed[y, x] = sum_u / total, sum_v / total, True
    return way, followed
