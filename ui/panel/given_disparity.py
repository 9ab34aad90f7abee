"""An effect with the disparity clip that is given to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...core.media.disparity import DisparityReading
from ...plugin.given_disparity import is_same_media, said_beside
from ...plugin.params import PARAMETERS
from ...plugin.state import DisparityReference, EffectState, default_state


def with_disparity(state: EffectState, path: Path, before: Path | None) -> EffectState:
    """Args:
    before: where the disparity lies that the effect has so far.

    Raises:
        DisparityError, ParameterError: what is written beside the clip cannot be trusted, or is out of range.
    """
    path = path.absolute()
    reading = state.disparity.reading if state.disparity is not None else DisparityReading()
    is_its_own = before is not None and is_same_media(before, path)
    said, reading = said_beside(path, reading, is_its_own=is_its_own)
    # A longer one begins with the footage, until the editor says otherwise.
    reading = replace(reading, offset=(reading.offset or 0) if is_its_own else 0)
    for name, metres in said.items():
        PARAMETERS[name].check(metres)
    return replace(state, lens=replace(state.lens, **said), disparity=DisparityReference(str(path), reading))


def taken_over(now: EffectState, before: EffectState | None, given: EffectState) -> EffectState:
    """The effect as it is by now with the disparity that was given to it, and the distances that came with that.

    Args:
        before: what it was given to; None where there was no effect yet.
    """
    lens = now.lens
    if given.lens != (before or default_state()).lens:
        lens = replace(lens, near=given.lens.near, far=given.lens.far)
    return replace(now, lens=lens, disparity=given.disparity)
