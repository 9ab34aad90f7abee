"""An effect applied to a clip: its media, its state, its pictures. What a panel holds and an export renders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator
from fractions import Fraction
from pathlib import Path
from typing import TypedDict, Unpack

from ..core.cache import FrameCache
from ..core.errors import DisparityMissing, EffectNotFound
from ..core.frames import FrameSource, Image
from ..core.media.disparity import DisparityReading
from ..core.media.info import MediaInfo
from ..core.media.open import open_disparity, open_frames
from ..core.media.samples import has_alpha
from ..core.optics import Defocus
from ..core.reduced import ReducedFrames
from ..core.renderer import DEFAULT_ENGINE, Engine
from ..core.shot import DecodedKey, RenderCache
from .curve import check_keys_on_media
from .effect import NO_DISPARITY, EffectInstance
from .host import OfflineHost
from .state import EffectState
from .timeline import Document, find, media_path, media_range, notes_on, picture_rate
from .timeline.clips import Clip, label

CACHE_BYTES = 4 << 30
"""What decoded frames, the network's features and pictures may take together, unless told otherwise; more where one
frame of large footage needs it."""


class Making(TypedDict, total=False):
    """How a session makes its pictures: `Session`'s own arguments."""

    quality: str
    cache: RenderCache
    engine: Engine


def cache_of(memory: int | None) -> RenderCache:
    """Of as many bytes as were asked for, and not one more; None leaves it to what the footage needs."""
    return FrameCache(CACHE_BYTES, grows=True) if memory is None else FrameCache(memory)


class Session:
    """Open media with the effect on it. Frames are numbered as in the media; a context manager closes it.

    Args:
        media: the all-in-focus footage.
        disparity: its disparity clip; None leaves the effect an identity.
        state: the effect's parameters.
        rate: frames per second of media that are pictures in files of their own, which seldom say.

    Raises:
        MediaError, DisparityError: the media cannot be read or does not fit together.
        CurveError: keys that lie off the media.
    """

    def __init__(
        self,
        media: Path,
        disparity: Path | None,
        state: EffectState,
        *,
        rate: Fraction | None = None,
        quality: str = "final",
        cache: RenderCache | None = None,
        engine: Engine = DEFAULT_ENGINE,
    ) -> None:
        self._frames = open_frames(media, rate)
        self.info: MediaInfo = self._frames.info
        self.disparity_path = disparity
        self._disparity: FrameSource | None = None
        self.notes: tuple[str, ...] = ()
        """What of the media does not come through, for the user to know before the render."""
        self.disparity_notes: tuple[str, ...] = ()
        """Those of its disparity."""
        if has_alpha(self.info.pixel_format):
            self.notes += (f"{media}: its alpha channel is left out; what is rendered is opaque",)
        if self.info.pixel_aspect != 1:
            self.notes += (f"{media}: its pixels are not square; blur is round in pixels, not as it is shown",)
        if self.info.interlaced:
            self.notes += (f"{media}: it is interlaced, and rendered as if it were not; deinterlace it first",)
        if self.info.unknown_audio:
            left_out = f"{self.info.unknown_audio} of its sound tracks"
            self.notes += (f"{media}: {left_out} cannot be copied to any output and are left out",)
        try:
            if disparity is not None:
                reading = state.disparity.reading if state.disparity else DisparityReading()
                opened = open_disparity(
                    disparity, reading, width=self.info.width, height=self.info.height, length=len(self._frames)
                )
                self._disparity = opened
                self.disparity_notes = opened.notes
                self.notes += opened.notes
            for curve in (state.focus_distance, state.aperture):
                check_keys_on_media(curve, 0, len(self._frames) - 1)
        except BaseException:
            self.close()
            raise
        self.used = range(len(self._frames))
        """The media frames that the edit uses: all, until the clip says otherwise."""
        self.cache: RenderCache = cache_of(None) if cache is None else cache
        self._host = OfflineHost(self._frames, self._disparity, state, quality)
        self._engine = engine
        self.effect = EffectInstance(self._host, self.cache, engine)

    @classmethod
    def of_clip(
        cls,
        document: Document,
        clip: Clip,
        **making: Unpack[Making],
    ) -> Session:
        """The effect that a timeline's clip carries, on the frames that the edit shows of it.

        Raises:
            EffectNotFound: the clip carries none; and what opening media raises.
        """
        state = find(clip)
        if state is None:
            raise EffectNotFound(f"{label(clip)} has no effect; put one on with `focuspuller apply`")
        disparity = None
        if state.disparity is not None:
            disparity = document.locate(state.disparity.url, f"the disparity of {label(clip)}")
        session = cls(media_path(document, clip), disparity, state, rate=picture_rate(clip), **making)
        session.used = media_range(clip, session.info)
        session.notes += notes_on(clip, session.info)
        return session

    @property
    def state(self) -> EffectState:
        return self._host.state

    def edit(self, state: EffectState) -> None:
        """Replace the effect's parameters; only frames whose lens settings change will render anew."""
        self._host.state = state
        self.effect.instance_changed()

    def at(self, state: EffectState, quality: str, aborted: Callable[[], bool] = lambda: False) -> EffectInstance:
        """The effect on this media with parameters that stay as they are, whatever is edited meanwhile.

        Args:
            aborted: asked now and then while it renders; True raises Cancelled there.
        """
        host = OfflineHost(self._frames, self._disparity, state, quality, aborted)
        return EffectInstance(host, self.cache, self._engine)

    def reduced(self, state: EffectState, quality: str, pixels: int) -> EffectInstance:
        """As `at`, on pictures of no more than so many pixels."""
        disparity = None if self._disparity is None else self._smaller(self._disparity, pixels)
        host = OfflineHost(self._smaller(self._frames, pixels), disparity, state, quality)
        return EffectInstance(host, self.cache, self._engine)

    def _smaller(self, source: FrameSource, pixels: int) -> FrameSource:
        def read(index: int) -> Image:
            return self.cache.get(DecodedKey(source.fingerprint, index), lambda: source.read(index))

        return ReducedFrames(source, pixels, read)

    def source(self, frame: int) -> Image:
        return self.effect.renderer.source(frame)

    def defocus(self, frame: int) -> Defocus:
        return self.effect.defocus(frame)

    def defocus_map(self, frame: int) -> Image:
        return self.effect.renderer.defocus_map(frame)

    def render(self, frame: int) -> Image:
        return self.effect.render(frame)

    def check(self, frames: range) -> None:
        """Fails before the first of these frames is rendered rather than in the middle.

        Raises:
            EffectNotFound: the effect is switched off.
            DisparityMissing: the effect would pass its source through, which nobody renders for.
            ParameterError: as `EffectInstance.begin_sequence_render` does.
        """
        if not self.state.enabled:
            raise EffectNotFound(
                f"the effect on {self.info.path.name} is switched off: there is nothing to render; "
                "switch it on in the panel (E), or with `focuspuller apply`"
            )
        if self._disparity is None:
            raise DisparityMissing(NO_DISPARITY)
        self.effect.begin_sequence_render(frames)

    def prepare(self, frames: range) -> None:
        """Fails where this machine cannot render these frames.

        Raises:
            WeightsError, DeviceMissing, DeviceFailed, MemoryTooSmall: the network is needed and cannot run.
        """
        self.effect.renderer.prepare(frames)

    def stream(self, frames: range) -> Generator[Image, None, None]:
        return self.effect.render_sequence(frames)

    @property
    def fingerprint(self) -> str:
        """Of everything that the pixels of the used frames depend on."""
        renderer = self.effect.renderer
        facts = [
            renderer.shot.frames.fingerprint,
            renderer.shot.disparity.fingerprint,
            renderer.method,
            [self.used.start, self.used.stop],
            [[d.blur.hex(), d.focus_disparity.hex()] for d in map(self.defocus, self._reached)],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    @property
    def _reached(self) -> range:
        """The frames whose lens settings the used ones depend on."""
        around, radius = self.effect.renderer.shot.around, self.effect.renderer.lens_radius
        return range(around(self.used[0], radius).start, around(self.used[-1], radius).stop)

    def close(self) -> None:
        self._frames.close()
        if self._disparity is not None:
            self._disparity.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
