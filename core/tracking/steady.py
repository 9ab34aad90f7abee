"""What a tracker measured frame by frame, made into what a focus puller would do: gaps bridged, tremor gone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Series = NDArray[np.float64]

REACH = 5
"""Seen frames to either side of a gap that tell how fast the subject was moving there."""

SPREAD = 2.0
"""Deviation, in frames, of the window that values are smoothed over."""


def bridged(values: Series, seen: NDArray[np.bool_]) -> Series:
    """(n,) with the unseen gaps filled: from one side to the other at the speeds on either side, never overshooting.

    Before the first seen frame and after the last one the value there holds.
    """
    known = np.flatnonzero(seen)
    frames = np.arange(len(values))
    filled = np.interp(frames, known, values[known])
    for before, after in pairwise(known):
        length = after - before
        if length > 1:
            rise = values[after] - values[before]
            start, end = (
                np.clip(speed * length * np.sign(rise), 0, 3 * abs(rise)) * np.sign(rise)
                for speed in (
                    _speed(known[(known <= before) & (known > before - REACH)], values),
                    _speed(known[(known >= after) & (known < after + REACH)], values),
                )
            )
            u = (frames[before : after + 1] - before) / length
            filled[before : after + 1] = (
                values[before] + rise * u * u * (3 - 2 * u) + start * u * (1 - u) ** 2 - end * u * u * (1 - u)
            )
    return filled


def steadied(values: Series) -> Series:
    """(n,) without single outliers and tremor, and without lag: a line fitted around every frame."""
    padded = np.pad(values, 2, mode="reflect", reflect_type="odd") if len(values) > 2 else np.pad(values, 2, "edge")
    calm = np.median(sliding_window_view(padded, 5), axis=1)
    reach = int(3 * SPREAD)
    x = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (x / SPREAD) ** 2)

    def around(series: Series, kernel: Series) -> Series:
        """Sums over the window of each frame, as far as the clip goes."""
        return np.convolve(series, kernel[::-1], mode="full")[reach : reach + len(series)]

    ones = np.ones_like(calm)
    w, wx, wxx = (around(ones, weights * x**power) for power in range(3))
    wy, wxy = around(calm, weights), around(calm, weights * x)
    spread = w * wxx - wx * wx
    line: Series = np.where(spread > 1e-9, (wxx * wy - wx * wxy) / np.maximum(spread, 1e-9), wy / w)
    return line


def _speed(frames: NDArray[np.intp], values: Series) -> float:
    """Change a frame along the line through some values; 0 where one is all there is."""
    if len(frames) < 2:
        return 0.0
    x = frames - frames.mean()
    return float((x * values[frames]).sum() / (x * x).sum())
