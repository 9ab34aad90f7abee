"""The lines that are drawn, as arrays of pixels: only what is in view, a point every few columns and at every key."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....core.optics import sharp_dioptres
from ....plugin.curve import Curve
from ....plugin.spline import Floats
from ....plugin.state import EffectState
from ...defocus_overlay import SHARP_CIRCLE
from .chart import Chart
from .lanes import Lane

CURVE_STEP, BAND_STEP, SUBJECT_STEP = 2.0, 4.0, 2.0
"""Pixels between points: no eye tells such short chords from a curve."""

CROWDED = 6.0
"""Pixels a key below which keys are drawn small, and lines thin and by their columns alone, not also by their keys."""


class Line(NamedTuple):
    """Pixels of a polyline, (n,) each."""

    x: Floats
    y: Floats


class Band(NamedTuple):
    """The far and the near edge of what is sharp, over the same x."""

    x: Floats
    far: Floats
    near: Floats


def curve_line(chart: Chart, lane: Lane, curve: Curve) -> Line:
    """A curve across the view; exact at its keys, with upright steps where it is held."""
    frames = _sampled(chart, CURVE_STEP, curve.key_frames)
    return _line(chart, lane, frames, curve.levels_at(frames))


def sharp_band(chart: Chart, state: EffectState) -> Band:
    """The dioptres that look sharp, in the focus lane; NaN where the lens cannot focus."""
    frames = _sampled(chart, BAND_STEP, state.focus_distance.key_frames, state.aperture.key_frames)
    apertures, distances = state.aperture.values_at(frames), state.focus_distance.values_at(frames)
    far, near = sharp_dioptres(apertures, distances, state.lens, SHARP_CIRCLE)
    x, far_y = _line(chart, Lane.FOCUS, frames, far)
    return Band(x, far_y, _line(chart, Lane.FOCUS, frames, near).y)


def sharp_distances(state: EffectState, frame: int) -> tuple[float, float]:
    """The nearest and the farthest distance in metres that look sharp at a frame; NaN where the lens cannot focus."""
    at = np.array([frame], dtype=np.float64)
    apertures, distances = state.aperture.values_at(at), state.focus_distance.values_at(at)
    far, near = sharp_dioptres(apertures, distances, state.lens, SHARP_CIRCLE)
    return 1 / float(near[0]), 1 / float(far[0]) if not far[0] <= 0 else np.inf


def subject_line(chart: Chart, frames: range, dioptres: Floats) -> Line:
    """What lies under the focus point, frame by frame; where frames crowd, as many as are left an even step apart."""
    axis = chart.time
    step = max(int(axis.per_pixel * SUBJECT_STEP), 1)
    first = max((int(axis.start) - frames.start) // step - 1, 0) * step
    last = min(int(axis.end) + 2 * step - frames.start, len(dioptres))
    offsets = np.arange(first, last, step)
    shown: Floats = offsets.astype(np.float64) + frames.start
    return _line(chart, Lane.FOCUS, shown, dioptres[offsets])


def is_crowded(chart: Chart, curve: Curve) -> bool:
    """Whether more keys are in view than can be told apart."""
    return len(_in_view(chart, curve.key_frames)) * CROWDED >= chart.time.length


def pieces(line: Line, drawn: np.ndarray) -> list[Line]:
    """The stretches of a line where `drawn` (n,) holds, each of at least a point."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], drawn, [False]]).astype(np.int8)))
    return [Line(line.x[a:b], line.y[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def within(line: Line, band: Band) -> np.ndarray:
    """Whether each point of a line lies in the band."""
    far, near = np.interp(line.x, band.x, band.far), np.interp(line.x, band.x, band.near)
    inside: np.ndarray = (line.y >= np.minimum(far, near)) & (line.y <= np.maximum(far, near))
    return inside


def _sampled(chart: Chart, step: float, *keys: Floats) -> Floats:
    """Frames to draw at: columns, and either side of the keys in view, so that what is held steps upright."""
    frames = chart.time.value(np.arange(chart.gutter, chart.width + step, step))
    for key_frames in keys:
        shown = _in_view(chart, key_frames)
        if len(shown) * CROWDED < chart.time.length:
            frames = np.concatenate([frames, shown, np.nextafter(shown, -np.inf)])
    frames.sort()
    return frames


def _in_view(chart: Chart, key_frames: Floats) -> Floats:
    return key_frames[(key_frames > chart.time.start) & (key_frames < chart.time.end)]


def _line(chart: Chart, lane: Lane, frames: Floats, levels: Floats) -> Line:
    return Line(chart.time.pixel(frames), _clipped(chart, chart.levels[lane].pixel(levels)))


def _clipped(chart: Chart, y: Floats) -> Floats:
    """Kept near the canvas: painters mistrust numbers in the billions."""
    return np.clip(y, -chart.height - 100, 2 * chart.height + 100)
