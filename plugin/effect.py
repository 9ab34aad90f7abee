"""The bokeh effect as OpenFX's actions, in Python: which frames it needs, what it draws.

Time is the media's frame number. Every action reads its parameters from the host, so nothing can be out of step with
what the editor sees; the only private state is the cache, and the shot's bound of blur, which `instance_changed`
forgets.
"""

from __future__ import annotations

import functools
from collections.abc import Generator
from contextlib import closing

from ..core.errors import Cancelled, DisparityMissing, MediaNotFound, OpticsError
from ..core.frames import Image
from ..core.optics import Defocus, Lens, defocus_of, largest_radii
from ..core.renderer import DEFAULT_ENGINE, Engine, Quality, Renderer
from ..core.shot import RenderCache, Shot
from .description import ClipPreferences
from .host import DEPTH, SOURCE, ClipProperties, Host
from .host_frames import HostFrames

NO_DISPARITY = "the clip has no disparity; give it one with `focuspuller apply --disparity`, or in the panel (Ctrl+D)"

BuiltFrom = tuple[ClipProperties, ClipProperties, Quality]
"""Source, Depth and quality: what a renderer is good for."""


class EffectInstance:
    """One instance of the effect (create-instance), living as long as the host keeps it on a clip."""

    def __init__(self, host: Host, cache: RenderCache, engine: Engine = DEFAULT_ENGINE) -> None:
        self._host = host
        self._cache = cache
        self._engine = engine
        self._built: tuple[BuiltFrom, Renderer] | None = None

    def get_frames_needed(self, time: int) -> dict[str, range]:
        """The frames of each input that rendering `time` reads, inside the clip."""
        self._connected(SOURCE)
        if self._host.clip(DEPTH) is None or self.defocus(time).is_identity:
            return {SOURCE: range(time, time + 1)}
        renderer = self.renderer
        needed = renderer.shot.around(time, renderer.temporal_radius)
        return {SOURCE: needed, DEPTH: needed}

    def get_region_of_definition(self, time: int) -> tuple[int, int, int, int]:
        """(x1, y1, x2, y2) in pixels: the Source's own frame, since a lens shows nothing beyond it."""
        source = self._connected(SOURCE)
        return 0, 0, source.width, source.height

    def is_identity(self, time: int) -> tuple[str, int] | None:
        """(clip, time) to pass through, when there is no disparity or the lens is a pinhole; else None."""
        if self._host.clip(DEPTH) is None or self.defocus(time).is_identity:
            return SOURCE, time
        return None

    def get_clip_preferences(self) -> ClipPreferences:
        return ClipPreferences("OfxImageComponentRGB", "OfxBitDepthFloat", frame_varying=True)

    def begin_sequence_render(self, frames: range) -> None:
        """Fails before the first frame rather than in the middle.

        Raises:
            MediaNotFound: no Source is connected.
            ParameterError: some frame's lens settings are impossible; it is named.
        """
        source = self._connected(SOURCE)
        if self._host.clip(DEPTH) is None:
            return
        blurred = [time for time in frames if not self.defocus(time).is_identity]
        if blurred and self._quality is Quality.FINAL:
            self.defocus(self._widest(source))  # the bound of the whole shot's blur, which its every frame needs

    def render(self, time: int) -> Image:
        """Output (H, W, 3) at `time`."""
        if self._host.clip(DEPTH) is None:
            return self._frames(self._connected(SOURCE)).read(time)
        return self.renderer.render(time, self._check)

    def is_ready(self, time: int) -> bool:
        """Whether the picture at `time` needs no rendering: it is held already, or passes through."""
        return self.is_identity(time) is not None or self.renderer.key(time) in self._cache

    def render_sequence(self, frames: range) -> Generator[Image, None, None]:
        """Output at these times in order, decoding ahead.

        Raises:
            Cancelled: the host aborted.
        """
        untouched = self._host.clip(DEPTH) is None
        rendered = (self.render(t) for t in frames) if untouched else self.renderer.stream(frames, self._check)
        with closing(rendered):
            for picture in rendered:
                self._check()
                yield picture

    def end_sequence_render(self) -> None:
        """Nothing outlives a sequence but the cache, which purge_caches empties."""

    def purge_caches(self) -> None:
        self._cache.drop(lambda key: True)

    def instance_changed(self) -> None:
        """A parameter or a clip changed. Cache keys hold the values that pictures depend on, so none can be stale; what
        is forgotten is the bound of the shot's blur."""
        self._built = None

    def sync_private_data(self) -> None:
        """The host is about to save. All that the effect is stands in its parameters."""

    def defocus(self, time: int) -> Defocus:
        """The lens settings at `time`, from the host's parameters (Eq 1).

        Raises:
            OpticsError: no lens can be set so; the frame is named.
        """
        return self._defocus(self._connected(SOURCE).width, time)

    @property
    def renderer(self) -> Renderer:
        """Core's renderer on the host's clips as they are now: OpenFX tells an instance neither of another render scale
        nor of what has changed upstream.

        Raises:
            MediaNotFound, DisparityMissing: an input is not connected.
        """
        source, depth, quality = self._connected(SOURCE), self._connected(DEPTH), self._quality
        built = self._built  # read once: instance_changed may come in another thread
        if built is None or built[0] != (source, depth, quality):
            disparity = HostFrames(self._host, DEPTH, depth, (source.height, source.width))
            defocus = functools.partial(self._defocus, source.width)
            shot = Shot(self._frames(source), disparity, defocus, functools.partial(self._widest, source))
            built = self._built = (source, depth, quality), Renderer(shot, quality, self._cache, self._engine)
        return built[1]

    def _frames(self, source: ClipProperties) -> HostFrames:
        return HostFrames(self._host, SOURCE, source, (source.height, source.width, 3))

    def _defocus(self, width: int, time: int) -> Defocus:
        lens = self._lens
        focus_distance, aperture = self._number("focus_distance", time), self._number("aperture", time)
        try:
            exact = defocus_of(aperture, focus_distance, lens, width)
        except OpticsError as error:
            raise OpticsError(f"frame {time}: {error}") from None
        # A key inserted on a curve moves it by a last bit or two: that must not render anything anew.
        return Defocus(round(exact.blur, 9), round(exact.focus_disparity, 9))

    def _widest(self, source: ClipProperties) -> int:
        """The frame of the largest blur, or one whose lens settings are impossible."""
        frames = range(source.frame_count)
        apertures, distances = (self._host.numbers(name, frames) for name in ("aperture", "focus_distance"))
        return int(largest_radii(apertures, distances, self._lens, source.width).argmax())

    def _check(self) -> None:
        if self._host.aborted():
            raise Cancelled("stopped; run the command again (with --resume where it has it) to go on")

    @property
    def _lens(self) -> Lens:
        return Lens(*(self._number(name, 0) for name in ("focal_length", "near", "far")))

    @property
    def _quality(self) -> Quality:
        return Quality(str(self._host.parameter("quality", 0)))

    def _number(self, name: str, time: int) -> float:
        return float(self._host.parameter(name, time))

    def _connected(self, name: str) -> ClipProperties:
        properties = self._host.clip(name)
        if properties is not None:
            return properties
        if name == DEPTH:
            raise DisparityMissing(NO_DISPARITY)
        raise MediaNotFound(f"no {name} clip is connected; connect the footage")
