"""Subjects through a clip, which is read once forwards and once backwards from where they were clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ..cuts import is_cut
from ..errors import ParameterError
from ..frames import FrameSource
from .steady import Series, bridged, steadied
from .tracker import Sighting, Tracker
from .view import View, reduced_view

GONE = 0.7
"""Share of an unseen subject that lies beyond the picture when it has left."""

CHUNK = 16
"""Frames that are held at once going backwards: movies decode forwards only, so they are read in runs."""


Numbered = tuple[int, View]
"""A frame's number, and what a tracker sees of it."""


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


class Click(NamedTuple):
    """A subject is at (x, y), px of the clip, on a frame."""

    x: float
    y: float
    frame: int


def track_subject(
    frames: FrameSource,
    disparity: FrameSource,
    click: Click,
    within: range,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Track:
    """`track_subjects` of one."""
    return track_subjects(frames, disparity, [click], within, progress)[0]


def track_subjects(
    frames: FrameSource,
    disparity: FrameSource,
    clicks: Sequence[Click],
    within: range,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Track]:
    """Follow what was clicked over the frames `within`, both ways; all subjects in one reading each way.

    Memory does not depend on the clip's length.

    Args:
        progress: told how many frames of how many are done.

    Raises:
        ParameterError: a click lies off the picture, or on a frame that is not `within`.
        MediaError, DisparityError: the media fails.
    """
    for click in clicks:
        _check(click, frames, within)
    later = range(min(click.frame for click in clicks), within.stop)
    earlier = range(within.start, max(click.frame for click in clicks) + 1)
    total, done = len(later) + len(earlier), 0

    def told(views: Iterator[Numbered]) -> Iterator[Numbered]:
        nonlocal done
        for numbered in views:
            yield numbered
            done += 1
            progress(done, total)

    with torch.inference_mode():
        onwards = _followed(clicks, frames.height, told(_forwards(frames, disparity, later)))
        back = _followed(clicks, frames.height, told(_backwards(frames, disparity, earlier)))
    progress(total, total)
    return [
        _assembled(click, before, after, frames.height)
        for click, before, after in zip(clicks, back, onwards, strict=True)
    ]


def _check(click: Click, frames: FrameSource, within: range) -> None:
    if not (0 <= click.x < frames.width and 0 <= click.y < frames.height):
        raise ParameterError(
            f"{click.x:g},{click.y:g} lies off the picture, which is {frames.width} x {frames.height} px; "
            "click inside it"
        )
    if click.frame not in within:
        raise ParameterError(
            f"frame {click.frame} is not among the frames {within[0]} to {within[-1]}; click on one of those"
        )


class _Way:
    """One subject, followed one way from the view on which it was clicked, at (x, y) px of the view."""

    def __init__(self, view: View, click: tuple[float, float]) -> None:
        self.height = view.height
        self._tracker = Tracker(view, click)
        self._before = view
        self._end: End | None = None
        self._sightings = [self._tracker.first]

    @property
    def is_over(self) -> bool:
        return self._end is not None

    @property
    def end(self) -> End:
        """Why it goes no further."""
        if self._end is not End.LEFT and not self._sightings[-1].seen:
            return End.LOST
        return self._end or End.CLIP

    @property
    def sightings(self) -> list[Sighting]:
        """From the clicked view to the last one on which the subject is seen."""
        last = max(number for number, sighting in enumerate(self._sightings) if sighting.seen)
        return self._sightings[: last + 1]

    def take(self, view: View) -> None:
        """The next view; nothing is left to do once it is over."""
        if self.is_over:
            return
        if is_cut(self._before.picture, view.picture):
            self._end = End.CUT
            return
        self._before = view
        sighting = self._tracker.step(view)
        self._sightings.append(sighting)
        if not sighting.seen and sighting.outside > GONE:
            self._end = End.LEFT


def _followed(clicks: Sequence[Click], height: int, views: Iterator[Numbered]) -> list[_Way]:
    """Every subject's way through the views, each from its own."""
    ways: dict[Click, _Way] = {}
    for number, view in views:
        for click in clicks:
            if click.frame == number:
                ways[click] = _Way(view, _resized((click.x, click.y), view.height / height))
            elif click in ways:
                ways[click].take(view)
        if len(ways) == len(clicks) and all(way.is_over for way in ways.values()):
            break
    return [ways[click] for click in clicks]


def _forwards(frames: FrameSource, disparity: FrameSource, numbers: range) -> Iterator[Numbered]:
    for number in numbers:
        yield number, reduced_view(frames.read(number), disparity.read(number))


def _backwards(frames: FrameSource, disparity: FrameSource, numbers: range) -> Iterator[Numbered]:
    for stop in range(numbers.stop, numbers.start, -CHUNK):
        yield from reversed(list(_forwards(frames, disparity, range(max(stop - CHUNK, numbers.start), stop))))


def _resized(place: tuple[float, float], scale: float) -> tuple[float, float]:
    """A place in a picture made larger, px: their middles are whole numbers."""
    return (place[0] + 0.5) * scale - 0.5, (place[1] + 0.5) * scale - 0.5


def _assembled(click: Click, back: _Way, onwards: _Way, height: int) -> Track:
    sightings = [*reversed(back.sightings), *onwards.sightings[1:]]
    scale = height / onwards.height
    seen = np.array([sighting.seen for sighting in sightings])
    nearness = np.array([sighting.disparity for sighting in sightings])
    centre = np.array([_resized(sighting.centre, scale) for sighting in sightings])
    radius = np.array([sighting.radius for sighting in sightings]) * scale
    first = click.frame - len(back.sightings) + 1
    return Track(first, steadied(bridged(nearness, seen)).clip(0, 1), centre, radius, seen, back.end, onwards.end)
