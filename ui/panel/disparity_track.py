"""The disparity under the focus point over the whole clip: what a rack is set against, by eye."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import numpy as np

from ...core.media.disparity import DisparityReading
from ...plugin.session import Session
from ...plugin.spline import Floats
from ...plugin.state import EffectState
from .focus_pick import picked_disparity, rectangle_around

EVERY = 0.2
"""Seconds between what is told of a track that is still being read: each time, all curves are drawn."""


@dataclass(frozen=True)
class TrackRequest:
    """`place` is the focus point in picture widths and heights; `frames` those to read, of the media."""

    media: Path
    disparity: Path
    state: EffectState = field(compare=False)
    reading: DisparityReading
    place: tuple[float, float]
    frames: range


def disparity_track(request: TrackRequest, goes_on: Callable[[], bool]) -> Generator[Floats, None, None]:
    """The track, (n,) disparities and NaN where it is not known yet, again and again as it grows.

    It reads the media on its own, so that nobody who renders has to wait or to seek.

    Raises:
        MediaError, DisparityError: the media fails.
    """
    if not goes_on():
        return  # before anything is opened
    track = np.full(len(request.frames), np.nan)
    with Session(request.media, request.disparity, request.state) as session:
        disparity = session.effect.renderer.shot.disparity
        shape = (session.info.height, session.info.width)
        x, y = request.place
        rectangle = rectangle_around((int(x * shape[1]), int(y * shape[0])), shape)
        told = monotonic()
        for count, frame in enumerate(request.frames):
            if not goes_on():
                return
            track[count] = picked_disparity(disparity.read(frame), rectangle)
            if monotonic() - told >= EVERY:
                yield track.copy()
                told = monotonic()
    yield track
