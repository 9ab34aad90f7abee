"""Which frames are ready at the present settings: what the cache bar under the ruler shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .pictures import Detail, Effects

MOST = 600
"""Frames asked about; of a longer clip, evenly spread ones: more than a ruler has room for."""


class Ready(IntEnum):
    NOT = 0
    DRAFT = 1
    FINAL = 2


@dataclass(frozen=True, eq=False)
class Readiness:
    """Every `step`-th frame from the first one on."""

    frames: range
    step: int
    ready: tuple[Ready, ...]


def readiness(effects: Effects, frames: range) -> Readiness:
    """From the cache alone; nothing is rendered."""
    step = max(1, -(-len(frames) // MOST))
    best_first = (
        (Ready.FINAL, effects[Detail.FINAL]),
        (Ready.DRAFT, effects[Detail.DRAFT]),
        (Ready.DRAFT, effects[Detail.MOVING]),
    )
    found = (next((how for how, effect in best_first if effect.is_ready(t)), Ready.NOT) for t in frames[::step])
    return Readiness(frames, step, tuple(found))
