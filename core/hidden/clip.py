"""What lies hidden in the frames of a clip, as far as the frames around each have seen it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise, starmap
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import DisparityNotFinite, FrameMissing, FrameUnreadable
from ..frames import Image
from .motion import Motion, Motions, Sight, chained, motions, reduced
from .reveal import CHANNELS, KNOWN, Hiding

AROUND = 4
"""Frames to either side that are looked through."""

DOUBT = 5.0
"""How many times as much must be explained by even growth as is left a frame, for half of it to be believed."""

LEAST_FLICKER = 0.01
"""Share of a disparity below which nothing flickers."""


class Revealed(NamedTuple):
    """What is hidden in a frame, at the N pixels where anything is known.

    Attributes:
        places: (N,), pixels row by row.
        values: (N, CHANNELS).
        size: H, W.
        steady: what the frame's disparity, that among the values too, is to be multiplied by to go with that of the
            frames around it.
    """

    places: NDArray[np.int32]
    values: Image
    size: tuple[int, int]
    steady: float

    @property
    def nbytes(self) -> int:
        return self.places.nbytes + self.values.nbytes

    def steadied(self, disparity: Image) -> Image:
        """The frame's disparity (H, W), to go with that around it."""
        return disparity if self.steady == 1 else np.clip(disparity * np.float32(self.steady), 0, 1)

    def picture(self) -> Image:
        """(H, W, CHANNELS), 0 where nothing is known."""
        whole = np.zeros((self.size[0] * self.size[1], CHANNELS), np.float32)
        whole[self.places] = self.values
        return whole.reshape(*self.size, CHANNELS)


class Clip(Protocol):
    """A clip whose motions are worked out once."""

    def __len__(self) -> int: ...

    def source(self, t: int) -> Image:
        """The frame (H, W, 3)."""
        ...

    def disparity(self, t: int) -> Image:
        """(H, W)"""
        ...

    def motions(self, t: int) -> Motions:
        """Between frame t and the next."""
        ...


def revealed(clip: Clip, t: int) -> Revealed:
    """What the AROUND frames before frame t and after it show of what it hides; frames that are missing, damaged, or of
    another scene show nothing, nor do those beyond them.

    Raises:
        FrameMissing, FrameUnreadable, DisparityNotFinite: frame t, or its disparity, cannot be had.
    """
    disparity = clip.disparity(t)
    hiding, disparities = Hiding(disparity), {t: reduced(disparity)}
    ways: dict[int, Motion] = {}
    gains = {t: 0.0}
    for distance in range(1, AROUND + 1):
        for step in (-1, 1):
            there, nearer = t + step * distance, t + step * (distance - 1)
            if not 0 <= there < len(clip) or nearer not in gains:
                continue
            try:
                between = clip.motions(min(there, nearer))
                frame, theirs = clip.source(there), clip.disparity(there)
            except (FrameMissing, FrameUnreadable, DisparityNotFinite):
                continue
            if math.isnan(between.gain):
                continue
            gains[there] = gains[nearer] + step * between.gain
            theirs = theirs * np.float32(math.exp(-gains[there]))
            way = between.there if step < 0 else between.back
            disparities[there] = reduced(theirs)
            if distance > 1:
                way = chained(way, disparities[there], ways[nearer], disparities[nearer], distance)
            ways[there] = way
            hiding.see(frame, theirs, way)
    steady = math.exp(_flicker({there - t: gain for there, gain in gains.items()}))
    hidden = hiding.hidden
    places = np.flatnonzero(hidden[..., KNOWN]).astype(np.int32)
    return Revealed(places, hidden.reshape(-1, CHANNELS)[places], (disparity.shape[0], disparity.shape[1]), steady)


def _flicker(gains: Mapping[int, float]) -> float:
    """By how much of a gain the middle frame is off the even course of those around it; a little is none."""
    frames, gain = np.array(list(gains)), np.array(list(gains.values()))
    if len(frames) == 1:
        return 0.0
    # Where frames lie to one side only, growth and flicker look alike: growth is what leaves little unexplained.
    apart = frames - frames.mean()
    growth = (apart @ gain) / (apart @ apart)
    grown, rest = growth * apart, gain - gain.mean() - growth * apart
    explained, doubt = grown @ grown, DOUBT * (rest @ rest) / max(len(frames) - 2, 1)
    believed = explained / (explained + doubt) if explained > 0 else 0.0
    off = float(gain.mean() - believed * growth * frames.mean())
    return math.copysign(max(abs(off) - LEAST_FLICKER, 0.0), off)


def revealed_in_all(frames: Sequence[Image], disparities: Sequence[Image]) -> list[Revealed]:
    """What is hidden in each frame of a clip that lies in memory: frames (H, W, 3), and disparity (H, W)."""
    clip = WholeClip([np.ascontiguousarray(frame) for frame in frames], disparities)
    return [revealed(clip, t) for t in range(len(clip))]


class WholeClip:
    """A clip that lies in memory: frames (H, W, 3) and disparity (H, W)."""

    def __init__(self, frames: Sequence[Image], disparities: Sequence[Image]) -> None:
        self._frames = frames
        self._disparities = disparities
        sights = [Sight.of(frame, disparity) for frame, disparity in zip(frames, disparities, strict=True)]
        self._motions = list(starmap(motions, pairwise(sights)))

    def __len__(self) -> int:
        return len(self._frames)

    def source(self, t: int) -> Image:
        return self._frames[t]

    def disparity(self, t: int) -> Image:
        return self._disparities[t]

    def motions(self, t: int) -> Motions:
        return self._motions[t]
