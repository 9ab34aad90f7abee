"""What a sub-module sees of a frame, and how that is a picture again: at half the size, four pixels a position.

Both twice, with the same numbers: in tensors, to train and for a GPU; and compiled, for a CPU, where what tensors cost
is the memory that they go through.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.nn import functional

from ..frames import Image
from .blocks import HALF, STRIDE
from .prior import GUESS, HINTS, PICTURES

CONTRAST = 4.0
"""What differences between pictures are raised by: small ones mark what is wrong, and must not drown in the frame."""

NEAR_FOCUS = 4.0
"""px of blur at half the scale that tells small radii apart."""

CORRECTION = 0.1
"""Of a correction, to what the network says: corrections are small, and a step of the optimiser that moves the output
by more than they are worth would drown them."""

TILE = 64
"""Positions that are gathered at a time on a CPU: as many as stay in its nearest cache."""

TERMS = tuple(np.float32(1 / math.factorial(term)) for term in range(7))
LOG2_E, LOG_2, LEAST_POWER = np.float32(1 / np.log(2)), np.float32(np.log(2)), np.float32(-126)

DEFOCUS = 2
"""Channels that tell a pixel's blur radius."""


class Sight(NamedTuple):
    """Which pictures a sub-module sees: the frame, the first guess, and others, as differences to the first guess.

    Attributes:
        prior: the prior's rendering and its parts are among them.
        refines: so is the stage before, the last.
        max_radius: R_m, px.
    """

    prior: bool
    refines: bool
    max_radius: float

    @property
    def guessed(self) -> list[int]:
        """The first channel of each picture but the frame among the guesses."""
        parts = [3 * part for part in range(PICTURES)] if self.prior else []
        return parts + [GUESS if self.prior else 0] * self.refines

    @property
    def pictures(self) -> int:
        return 1 + len(self.guessed)

    @property
    def hints(self) -> int:
        """Channels of the guesses that are no colours."""
        return HINTS * self.prior

    @property
    def channels(self) -> int:
        """Of a pixel."""
        return 3 + DEFOCUS + self.hints + 3 * (self.pictures - 1)

    @property
    def said(self) -> int:
        """Channels of a pixel that make a picture of it: a correction, and how far each picture is trusted."""
        return 3 + self.pictures

    @property
    def others(self) -> list[int]:
        """Pictures that are seen by their difference to the first guess."""
        return [picture for picture in range(self.pictures) if picture != 1] if self.pictures > 1 else []


def gather(sight: Sight, frame: Tensor, defocus: Tensor, guesses: Tensor, rows: range | None = None) -> Tensor:
    """What is seen of frames.

    Args:
        frame: (N, 3, H, W).
        defocus: (N, 1, H, W), px.
        guesses: (N, channels, H, W).
        rows: of positions, that are wanted; None wants them all.

    Returns:
        (N, 4 channels, h, w), float32; both sides of the whole are multiples of what an encoder takes, and beyond the
        picture its outermost positions go on.
    """
    if frame.device.type == "cpu" and not torch.is_grad_enabled():
        return _gather_compiled(sight, frame, defocus, guesses, rows)
    starts, hints = sight.guessed, guesses[:, GUESS - sight.hints : GUESS]
    pictures = [frame, *(guesses[:, start : start + 3] for start in starts)]
    # Beyond R_m there is nothing to tell radii apart for: what a refiner is given is that smooth already. Around
    # focus, where a pixel makes the difference, half the scale is spent on the first few.
    radius = (defocus / sight.max_radius).clamp(-1, 1)
    near_focus = defocus / (defocus.abs() + NEAR_FOCUS)
    seen = [frame - 0.5, radius, near_focus, hints[:, : sight.hints]]
    seen += [CONTRAST * (pictures[other] - pictures[1]) for other in sight.others]
    pixels = _up_to(torch.cat(seen, dim=1), HALF)
    whole = _up_to(functional.pixel_unshuffle(pixels, HALF), STRIDE // HALF)
    return whole if rows is None else whole[..., rows.start : rows.stop, :]


def blend(sight: Sight, said: Tensor, seen: Tensor) -> Tensor:
    """A picture of what was seen: the pictures, weighed against each other, and a correction.

    Args:
        said: (N, 4 said, h, w): what the network says of each pixel.
        seen: (N, 4 channels, h, w): what `gather` gave.

    Returns:
        (N, 3, 2 h, 2 w), float32.
    """
    if said.device.type == "cpu" and not torch.is_grad_enabled():
        return _blend_compiled(sight, said.float(), seen.float())
    say = functional.pixel_shuffle(said.float(), HALF)
    pixels = functional.pixel_shuffle(seen.float(), HALF)
    bokeh = torch.add(pixels[:, :3] + 0.5, say[:, :3], alpha=CORRECTION)
    trust = say[:, 3:].softmax(dim=1)
    first = sight.channels - 3 * len(sight.others)
    for place, other in enumerate(sight.others):
        difference = pixels[:, first + 3 * place : first + 3 * place + 3]
        # The frame, where this starts, gives way to the first guess, whose trust is what the others leave of 1.
        share = trust[:, other : other + 1]
        bokeh = torch.addcmul(bokeh, share - 1 if other == 0 else share, difference, value=1 / CONTRAST)
    return bokeh


def _up_to(picture: Tensor, multiple: int) -> Tensor:
    """With its last row and column repeated until both sides are a multiple."""
    below, right = (-side % multiple for side in picture.shape[-2:])
    return functional.pad(picture, (0, right, 0, below), mode="replicate") if below or right else picture


def halved(side: int) -> int:
    """Positions along a side of so many px, up to a multiple of what an encoder takes."""
    return -(-side // STRIDE) * (STRIDE // HALF)


def _gather_compiled(sight: Sight, frame: Tensor, defocus: Tensor, guesses: Tensor, wanted: range | None) -> Tensor:
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


def _blend_compiled(sight: Sight, said: Tensor, seen: Tensor) -> Tensor:
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
