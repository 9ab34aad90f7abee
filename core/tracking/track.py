"""A subject through a clip: read once forwards and once backwards from where it was clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import ParameterError
from ..frames import FrameSource
from .cuts import is_cut
from .steady import Series, bridged, steadied
from .tracker import Sighting, Tracker
from .view import View, reduced_view

GONE = 0.7
"""Share of an unseen subject that lies beyond the picture when it has left."""

CHUNK = 16
"""Frames that are held at once going backwards: movies decode forwards only, so they are read in runs."""


class End(StrEnum):
    """Why a track goes no further."""

    CLIP = "the clip ends"
    CUT = "the shot is cut"
    LEFT = "it leaves the picture"
    LOST = "it is hidden and not seen again"


@dataclass(frozen=True, slots=True)
class Track:
    """A subject on the frames `first`, `first` + 1, …; n of them.

    Attributes:
        disparity: (n,) how near it is; bridged where it is hidden.
        centre: (n, 2) x, y in px of the clip; where it is hidden, where it was going.
        radius: (n,) px of the clip.
        seen: (n,) whether it shows.
        begins, ends: why the track does not go on, at either end.
    """

    first: int
    disparity: Series
    centre: Series
    radius: Series
    seen: NDArray[np.bool_]
    begins: End
    ends: End

    @property
    def last(self) -> int:
        return self.first + len(self.disparity) - 1


def track_subject(
    frames: FrameSource,
    disparity: FrameSource,
    click: tuple[float, float],
    at: int,
    within: range,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Track:
    """Follow what is at `click` (x, y in px) on frame `at`, over the frames `within`, both ways.

    Memory does not depend on the clip's length.

    Args:
        progress: told how many frames of how many are done.

    Raises:
        ParameterError: the click lies off the picture, or on a frame that is not `within`.
        MediaError, DisparityError: the media fails.
    """
    x, y = click
    if not (0 <= x < frames.width and 0 <= y < frames.height):
        raise ParameterError(
            f"{x:g},{y:g} lies off the picture, which is {frames.width} x {frames.height} px; click inside it"
        )
    if at not in within:
        raise ParameterError(f"frame {at} is not among the frames {within[0]} to {within[-1]}; click on one of those")
    with torch.inference_mode():
        first = reduced_view(frames.read(at), disparity.read(at))
        scale = first.height / frames.height
        start = (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5
        done = 1

        def counted(views: Iterator[View]) -> Iterator[View]:
            nonlocal done
            for view in views:
                yield view
                done += 1
                progress(done, len(within))

        later, ends = _followed(first, start, counted(_forwards(frames, disparity, range(at + 1, within.stop))))
        earlier, begins = _followed(first, start, counted(_backwards(frames, disparity, range(within.start, at))))
        origin = Tracker(first, start).first
    progress(len(within), len(within))
    return _assembled([*reversed(earlier), origin, *later], at - len(earlier), scale, begins, ends)


def _followed(first: View, click: tuple[float, float], views: Iterator[View]) -> tuple[list[Sighting], End]:
    """Sightings on the views after the first, up to the last one on which the subject is seen; and why no further."""
    tracker = Tracker(first, click)
    sightings: list[Sighting] = []
    end = End.CLIP
    before = first
    for view in views:
        if is_cut(before, view):
            end = End.CUT
            break
        sightings.append(tracker.step(view))
        if not sightings[-1].seen and sightings[-1].outside > GONE:
            end = End.LEFT
            break
        before = view
    seen = max((number for number, sighting in enumerate(sightings, 1) if sighting.seen), default=0)
    if seen < len(sightings) and end is not End.LEFT:
        end = End.LOST
    return sightings[:seen], end


def _forwards(frames: FrameSource, disparity: FrameSource, numbers: range) -> Iterator[View]:
    for number in numbers:
        yield reduced_view(frames.read(number), disparity.read(number))


def _backwards(frames: FrameSource, disparity: FrameSource, numbers: range) -> Iterator[View]:
    for stop in range(numbers.stop, numbers.start, -CHUNK):
        yield from reversed(list(_forwards(frames, disparity, range(max(stop - CHUNK, numbers.start), stop))))


def _assembled(sightings: list[Sighting], first: int, scale: float, begins: End, ends: End) -> Track:
    seen = np.array([sighting.seen for sighting in sightings])
    nearness = np.array([sighting.disparity for sighting in sightings])
    centre = (np.array([sighting.centre for sighting in sightings]) + 0.5) / scale - 0.5
    radius = np.array([sighting.radius for sighting in sightings]) / scale
    return Track(first, steadied(bridged(nearness, seen)).clip(0, 1), centre, radius, seen, begins, ends)
