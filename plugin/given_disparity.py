"""A disparity clip that is given to an effect: read as the JSON beside it says, where there is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..core.depth.sidecar import read_facts
from ..core.media.disparity import DisparityReading


def said_beside(
    disparity: Path, reading: DisparityReading, *, is_its_own: bool
) -> tuple[dict[str, float], DisparityReading]:
    """The distances `near` and `far`, in metres, of whoever knows them, and how the clip is read.

    Args:
        reading: how the effect has read its disparity so far.
        is_its_own: it was of this clip that levels and offset were said.

    Raises:
        DisparityError: what is written beside the clip cannot be trusted.
    """
    facts = read_facts(disparity)
    if facts is None:
        return {}, reading
    reading = replace(reading if is_its_own else DisparityReading(), near_is_bright=facts.near_is_bright)
    if facts.near is None or facts.far is None:
        return {}, reading
    return {"near": facts.near, "far": facts.far}, reading


def is_same_media(one: Path, other: Path) -> bool:
    try:
        return one == other or one.samefile(other)
    except OSError:  # a sequence's pattern, which is no file
        return False
