"""What the viewer can show of a frame, as bytes for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ...core.frames import Image
from ...core.optics import Defocus
from ...core.renderer import Quality
from ...plugin.effect import EffectInstance
from ...plugin.session import Session
from ...plugin.state import EffectState
from ..defocus_overlay import Bytes, defocus_overlay, for_screen, in_focus_radius

MATTE_FALL = 2.0
"""In-focus radii at which the matte has fallen to black."""


class View(StrEnum):
    RESULT = "result"
    SOURCE = "source"
    DISPARITY = "disparity"
    DEFOCUS = "defocus"
    MATTE = "matte"


@dataclass(frozen=True, eq=False)
class Request:
    """A frame to show, with everything that its pictures depend on.

    `effects` are the effect as it stands, in both qualities; `state` is None where the clip has no effect. `quality` is
    the best that is wanted, `full_radius` the blur radius, px, at which the defocus map's colour is fullest. `serial`
    grows from request to request.
    """

    session: Session
    effects: Mapping[Quality, EffectInstance]
    state: EffectState | None
    frame: int
    views: frozenset[View]
    quality: Quality
    full_radius: float
    serial: int = 0

    def is_ready(self, quality: Quality) -> bool:
        """Whether the result needs no rendering."""
        return View.RESULT not in self.views or not _acts(self) or self.effects[quality].is_ready(self.frame)

    def shown(self, quality: Quality) -> Shown:
        """Raises:
        MediaError, DisparityError, ParameterError: the frame cannot be made.
        """
        return _shown(self, self.effects[quality], quality)


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame's pictures. `disparity` (H, W) and `defocus` are None where the clip has no disparity."""

    request: Request
    quality: Quality
    pictures: Mapping[View, Bytes]
    disparity: Image | None
    defocus: Defocus | None

    @property
    def rank(self) -> tuple[int, bool]:
        """Newer pictures have a higher one, and final ones one above their draft."""
        return self.request.serial, self.quality is Quality.FINAL


def focus_matte(s: Image) -> Image:
    """(H, W) in [0, 1]: white where the picture is in focus, falling to black around it."""
    sharp = in_focus_radius(s.shape[1])
    matte: Image = np.clip((MATTE_FALL - np.abs(s) / np.float32(sharp)) / (MATTE_FALL - 1), 0, 1)
    return matte


def _shown(request: Request, effect: EffectInstance, quality: Quality) -> Shown:
    t = request.frame
    if request.session.disparity_path is None or request.state is None:
        source = for_screen(effect.render(t))  # an effect without disparity passes the source
        return Shown(request, quality, dict.fromkeys(request.views, source), None, None)
    renderer = effect.renderer
    defocus, disparity = effect.defocus(t), renderer.disparity(t)
    pictures: dict[View, Bytes] = {}
    for view in request.views:
        match view:
            case View.RESULT:
                pictures[view] = for_screen(effect.render(t) if _acts(request) else renderer.source(t))
            case View.SOURCE:
                pictures[view] = for_screen(renderer.source(t))
            case View.DISPARITY:
                pictures[view] = _grey(disparity)
            case View.DEFOCUS:
                pictures[view] = defocus_overlay(renderer.source(t), renderer.defocus_map(t), request.full_radius)
            case View.MATTE:
                pictures[view] = _grey(focus_matte(renderer.defocus_map(t)))
    return Shown(request, quality, pictures, disparity, defocus)


def _acts(request: Request) -> bool:
    """Whether the effect changes the picture at all."""
    return request.state is not None and request.state.enabled and request.session.disparity_path is not None


def _grey(image: Image) -> Bytes:
    return np.repeat(for_screen(image)[..., None], 3, axis=2)
