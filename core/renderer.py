"""A shot in, frame t out: the one place where frames, disparity and lens settings become pictures."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import cast

import numpy as np
import torch

from .cache import FrameCache
from .classical.layered import RENDERING, layered
from .device import CORES, device_errors, device_named, one_thread
from .errors import Cancelled, MemoryTooSmall
from .frames import Image
from .outlines.outlined import SHIPPED as SHIPPED_OUTLINES
from .outlines.outlined import load_outlines
from .shot import DECODE_AHEAD, Check, OutputKey, RenderCache, Shot, ShotPictures
from .stages import StageFigures, Stages, Work
from .vbr.network import SHIPPED, load_network


class Quality(StrEnum):
    """The layered renderer at speed, to play and to pull focus by; or VBR, and where there are no weights the layered
    renderer at its best."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Engine:
    """What pictures are made with.

    Attributes:
        weights: the network's file; None where none ship.
        device: as `device_named` takes it.
    """

    weights: Path | None = SHIPPED / "vbr.safetensors" if (SHIPPED / "vbr.safetensors").exists() else None
    device: str = "auto"


DEFAULT_ENGINE = Engine()


class Renderer:
    """Renders one shot; any frame, in any order, from any thread, with the same pixels.

    Decoded pictures, the network's stages and rendered pictures go through one cache. A key holds all that its value
    depends on, so a moved key re-renders the frames whose lens settings it changed, and those that look at them, and no
    others; several renderers may share a cache.

    Args:
        cache: its capacity, at least what one frame needs where it grows, is also the most that a stream holds.
    """

    def __init__(
        self,
        shot: Shot,
        quality: Quality,
        cache: RenderCache,
        engine: Engine = DEFAULT_ENGINE,
    ) -> None:
        self.shot = shot
        self.quality = quality
        self.figures = StageFigures()
        self._cache = cache
        self._pictures = ShotPictures(shot, cache)
        self._engine = engine

    def source(self, t: int) -> Image:
        """The all-in-focus frame (H, W, 3)."""
        return self._pictures.source(t)

    def disparity(self, t: int) -> Image:
        """(H, W) in [0, 1]."""
        return self._pictures.disparity(t)

    def defocus_map(self, t: int) -> Image:
        """S (H, W), signed blur radius in px (Eq 2)."""
        return self._pictures.defocus_map(t)

    @property
    def temporal_radius(self) -> int:
        """Frames to either side that a picture is made from."""
        return self._stages.temporal_radius if self._is_learned else 0

    @property
    def lens_radius(self) -> int:
        """Frames to either side whose lens settings a picture depends on."""
        return self._stages.lens_radius if self._is_learned else 0

    @property
    def method(self) -> str:
        """What makes the pictures, in so far as it changes them."""
        return self._stages.method if self._is_learned else f"layered {RENDERING} {self.quality}"

    def key(self, t: int) -> OutputKey:
        shot = self.shot
        settings = shot.settings(shot.around(t, self.lens_radius))
        return OutputKey(shot.frames.fingerprint, shot.disparity.fingerprint, t, settings, self.method)

    def prepare(self, frames: range) -> None:
        """Fails before the first of these frames is rendered rather than at it.

        Raises:
            WeightsError, DeviceMissing, DeviceFailed, MemoryTooSmall: the network cannot run, and is needed.
        """
        if self._is_learned and self._blurs(frames):
            self._lead_and_workers()

    def render(self, t: int, check: Check = lambda: None) -> Image:
        """The picture (H, W, 3) at frame t. Where the lens is a pinhole it is the source, bit for bit.

        Args:
            check: called before every step, in the thread that takes it; what it raises ends the work.

        Raises:
            FrameUnreadable, DisparityError: the media fails at that frame, or at a neighbour.
            WeightsError, DeviceMissing, DeviceFailed, MemoryTooSmall: the network cannot run.
        """
        if self.shot.defocus(t).is_identity:
            return self.source(t)
        if not self._is_learned:
            return self._cache.get(self.key(t), lambda: self._layered(self._pictures, t, check))
        lead, workers = self._lead_and_workers()
        work = self._stages.work(range(t, t + 1), lead)
        return self._cache.get(self.key(t), lambda: next(_done(work, workers, check)))

    def stream(self, frames: range, check: Check = lambda: None) -> Generator[Image, None, None]:
        """The pictures of these frames in order, past the cache, holding no more than its capacity.

        `check` is as in `render`, and what is raised too, at the frame's place.
        """
        if self._is_learned and self._blurs(frames):
            lead, workers = self._lead_and_workers()
            held: RenderCache = FrameCache(self._stages.window(workers, lead))
            work = self._stages_on(held).work(frames, lead)
        else:
            # As many as fit, and one in any case: a draft is what is left where memory is too small.
            fitting = self._cache.figures.capacity // self._pictures.decoded_bytes - DECODE_AHEAD - 2
            workers = max(1, min(self._cores, fitting))
            held = FrameCache((DECODE_AHEAD + workers + 2) * self._pictures.decoded_bytes)
            work = self._layered_work(frames, ShotPictures(self.shot, held))
        yield from _done(work, workers, check)

    def _layered_work(self, frames: range, pictures: ShotPictures) -> Iterator[Work]:
        for tick in range(frames.start, frames.stop + DECODE_AHEAD):
            if tick in frames:
                yield Work(functools.partial(pictures.decode, tick), decodes=True)
            t = tick - DECODE_AHEAD
            if t in frames:
                yield Work(functools.partial(self._layered, pictures, t), frame=t)

    def _layered(self, pictures: ShotPictures, t: int, check: Check) -> Image:
        if self.shot.defocus(t).is_identity:
            return pictures.source(t)
        frame, radius = pictures.source(t), pictures.defocus_map(t)
        check()
        with one_thread(), device_errors(self._device), torch.inference_mode():
            picture = torch.tensor(frame, device=self._device).permute(2, 0, 1)
            rendered = layered(picture, torch.tensor(radius, device=self._device)[None], quality=self.quality.value)
            return np.ascontiguousarray(rendered.permute(1, 2, 0).cpu().numpy())

    def _lead_and_workers(self) -> tuple[int, int]:
        """How far features run ahead, and how many frames render side by side, within the memory given.

        Raises:
            MemoryTooSmall: not even one frame's neighbourhood fits.
        """
        self._cache.make_room(self._stages.window(1, 1))
        capacity = self._cache.figures.capacity
        for side_by_side in range(self._cores, 0, -1):
            # Half of what renders side by side makes features, and the other half outputs that must not wait for those.
            lead = (side_by_side + 1) // 2
            if self._stages.window(side_by_side, lead) <= capacity:
                return lead, side_by_side
        least = -(-self._stages.window(1, 1) // 2**20)
        raise MemoryTooSmall(
            f"{capacity / 2**20:.0f} MiB of memory hold no frame and its neighbours at "
            f"{self.shot.frames.width}x{self.shot.frames.height}; give --memory {least}M or more, or --quality draft"
        )

    def _blurs(self, frames: range) -> bool:
        return any(not self.shot.defocus(t).is_identity for t in frames)

    @property
    def _cores(self) -> int:
        """Frames that render side by side."""
        return CORES if self._device.type == "cpu" else 1

    @property
    def _is_learned(self) -> bool:
        return self.quality is Quality.FINAL and self._engine.weights is not None

    @functools.cached_property
    def _stages(self) -> Stages:
        return self._stages_on(self._cache)

    def _stages_on(self, cache: RenderCache) -> Stages:
        assert self._engine.weights is not None
        network = load_network(self._engine.weights, self._device)
        outlines = load_outlines(SHIPPED_OUTLINES, self._device) if network.model.configuration.prior else None
        return Stages(ShotPictures(self.shot, cache), network, outlines, cache, self.figures)

    @functools.cached_property
    def _device(self) -> torch.device:
        return device_named(self._engine.device)


def _done(work: Iterable[Work], workers: int, check: Check) -> Generator[Image, None, None]:
    """The pictures that come of the work, in its order.

    Decoding runs ahead, and frames render side by side, one core each: cores that share one frame wait for each other
    at every step, and for anything else that the machine is doing; nor would it be the same to the last bit.
    """
    stopped = Event()

    def checked() -> None:
        if stopped.is_set():
            raise Cancelled("the render was stopped")
        check()

    def begun(task: Callable[[Check], object]) -> object:
        checked()
        return task(checked)

    rendered: deque[Future[object]] = deque()
    reader = ThreadPoolExecutor(1, "decode")
    pool = ThreadPoolExecutor(workers, "render", initializer=torch.set_num_threads, initargs=(1,))
    try:
        for task, frame, decodes in work:
            future = (reader if decodes else pool).submit(begun, task)
            if frame is not None:
                rendered.append(future)
            if len(rendered) > workers:
                yield cast(Image, rendered.popleft().result())
        while rendered:
            yield cast(Image, rendered.popleft().result())
    finally:
        stopped.set()
        for executor in (reader, pool):
            executor.shutdown(cancel_futures=True)
