"""`halves` in one pass over memory, compiled for a CPU."""

from __future__ import annotations

import math

import numpy as np
import torch
from numba import njit
from torch import Tensor

from ..frames import Image
from .blocks import HALF
from .prior import GUESS
from .sight import CONTRAST, CORRECTION, NEAR_FOCUS, Sight, halved

TILE = 64
"""Positions that are gathered at a time on a CPU: as many as stay in its nearest cache."""

TERMS = tuple(np.float32(1 / math.factorial(term)) for term in range(7))
LOG2_E, LOG_2, LEAST_POWER = np.float32(1 / np.log(2)), np.float32(np.log(2)), np.float32(-126)


def gather(sight: Sight, frame: Tensor, defocus: Tensor, guesses: Tensor, wanted: range | None) -> Tensor:
    """`halves.gather`."""
    height, width = (halved(side) for side in frame.shape[-2:])
    rows = range(height) if wanted is None else wanted
    seen = torch.empty(
        (len(frame), HALF**2 * sight.channels, len(rows), width),
        dtype=torch.float,
        memory_format=torch.channels_last,
    )
    starts = np.array([-1, *sight.guessed])
    others = np.array(sight.others, np.int64)
    for one, radius, guess, out in zip(frame, defocus, guesses, seen, strict=True):
        planes = _planes(one), _planes(radius)[0], _planes(guess)
        _gather(*planes, starts, others, sight.hints, sight.max_radius, rows.start, _at(out))
    return seen


def blend(sight: Sight, said: Tensor, seen: Tensor) -> Tensor:
    """`halves.blend`; both are float32."""
    height, width = said.shape[-2:]
    bokeh = torch.empty(len(said), 3, HALF * height, HALF * width)
    others = np.array(sight.others, np.int64)
    first = HALF**2 * (sight.channels - 3 * len(others))
    for say, saw, out in zip(said, seen, bokeh, strict=True):
        _blend(_at(say), _at(saw), others, first, out.numpy())
    return bokeh


def _planes(picture: Tensor) -> Image:
    planes: Image = picture.float().contiguous().numpy()
    return planes


def _at(positions: Tensor) -> Image:
    """(C, h, w) as (h, w, C)."""
    at: Image = positions.permute(1, 2, 0).contiguous().numpy()
    return at


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(
    frame: Image,
    defocus: Image,
    guesses: Image,
    starts: np.ndarray,
    others: np.ndarray,
    hints: int,
    max_radius: float,
    top: int,
    out: Image,
) -> None:
    height, width = defocus.shape
    high, wide = (height + 1) // HALF, (width + 1) // HALF
    contrast, one = np.float32(CONTRAST), np.float32(1)
    nothing, grey = np.zeros(width, np.float32), np.full(width, np.float32(0.5))
    radius, near_focus = np.empty(width, np.float32), np.empty(width, np.float32)
    for row in range(HALF * len(out)):
        # A position below the picture is its lowest one, whole.
        place = min(top + row // HALF, high - 1)
        y, side = min(HALF * place + row % HALF, height - 1), HALF * (row % HALF)
        for x in range(width):
            blur = defocus[y, x]
            radius[x] = min(max(blur / np.float32(max_radius), -one), one)
            near_focus[x] = blur / (abs(blur) + np.float32(NEAR_FOCUS))
        for left in range(0, wide, TILE):
            tile, start = out[row // HALF, left : min(left + TILE, wide)], HALF * left
            for c in range(3):
                _put(frame[c, y], grey, one, start, tile, 4 * c + side)
            _put(radius, nothing, one, start, tile, 12 + side)
            _put(near_focus, nothing, one, start, tile, 16 + side)
            at = 20 + side
            for hint in range(GUESS - hints, GUESS):
                _put(guesses[hint, y], nothing, one, start, tile, at)
                at += 4
            for other in others:
                for c in range(3):
                    colour = frame[c, y] if other == 0 else guesses[starts[other] + c, y]
                    _put(colour, guesses[starts[1] + c, y], contrast, start, tile, at)
                    at += 4
        for column in range(wide, out.shape[1]):
            out[row // HALF, column] = out[row // HALF, wide - 1]


@njit(cache=True, nogil=True, inline="always")
def _put(line: np.ndarray, base: np.ndarray, scale: np.float32, start: int, tile: Image, channel: int) -> None:
    """A line's pixels, from `start` on, two to a position; past the line's end its last goes on."""
    whole = min(len(tile), (len(line) - start) // HALF)
    for n in range(whole):
        for side in range(HALF):
            x = start + HALF * n + side
            tile[n, channel + side] = (line[x] - base[x]) * scale
    for n in range(whole, len(tile)):
        for side in range(HALF):
            x = min(start + HALF * n + side, len(line) - 1)
            tile[n, channel + side] = (line[x] - base[x]) * scale


@njit(cache=True, nogil=True, error_model="numpy")
def _blend(said: Image, seen: Image, others: np.ndarray, first: int, out: Image) -> None:
    """From channel `first` on lie the differences of the other pictures to the first guess."""
    pictures, wide = said.shape[2] // 4 - 3, said.shape[1]
    correction, half, share = np.float32(CORRECTION), np.float32(0.5), np.float32(1 / CONTRAST)
    trust, total = np.empty((pictures, TILE), np.float32), np.empty(TILE, np.float32)
    power, colour = np.empty(TILE, np.int32), np.empty(TILE, np.float32)
    for row in range(out.shape[1]):
        for left in range(0, wide, TILE):
            right = min(left + TILE, wide)
            say, saw, size = said[row // HALF, left:right], seen[row // HALF, left:right], right - left
            for side in range(HALF):
                pixel = HALF * (row % HALF) + side
                _exponentials(say, 12 + pixel, trust, total, power)
                for picture in range(pictures):
                    less = share if picture == 0 and pictures > 1 else np.float32(0)
                    for n in range(size):
                        trust[picture, n] = trust[picture, n] * share / total[n] - less
                for c in range(3):
                    for n in range(size):
                        colour[n] = saw[n, 4 * c + pixel] + half + correction * say[n, 4 * c + pixel]
                    at = first + 4 * c + pixel
                    for other in others:
                        for n in range(size):
                            colour[n] += trust[other, n] * saw[n, at]
                        at += 12
                    line = out[c, row, HALF * left + side :]
                    for n in range(size):
                        line[HALF * n] = colour[n]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _exponentials(say: Image, first: int, trust: Image, total: np.ndarray, power: np.ndarray) -> None:
    """Of every fourth channel from the first on, less the greatest, and their total.

    By a series, to float32's rounding, that processors do many at a time of.
    """
    size = len(say)
    scale = power.view(np.float32)
    for n in range(size):
        most = say[n, first]
        for picture in range(1, len(trust)):
            most = max(most, say[n, first + 4 * picture])
        for picture in range(len(trust)):
            trust[picture, n] = max((say[n, first + 4 * picture] - most) * LOG2_E, LEAST_POWER)
        total[n] = 0
    for picture in range(len(trust)):
        for n in range(size):
            whole = np.floor(trust[picture, n] + np.float32(0.5))
            # 2 to a whole power is that power in a float's exponent.
            power[n] = (np.int32(whole) + np.int32(127)) << np.int32(23)
            x = (trust[picture, n] - whole) * LOG_2
            series = TERMS[6]
            for term in range(5, -1, -1):
                series = TERMS[term] + x * series
            trust[picture, n] = series
        for n in range(size):
            trust[picture, n] *= scale[n]
            total[n] += trust[picture, n]
