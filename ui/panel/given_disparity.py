"""A disparity clip given to an effect: read as the JSON beside it says, where there is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...core.depth.sidecar import read_facts
from ...core.media.disparity import DisparityReading
from ...plugin.params import PARAMETERS
from ...plugin.state import DisparityReference, EffectState
from ..commands.inputs import default_state


def with_disparity(state: EffectState, path: Path) -> EffectState:
    """Raises:
    DisparityError, ParameterError: what is written beside the clip cannot be trusted, or is out of range.
    """
    reading = state.disparity.reading if state.disparity is not None else DisparityReading()
    lens, facts = state.lens, read_facts(path)
    if facts is not None:
        reading = DisparityReading(near_is_bright=facts.near_is_bright)
    if facts is not None and facts.near is not None and facts.far is not None:
        PARAMETERS["near"].check(facts.near)
        PARAMETERS["far"].check(facts.far)
        lens = replace(lens, near=facts.near, far=facts.far)
    return replace(state, lens=lens, disparity=DisparityReference(str(path.absolute()), reading))


def taken_over(now: EffectState, before: EffectState | None, given: EffectState) -> EffectState:
    """The effect as it is by now with the disparity that was given to it, and the distances that came with that.

    Args:
        before: what it was given to; None where there was no effect yet.
    """
    lens = now.lens
    if given.lens != (before or default_state()).lens:
        lens = replace(lens, near=given.lens.near, far=given.lens.far)
    return replace(now, lens=lens, disparity=given.disparity)
