"""The effect on its way to another clip, as editors paste attributes: by the frames that the clips show."""

from __future__ import annotations

from dataclasses import replace

from ...plugin.conformed import piece
from ...plugin.curve import Curve
from ...plugin.state import EffectState, new_uuid


def moved_to(state: EffectState, shown: range, target: EffectState | None, target_shown: range) -> EffectState:
    """The effect as another piece of footage takes it: keys count from the first frame that each clip shows.

    Args:
        shown, target_shown: the media frames that the clips show.
        target: what the other clip carries; its disparity, what that spans, and its identity stay with it.
    """
    disparity = target.disparity if target is not None else None
    lens = state.lens
    if target is not None and disparity is not None:
        lens = replace(lens, near=target.lens.near, far=target.lens.far)
    return replace(
        state,
        uuid=target.uuid if target is not None else new_uuid(),
        disparity=disparity,
        lens=lens,
        focus_distance=_moved(state.focus_distance, shown, target_shown),
        aperture=_moved(state.aperture, shown, target_shown),
        subjects=(),  # which are in the other footage
    )


def copied_in_media(state: EffectState, target: EffectState | None) -> EffectState:
    """The effect for another piece of the same footage: keys stay on its frames, disparity goes along."""
    return replace(state, uuid=target.uuid if target is not None else new_uuid())


def _moved(curve: Curve, shown: range, target: range) -> Curve:
    """The keys by the clips' beginnings, as far as both go on."""
    return piece(curve, shown[: len(target)], target.start)
