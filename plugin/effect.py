"""The bokeh effect as OpenFX's actions, in Python: what it is, which frames it needs, what it draws.

Time is the media's frame number. Every action reads its parameters from the host, so nothing can be out of step with
what the editor sees; the only private state is the cache, and the shot's bound of blur, which `instance_changed`
forgets.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum

from ..core.errors import Cancelled, DisparityMissing, FrameMissing, MediaNotFound
from ..core.frames import Image
from ..core.optics import Defocus, Lens, defocus_of, largest_radii
from ..core.renderer import DEFAULT_ENGINE, Engine, Quality, Renderer
from ..core.shot import RenderCache, Shot
from .host import DEPTH, OUTPUT, SOURCE, ClipProperties, Host
from .params import PARAMETERS, Parameter
from .state import EFFECT_LABEL, EFFECT_NAME


class Context(StrEnum):
    FILTER = "OfxImageEffectContextFilter"
    GENERAL = "OfxImageEffectContextGeneral"


@dataclass(frozen=True, slots=True)
class ClipDescriptor:
    name: str
    components: str
    optional: bool = False
    temporal_access: bool = False


@dataclass(frozen=True, slots=True)
class EffectDescriptor:
    """The describe action's answer."""

    identifier: str
    label: str
    grouping: str
    contexts: tuple[Context, ...]
    pixel_depth: str
    supports_tiles: bool
    temporal_clip_access: bool
    hint: str


@dataclass(frozen=True, slots=True)
class ContextDescriptor:
    """The describe-in-context action's answer."""

    clips: tuple[ClipDescriptor, ...]
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ClipPreferences:
    """The get-clip-preferences action's answer, for Output."""

    components: str
    pixel_depth: str
    frame_varying: bool


def describe() -> EffectDescriptor:
    return EffectDescriptor(
        identifier=EFFECT_NAME,
        label=EFFECT_LABEL,
        grouping="Filter",
        contexts=(Context.FILTER, Context.GENERAL),
        pixel_depth="OfxBitDepthFloat",
        supports_tiles=False,
        temporal_clip_access=True,
        hint="Shallow depth of field for footage that is sharp everywhere: key focus distance and aperture.",
    )


def describe_in_context(context: Context) -> ContextDescriptor:
    """Clips and parameters; a filter has its one mandatory input, so Depth is optional in both contexts."""
    clips = (
        ClipDescriptor(SOURCE, "OfxImageComponentRGB", temporal_access=True),
        ClipDescriptor(DEPTH, "OfxImageComponentAlpha", optional=True, temporal_access=True),
        ClipDescriptor(OUTPUT, "OfxImageComponentRGB"),
    )
    return ContextDescriptor(clips, tuple(PARAMETERS.values()))


class HostFrames:
    """A host's clip as a FrameSource."""

    def __init__(self, host: Host, clip: str, properties: ClipProperties) -> None:
        self._host = host
        self._clip = clip
        self.name = properties.name
        self.fingerprint = properties.fingerprint
        self.width = properties.width
        self.height = properties.height
        self._frame_count = properties.frame_count

    def __len__(self) -> int:
        return self._frame_count

    def read(self, index: int) -> Image:
        image = self._host.image(self._clip, index)
        if image is None:
            raise FrameMissing(f"{self.name}: the host has no frame {index}; check the clip's range")
        return image

    def close(self) -> None:
        """The host owns the clip."""


class EffectInstance:
    """One instance of the effect (create-instance), living as long as the host keeps it on a clip."""

    def __init__(self, host: Host, cache: RenderCache, engine: Engine = DEFAULT_ENGINE) -> None:
        self._host = host
        self._cache = cache
        self._engine = engine
        self._renderer: Renderer | None = None

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
            MediaNotFound, DisparityMissing: an input is not connected.
            ParameterError: some frame's lens settings are impossible.
        """
        self._connected(SOURCE)
        self._connected(DEPTH)
        for time in frames:
            self.defocus(time)

    def render(self, time: int) -> Image:
        """Output (H, W, 3) at `time`."""
        if self._host.clip(DEPTH) is None:
            return HostFrames(self._host, SOURCE, self._connected(SOURCE)).read(time)
        return self.renderer.render(time, self._check)

    def is_ready(self, time: int) -> bool:
        """Whether the picture at `time` needs no rendering: it is held already, or passes through."""
        return self.is_identity(time) is not None or self.renderer.key(time) in self._cache

    def render_sequence(self, frames: range) -> Generator[Image, None, None]:
        """Output at these times in order, decoding ahead.

        Raises:
            Cancelled: the host aborted.
        """
        rendered = self.renderer.stream(frames)
        try:
            for picture in rendered:
                self._check()
                yield picture
        finally:
            rendered.close()

    def end_sequence_render(self) -> None:
        """Nothing outlives a sequence but the cache, which purge_caches empties."""

    def purge_caches(self) -> None:
        self._cache.drop(lambda key: True)

    def instance_changed(self) -> None:
        """A parameter or a clip changed. Cache keys hold the values that pictures depend on, so none can be stale; what
        is forgotten is the bound of the shot's blur."""
        self._renderer = None

    def sync_private_data(self) -> None:
        """The host is about to save. All that the effect is stands in its parameters."""

    def defocus(self, time: int) -> Defocus:
        """The lens settings at `time`, from the host's parameters (Eq 1)."""
        focus_distance, aperture = self._number("focus_distance", time), self._number("aperture", time)
        exact = defocus_of(aperture, focus_distance, self._lens, self._connected(SOURCE).width)
        # A key inserted on a curve moves it by a last bit or two: that must not render anything anew.
        return Defocus(round(exact.blur, 9), round(exact.focus_disparity, 9))

    @property
    def renderer(self) -> Renderer:
        """Core's renderer on the host's clips.

        Raises:
            MediaNotFound, DisparityMissing: an input is not connected.
        """
        if self._renderer is None or self._renderer.quality is not self._quality:
            frames, disparity = (HostFrames(self._host, name, self._connected(name)) for name in (SOURCE, DEPTH))
            shot = Shot(frames, disparity, self.defocus, self._widest)
            self._renderer = Renderer(shot, self._quality, self._cache, self._engine)
        return self._renderer

    def _widest(self) -> int:
        """The frame of the largest blur, or one whose lens settings are impossible."""
        source = self._connected(SOURCE)
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
            raise DisparityMissing(
                "the clip has no disparity; give it one with `focuspuller apply --disparity`, or in the panel (Ctrl+D)"
            )
        raise MediaNotFound(f"no {name} clip is connected; connect the footage")
