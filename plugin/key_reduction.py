"""Few smooth keys for many values: what an autofocus track, or a curve keyed on every frame, becomes.

A cubic spline through some of the samples, its slopes fitted to all of them: knots are added where it strays the
farthest until it nowhere strays too far, then taken out again wherever it can do without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CurveError
from .curve import CLOSEST_KEYS, Curve, Handle, Key, Scale
from .spline import Floats, auto_slopes

LONGEST = 1_000_000
"""Frames: over nine hours, and little enough to hold."""

SURROUNDINGS = 4
"""Knots to either side of one that may go, within which its going is judged."""

Knots = NDArray[np.intp]
"""Indices of the samples that become keys, increasing, both ends included."""


def reduced(curve: Curve, tolerance: float) -> Curve:
    """The curve with fewer keys, at no whole frame farther than `tolerance` from what it was, and exact at its ends.

    It is the curve itself when fewer keys will not do.

    Args:
        tolerance: in the curve's scale: dioptres or stops, > 0.

    Raises:
        CurveError: the tolerance is not positive, or the keys span more than LONGEST frames.
    """
    if not curve.is_animated:
        return curve
    first, last = curve.keys[0].frame, curve.keys[-1].frame
    _check_length(last - first)
    inner = np.arange(np.ceil(first + CLOSEST_KEYS), np.floor(last - CLOSEST_KEYS) + 1)
    frames = np.concatenate([[first], inner, [last]])
    fitted = Curve(curve.scale, curve.rest, _keys(frames, curve.values_at(frames), curve.scale, tolerance))
    return fitted if len(fitted.keys) < len(curve.keys) else curve


def keys_through(values: Floats, scale: Scale, tolerance: float, start: int = 0) -> Curve:
    """Few smooth keys for one value a frame, at no frame farther than `tolerance` from it, and exact at its ends.

    Args:
        values: (n,) metres or f-numbers, from frame `start` on; n ≥ 1.
        tolerance: in `scale`: dioptres or stops, > 0.

    Raises:
        CurveError: no values or more than LONGEST, one that is NaN or out of range, or a tolerance that is not
            positive.
    """
    if not len(values):
        raise CurveError("there are no values to set keys by; give one for every frame")
    _check_length(len(values))
    frames = np.arange(start, start + len(values), dtype=np.float64)
    return Curve(scale, float(values[0]), _keys(frames, values, scale, tolerance))


def _check_length(frames: float) -> None:
    if frames > LONGEST:
        raise CurveError(f"{frames:.0f} frames are too many to reduce at once; reduce at most {LONGEST} of them")


def _keys(frames: Floats, values: Floats, scale: Scale, tolerance: float) -> tuple[Key, ...]:
    if not tolerance > 0:
        raise CurveError(f"a tolerance of {tolerance:g} is not positive; give one such as 0.01")
    levels = np.array([scale.encoded(value) for value in values.tolist()])
    if (levels == levels[0]).all():
        return (Key(float(frames[0]), float(values[0])),)
    samples = _Samples(frames, levels, scale.limits)
    # A hair less, because the curve's own arithmetic rounds otherwise than the fit's.
    tolerance *= 1 - 1e-9
    knots = _refined(samples, np.array([0, len(frames) - 1]), tolerance)
    knots = _refined(samples, _thinned(samples, knots, tolerance), tolerance)
    slopes = samples.fit(knots).slopes
    left: list[Handle | None] = [None]
    right: list[Handle | None] = []
    for i, third in enumerate((np.diff(frames[knots]) / 3).tolist()):
        right.append(Handle(third, float(slopes[i]) * third))
        left.append(Handle(-third, -float(slopes[i + 1]) * third))
    right.append(None)
    return tuple(
        Key(float(frames[knot]), float(values[knot]), left=left[i], right=right[i]) for i, knot in enumerate(knots)
    )


def _refined(samples: _Samples, knots: Knots, tolerance: float) -> Knots:
    """With more knots, each where its segment strayed farthest, until none strays beyond the tolerance."""
    while True:
        errors = samples.fit(knots).errors
        strayed = np.flatnonzero(np.maximum.reduceat(errors, knots[:-1]) > tolerance)
        if not len(strayed):
            return knots
        worst = [knots[i] + errors[knots[i] : knots[i + 1]].argmax() for i in strayed]
        knots = np.union1d(knots, worst)


def _thinned(samples: _Samples, knots: Knots, tolerance: float) -> Knots:
    """Without the knots that their surroundings can spare.

    A knot's pull on the slopes fades fourfold with each knot in between, so a few to either side are judged alone;
    what little that misses is for a last refinement to mend.
    """
    kept = knots.tolist()
    at = 1
    while at < len(kept) - 1:
        nearby = kept[max(at - SURROUNDINGS, 0) : at + SURROUNDINGS + 1]
        without = np.array([knot - nearby[0] for knot in nearby if knot != kept[at]])
        if samples.between(nearby[0], nearby[-1]).fit(without).errors.max() <= tolerance:
            del kept[at]
        else:
            at += 1
    return np.array(kept)


class _Fit(NamedTuple):
    """Slope at each knot, per frame, and how far each sample is from the spline."""

    slopes: Floats
    errors: Floats


@dataclass(frozen=True, slots=True)
class _Samples:
    """Encoded levels at frames, (n,) each, and the limits of their scale."""

    frames: Floats
    levels: Floats
    limits: tuple[float, float]

    def between(self, first: int, last: int) -> _Samples:
        return _Samples(self.frames[first : last + 1], self.levels[first : last + 1], self.limits)

    def fit(self, knots: Knots) -> _Fit:
        """The smooth cubic spline through the knots whose slopes come closest to all samples (least squares)."""
        frames, levels = self.frames[knots], self.levels[knots]
        lengths = np.diff(frames)
        segment = np.searchsorted(knots[1:-1], np.arange(len(self.frames)), side="right")
        u = (self.frames - frames[segment]) / lengths[segment]
        s = 1 - u
        # Hermite's basis: what a slope at the segment's start and at its end adds to what the levels alone give.
        start, end = lengths[segment] * u * s * s, -lengths[segment] * u * u * s
        unexplained = self.levels - levels[segment] * (1 + 2 * u) * s * s - levels[segment + 1] * u * u * (3 - 2 * u)

        def summed(by_sample: Floats) -> Floats:
            totals: Floats = np.add.reduceat(by_sample, knots[:-1])
            return totals

        def at_knots(by_start: Floats, by_end: Floats) -> Floats:
            """Sums over the segment after each knot, plus sums over the one before."""
            return np.append(summed(by_start), 0) + np.insert(summed(by_end), 0, 0)

        # Where keys stand on neighbouring frames no sample tells the slope: lean lightly towards the auto-clamped one.
        auto = auto_slopes(frames, levels, np.zeros(len(lengths), dtype=bool))
        lean = 1e-6 * (np.append(lengths**2, 0) + np.insert(lengths**2, 0, 0))
        slopes = _solved(
            at_knots(start * start, end * end) + lean,
            summed(start * end),
            at_knots(start * unexplained, end * unexplained) + lean * auto,
        )
        slopes = self._within_limits(slopes, levels, lengths)
        return _Fit(slopes, np.abs(unexplained - start * slopes[segment] - end * slopes[segment + 1]))

    def _within_limits(self, slopes: Floats, levels: Floats, lengths: Floats) -> Floats:
        """Slopes whose handles, a third of a segment long, stay on the scale, so that they act as they were fitted."""
        low, high = self.limits
        before, after = np.insert(lengths, 0, 0) / 3, np.append(lengths, 0) / 3
        with np.errstate(divide="ignore", invalid="ignore"):
            ceiling = np.fmin((levels - low) / before, (high - levels) / after)
            floor = np.fmax((low - levels) / after, (levels - high) / before)
        return np.clip(slopes, floor, ceiling)


def _solved(diagonal: Floats, beside: Floats, right: Floats) -> Floats:
    """x with T x = right, for a symmetric positive definite tridiagonal T (Thomas's elimination)."""
    d, x, b = diagonal.tolist(), right.tolist(), beside.tolist()
    for i in range(1, len(d)):
        factor = b[i - 1] / d[i - 1]
        d[i] -= factor * b[i - 1]
        x[i] -= factor * x[i - 1]
    x[-1] /= d[-1]
    for i in range(len(d) - 2, -1, -1):
        x[i] = (x[i] - b[i] * x[i + 1]) / d[i]
    return np.array(x)
