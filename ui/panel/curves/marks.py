"""What is engraved on the axes: distances as on a lens's ring, f-numbers as on its iris, frame numbers.

The last marks are kept, because most drawings show another curve in the same view.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .axis import Axis

STOP_NUMBERS = [
    *("1", "1.1", "1.2", "1.4", "1.6", "1.8", "2", "2.2", "2.5", "2.8", "3.2", "3.5", "4", "4.5", "5", "5.6"),
    *("6.3", "7.1", "8", "9", "10", "11", "13", "14", "16", "18", "20", "22", "25", "29", "32"),
]
"""What lenses call the third stops from f/1 on, √2 rounded as tradition has it."""

STOP_STEPS = (2.0, 1.0, 1 / 3, 1 / 12, 1 / 60)
"""Stops between marks; each divides the one before."""


class Mark(NamedTuple):
    """A line across the view at a level, engraved with its value; a line without a label is a minor one."""

    level: float
    label: str


@lru_cache(maxsize=4)
def distance_marks(axis: Axis, gap: float, minor_gap: float) -> tuple[Mark, ...]:
    """Metres on an axis of dioptres, at least `gap` pixels apart, with ∞ at its end; rounder numbers first."""
    marks: list[Mark] = []
    pixels: list[float] = []
    engraved: list[float] = []
    for mark in _distances(axis, minor_gap):
        pixel = axis.pixel(mark.level)
        if any(abs(pixel - taken) < minor_gap for taken in pixels):
            continue
        has_room = all(abs(pixel - taken) >= gap for taken in engraved)
        marks.append(mark if has_room else Mark(mark.level, ""))
        pixels.append(pixel)
        if has_room:
            engraved.append(pixel)
    return tuple(marks)


@lru_cache(maxsize=4)
def stop_marks(axis: Axis, gap: float, minor_gap: float) -> tuple[Mark, ...]:
    """f-numbers on an axis of stops: full stops where there is room, thirds and finer when zoomed in."""
    step, minor = (_finest(STOP_STEPS, least * abs(axis.per_pixel)) for least in (gap, minor_gap))
    every = round(step / minor)
    low, high = _shown(axis)
    counts = range(math.ceil(low / minor - 1e-9), math.floor(high / minor + 1e-9) + 1)
    return tuple(Mark(count * minor, "" if count % every else _f_number(count * minor)) for count in counts)


@lru_cache(maxsize=4)
def frame_marks(axis: Axis, gap: float, minor_gap: float) -> tuple[Mark, ...]:
    """Whole frames, in steps of 1, 2 or 5 times a power of ten."""
    step = _round_step(gap * abs(axis.per_pixel))
    minor = _round_step(minor_gap * abs(axis.per_pixel))
    if step % minor:
        minor = step // 5 if step % 5 == 0 else step // 2 or 1
    low, high = _shown(axis)
    frames = range(math.ceil(low / minor) * minor, math.floor(high) + 1, minor)
    return tuple(Mark(float(frame), str(frame) if frame % step == 0 else "") for frame in frames)


def _round_step(least: float) -> int:
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= least:
                return step * power
        power *= 10


def _distances(axis: Axis, gap: float) -> Iterator[Mark]:
    low, high = _shown(axis)
    if low <= 0 <= high:
        yield Mark(0.0, "∞")
    if high <= 0:
        return
    nearest = 1 / high
    farthest = 1 / low if low > 0 else math.inf
    per_pixel = abs(axis.per_pixel)
    # A step s at the distance z is s/z² dioptres; beyond where that is a gap wide, marks would only crowd.
    power = 3
    while 10.0 ** (power + 1) >= gap * per_pixel * nearest**2:
        for digit in (5, 2, 1):
            step = digit * 10.0**power
            reach = min(math.sqrt(step / (gap * per_pixel)), farthest)
            first, last = math.ceil(nearest / step - 1e-9), math.floor(reach / step + 1e-9)
            for count in range(max(first, 1), last + 1):
                metres = round(count * step, max(-power, 0))
                yield Mark(1 / metres, f"{metres:.{max(-power, 0)}f}")
        power -= 1


def _finest(steps: Iterable[float], least: float) -> float:
    coarsest, *finer = steps
    return min((step for step in finer if step >= least), default=coarsest)


def _f_number(stops: float) -> str:
    thirds = round(stops * 3)
    if abs(stops * 3 - thirds) < 1e-6 and 0 <= thirds < len(STOP_NUMBERS):
        return STOP_NUMBERS[thirds]
    return f"{math.exp2(stops / 2):.3g}"


def _shown(axis: Axis) -> tuple[float, float]:
    return min(axis.start, axis.end), max(axis.start, axis.end)
