"""What the viewer can show of a frame, as bytes for the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

from ...core.frames import Image
from ...core.optics import Defocus
from ...core.renderer import Quality
from ...plugin.effect import EffectInstance
from ...plugin.session import Session
from ...plugin.state import EffectState
from ..defocus_overlay import Bytes, defocus_overlay, for_screen, in_focus_radius

MOVING_PIXELS = 560 * 315
"""Of a result while anything moves: half of what the viewer has, and a third of the work at 540p."""

MATTE_FALL = 2.0
"""In-focus radii at which the matte has fallen to black."""


class View(StrEnum):
    RESULT = "result"
    SOURCE = "source"
    DISPARITY = "disparity"
    DEFOCUS = "defocus"
    MATTE = "matte"


class Detail(IntEnum):
    """How good a picture is. A better one takes the place of one that came sooner."""

    MOVING = 0
    """Draft, and small enough to keep up with a hand."""
    DRAFT = 1
    FINAL = 2

    @classmethod
    def of(cls, quality: Quality) -> Detail:
        return cls.FINAL if quality is Quality.FINAL else cls.DRAFT


Effects = Mapping[Detail, EffectInstance]
"""An effect as it stands, for every detail."""


def effects_of(session: Session, state: EffectState, is_stale: Callable[[], bool] = lambda: False) -> Effects:
    """Args:
    is_stale: whether the final picture under way is not wanted any more.
    """
    draft = session.at(state, Quality.DRAFT)
    is_small = session.info.width * session.info.height <= MOVING_PIXELS
    return {
        Detail.MOVING: draft if is_small else session.reduced(state, Quality.DRAFT, MOVING_PIXELS),
        Detail.DRAFT: draft,
        Detail.FINAL: session.at(state, Quality.FINAL, is_stale),
    }


@dataclass(frozen=True, eq=False)
class Request:
    """A frame to show, with everything that its pictures depend on.

    `state` is None where the clip has no effect. `wanted` is the best detail that is, `full_radius` the blur radius,
    px, at which the defocus map's colour is fullest. `serial` grows from request to request.
    """

    session: Session
    effects: Effects
    state: EffectState | None
    frame: int
    views: frozenset[View]
    wanted: Detail
    full_radius: float
    serial: int = 0

    def is_ready(self, detail: Detail) -> bool:
        """Whether the result needs no rendering."""
        return View.RESULT not in self.views or not _acts(self) or self.effects[detail].is_ready(self.frame)

    @property
    def soonest(self) -> Detail:
        """The best detail that needs no rendering, or the one that takes the least.

        Raises:
            WeightsError, DeviceMissing: the best one cannot be had at all.
        """
        at_hand = (detail for detail in sorted(Detail, reverse=True) if detail <= self.wanted and self.is_ready(detail))
        return next(at_hand, Detail.DRAFT if self._moves_whole else Detail.MOVING)

    @property
    def _moves_whole(self) -> bool:
        return self.effects[Detail.MOVING] is self.effects[Detail.DRAFT]

    def shown(self, detail: Detail) -> Shown:
        """Raises:
        MediaError, DisparityError, ParameterError: the frame cannot be made.
        """
        return _shown(self, detail)


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame's pictures. `disparity` (H, W) and `defocus` are None where the clip has no disparity.

    `size` is (width, height) of the frame; a result that was to be quick may be smaller.
    """

    request: Request
    detail: Detail
    size: tuple[int, int]
    pictures: Mapping[View, Bytes]
    disparity: Image | None
    defocus: Defocus | None

    @property
    def rank(self) -> tuple[int, Detail]:
        """Newer pictures have a higher one, and of the same frame the better."""
        return self.request.serial, self.detail

    def colour(self, view: View, pixel: tuple[int, int]) -> tuple[int, int, int] | None:
        """RGB of a view at (column, row) of the frame; None where it is not shown."""
        picture = self.pictures.get(view)
        if picture is None:
            return None
        (column, row), (width, height) = pixel, self.size
        red, green, blue = picture[row * picture.shape[0] // height, column * picture.shape[1] // width].tolist()
        return red, green, blue


def focus_matte(s: Image) -> Image:
    """(H, W) in [0, 1]: white where the picture is in focus, falling to black around it."""
    sharp = in_focus_radius(s.shape[1])
    matte: Image = np.clip((MATTE_FALL - np.abs(s) / np.float32(sharp)) / (MATTE_FALL - 1), 0, 1)
    return matte


def _shown(request: Request, detail: Detail) -> Shown:
    t, effect = request.frame, request.effects[detail]
    if request.session.disparity_path is None or request.state is None:
        source = for_screen(request.effects[Detail.DRAFT].render(t))  # an effect without disparity passes the source
        return Shown(request, detail, _size(source), dict.fromkeys(request.views, source), None, None)
    # Only the result may be small: the rest is as quick at full size.
    whole = request.effects[Detail.DRAFT]
    renderer = whole.renderer
    defocus, disparity = whole.defocus(t), renderer.disparity(t)
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
    return Shown(request, detail, _size(disparity), pictures, disparity, defocus)


def _acts(request: Request) -> bool:
    """Whether the effect changes the picture at all."""
    return request.state is not None and request.state.enabled and request.session.disparity_path is not None


def _size(picture: np.ndarray) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def _grey(image: Image) -> Bytes:
    return np.repeat(for_screen(image)[..., None], 3, axis=2)
