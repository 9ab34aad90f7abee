"""The seam between the effect and whoever hosts it, and the offline host that needs no application.

A binding to a real application subclasses `Host` and answers four questions, asked with media frame numbers as time;
`numbers` has an answer already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..core.errors import ParameterError
from ..core.frames import FrameSource, Image
from .spline import Floats
from .state import EffectState

SOURCE = "Source"
DEPTH = "Depth"
OUTPUT = "Output"

ParameterValue = float | bool | str


@dataclass(frozen=True, slots=True)
class ClipProperties:
    """What a host knows of a connected clip before it fetches a picture.

    `fingerprint` names the pixels: it changes when the clip's content does, and a proxy has another than the full size.
    `frame_count` frames are numbered from 0.
    """

    name: str
    fingerprint: str
    width: int
    height: int
    frame_count: int


class Host(Protocol):
    """What the effect asks of its host (OpenFX's image effect, parameter and progress suites).

    All of it may be asked from threads of ours, and by several at once: final pictures and sequences are decoded in one
    (`decode_0`) and rendered in others (`render_0`, …), which are gone when the action ends. A host whose suites answer
    only in its own thread hands the question over to that. Clips may change, in size too, between actions, not in one.
    """

    def clip(self, name: str) -> ClipProperties | None:
        """kOfxImageEffectSimpleSourceClipName & co.; None when nothing is connected."""
        ...

    def image(self, clip: str, time: int) -> Image | None:
        """clipGetImage: Source as (H, W, 3), Depth as (H, W) at Source's size; None where the host has no frame.

        Depth comes already read, in [0, 1] and finite, near is 1: how a file stores it is not the effect's to know.
        """
        ...

    def parameter(self, name: str, time: float) -> ParameterValue:
        """paramGetValueAtTime."""
        ...

    def numbers(self, name: str, times: range) -> Floats:
        """A parameter's values at many times; a host that has whole curves can be quicker about it."""
        return np.array([self.parameter(name, time) for time in times], dtype=np.float64)

    def aborted(self) -> bool:
        """abort: whether the user wants the render under way to stop."""
        ...


class OfflineHost(Host):
    """A host made of frame sources and an effect's state; `state` and `quality` may change between actions.

    Args:
        aborted: what the host answers when it is asked.
    """

    def __init__(
        self,
        frames: FrameSource,
        disparity: FrameSource | None,
        state: EffectState,
        quality: str,
        aborted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.state = state
        self.quality = quality
        self._aborted = aborted
        self._sources = {SOURCE: frames} if disparity is None else {SOURCE: frames, DEPTH: disparity}

    def clip(self, name: str) -> ClipProperties | None:
        source = self._sources.get(name)
        if source is None:
            return None
        return ClipProperties(source.name, source.fingerprint, source.width, source.height, len(source))

    def image(self, clip: str, time: int) -> Image | None:
        source = self._sources[clip]
        return source.read(time) if 0 <= time < len(source) else None

    def parameter(self, name: str, time: float) -> ParameterValue:
        state = self.state
        match name:
            case "focus_distance":
                return state.focus_distance.value(time)
            case "aperture":
                return state.aperture.value(time)
            case "focal_length" | "near" | "far":
                return float(getattr(state.lens, name))
            case "quality":
                return self.quality
        raise ParameterError(f"the offline host has no parameter {name!r}; see plugin/params.py for those there are")

    def numbers(self, name: str, times: range) -> Floats:
        match name:
            case "focus_distance":
                return self.state.focus_distance.values(times.start, times.stop)
            case "aperture":
                return self.state.aperture.values(times.start, times.stop)
        return super().numbers(name, times)

    def aborted(self) -> bool:
        return self._aborted()
