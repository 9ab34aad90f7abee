"""One clip's media with one set of curves, and its pictures by frame number, read once while the cache holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .cache import FrameCache
from .frames import FrameSource, Image
from .optics import Defocus, defocus_map


@dataclass(frozen=True)
class Shot:
    """`defocus(t)` gives frame t's lens settings; frames and disparity agree in size and length. `widest()` finds the
    frame of the largest blur, where that can be told without asking for every frame's."""

    frames: FrameSource
    disparity: FrameSource
    defocus: Callable[[int], Defocus]
    widest: Callable[[], int] | None = None

    def __len__(self) -> int:
        return len(self.frames)

    def around(self, t: int, radius: int) -> range:
        """The frames at most `radius` from t, within the media."""
        return range(max(0, t - radius), min(len(self), t + radius + 1))

    def settings(self, frames: range) -> tuple[Defocus, ...]:
        return tuple(map(self.defocus, frames))

    @property
    def largest_blur(self) -> float:
        """px: a bound of |S| over the whole media, from the curves alone: whichever part of it a worker renders, and
        whatever the disparity there, the bound is the same."""
        frames = range(len(self)) if self.widest is None else [self.widest()]
        return max(self.defocus(t).max_radius for t in frames)


@dataclass(frozen=True, slots=True)
class DecodedKey:
    media: str
    frame: int


@dataclass(frozen=True, slots=True)
class SeenKey:
    """A frame's disparity with firm edges, motions from it to the next, or what is hidden in it: what depends on
    pictures and their disparity, on no lens."""

    kind: str
    frames: str
    disparity: str
    frame: int
    outlines: str


@dataclass(frozen=True, slots=True)
class OutputKey:
    """Everything that an output picture depends on."""

    frames: str
    disparity: str
    frame: int
    settings: tuple[Defocus, ...]
    method: str


@dataclass(frozen=True, slots=True)
class StageKey:
    """Everything that a stage's features or output at a frame depend on; `settings` are those of the frames that it
    reaches."""

    kind: str
    stage: int
    frame: int
    frames: str
    disparity: str
    settings: tuple[Defocus, ...]
    method: str


DECODE_AHEAD = 2
"""Frames decoded before they are rendered: enough to hide the decoder, little to hold."""

Check = Callable[[], None]
"""Called now and then during work; raises to stop it."""

RenderCache = FrameCache[DecodedKey | SeenKey | OutputKey | StageKey]


class ShotPictures:
    """A shot's pictures, through a cache that several shots may share."""

    def __init__(self, shot: Shot, cache: RenderCache) -> None:
        self.shot = shot
        self._cache = cache

    def source(self, t: int) -> Image:
        """The all-in-focus frame (H, W, 3)."""
        return self._decoded(self.shot.frames, t)

    def disparity(self, t: int) -> Image:
        """(H, W) in [0, 1]."""
        return self._decoded(self.shot.disparity, t)

    def defocus_map(self, t: int) -> Image:
        """S (H, W), signed blur radius in px (Eq 2)."""
        return defocus_map(self.disparity(t), self.shot.defocus(t))

    def untouched(self, t: int, check: Check) -> Image:
        """The source as it is, like any other picture of the frame."""
        return self.source(t)

    def decode(self, t: int, check: Check) -> None:
        """Have the frame and its disparity ready; what cannot be read is told to whoever needs it."""
        self.source(t)
        self.disparity(t)

    @property
    def decoded_bytes(self) -> int:
        """Of one frame and its disparity."""
        return 16 * self.shot.frames.width * self.shot.frames.height

    def _decoded(self, media: FrameSource, t: int) -> Image:
        return self._cache.get(DecodedKey(media.fingerprint, t), lambda: media.read(t))
