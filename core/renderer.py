"""A shot in, frame t out: the one place where frames, disparity and lens settings become pictures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch

from .ahead import ahead
from .cache import FrameCache
from .classical.layered import layered
from .device import best_device
from .errors import FocuspullerError
from .frames import FrameSource, Image
from .optics import Defocus, defocus_map

DECODE_AHEAD = 2
"""Frames decoded while one renders: enough to hide the decoder, little to hold."""


class Quality(StrEnum):
    DRAFT = "draft"
    FINAL = "final"


TEMPORAL_RADIUS = {Quality.DRAFT: 0, Quality.FINAL: 0}
"""Neighbour frames on either side that the picture at t is made from."""


@dataclass(frozen=True)
class Shot:
    """One clip's media with one set of curves.

    `defocus(t)` gives frame t's lens settings; frames and disparity agree in size and length.
    """

    frames: FrameSource
    disparity: FrameSource
    defocus: Callable[[int], Defocus]


@dataclass(frozen=True, slots=True)
class DecodedKey:
    media: str
    frame: int


@dataclass(frozen=True, slots=True)
class OutputKey:
    """Everything that an output picture depends on."""

    frames: str
    disparity: str
    frame: int
    defocus: Defocus
    quality: Quality


RenderCache = FrameCache[DecodedKey | OutputKey]


class Renderer:
    """Renders one shot; any frame, in any order, from any thread, with the same pixels.

    Decoded and rendered pictures go through one cache. A key holds all that its picture depends on, so a moved key
    re-renders the frames whose lens settings it changed and no others, and several renderers may share a cache.
    """

    def __init__(self, shot: Shot, quality: Quality, cache: RenderCache) -> None:
        self.shot = shot
        self.quality = quality
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

    def key(self, t: int) -> OutputKey:
        shot = self.shot
        return OutputKey(shot.frames.fingerprint, shot.disparity.fingerprint, t, shot.defocus(t), self.quality)

    def render(self, t: int) -> Image:
        """The picture (H, W, 3) at frame t. Where the lens is a pinhole it is the source, bit for bit.

        Raises:
            FrameUnreadable, DisparityError: the media fails at that frame.
        """
        if self.shot.defocus(t).is_identity:
            return self.source(t)
        return self._cache.get(self.key(t), lambda: self._bokeh(self.source(t), self.defocus_map(t)))

    def stream(self, frames: Iterable[int]) -> Generator[Image, None, None]:
        """The pictures of these frames in order, past the cache.

        Decoding runs ahead, and frames render side by side, one core each: cores that share one frame wait for each
        other at every step, and for anything else that the machine is doing.
        """
        rendered: deque[Future[Image]] = deque()
        failure: FocuspullerError | None = None
        workers = 1 if torch.cuda.is_available() else max(1, torch.get_num_threads())
        inputs = ahead(self._inputs(frames), DECODE_AHEAD)
        pool = ThreadPoolExecutor(workers, "render", initializer=torch.set_num_threads, initargs=(1,))
        try:
            while failure is None:
                try:
                    rendered.append(pool.submit(self._bokeh, *next(inputs)))
                except StopIteration:
                    break
                except FocuspullerError as error:
                    failure = error  # what was decoded before it is still delivered
                if len(rendered) > workers:
                    yield rendered.popleft().result()
            while rendered:
                yield rendered.popleft().result()
            if failure is not None:
                raise failure
        finally:
            inputs.close()
            pool.shutdown(cancel_futures=True)

    def _inputs(self, frames: Iterable[int]) -> Iterator[tuple[Image, Image | None]]:
        """Frame and defocus map; None where the lens is a pinhole."""
        for t in frames:
            defocus = self.shot.defocus(t)
            s = None if defocus.is_identity else defocus_map(self.shot.disparity.read(t), defocus)
            yield self.shot.frames.read(t), s

    def _decoded(self, media: FrameSource, t: int) -> Image:
        return self._cache.get(DecodedKey(media.fingerprint, t), lambda: media.read(t))

    @torch.inference_mode()
    def _bokeh(self, frame: Image, s: Image | None) -> Image:
        if s is None:
            return frame
        device = best_device()
        picture = torch.tensor(frame, device=device).permute(2, 0, 1)
        rendered = layered(picture, torch.tensor(s, device=device)[None], quality=self.quality.value)
        return np.ascontiguousarray(rendered.permute(1, 2, 0).cpu().numpy())
