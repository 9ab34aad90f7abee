"""What a training run does, step by step; nothing else but the data decides the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .losses import TEMPORAL_WEIGHT

StageName = Literal["coarse", "refiner"]

STAGES: tuple[StageName, ...] = ("coarse", "refiner")
"""In the order in which they are trained."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The coarse generator's steps, then the refiner's; Adam, warmed up, then along a cosine to zero, in each.

    Args:
        refiner_rate: the refiner's share of the learning rate, where it begins with what the generator has learned.
        epsilon: of the Charbonnier losses; 0 is the paper's L1. Errors below it count by their square, as in PSNR.
        temporal_weight: lambda of Eq 9; 0 is the ablation.
        gradient_clip: largest norm of a step's gradient.
        autocast: bfloat16 where it is enough, on a device that is faster in it.
        kept: share that the result keeps of the weights that a run goes on from (Wortsman et al., "Robust fine-tuning
            of zero-shot models", 2022): what they knew beyond the run's own data is not lost.
        seed: of the weights at the start.
    """

    coarse_steps: int
    refiner_steps: int
    learning_rate: float = 1e-3
    refiner_rate: float = 1.0
    warm_up: int = 100
    epsilon: float = 0.1
    temporal_weight: float = TEMPORAL_WEIGHT
    gradient_clip: float = 1.0
    autocast: bool = True
    kept: float = 0.0
    seed: int = 0

    @property
    def steps(self) -> int:
        return self.coarse_steps + self.refiner_steps

    def stage_of(self, step: int) -> StageName:
        return "coarse" if step < self.coarse_steps else "refiner"

    def span(self, stage: StageName) -> tuple[int, int]:
        """(first, last + 1) of the stage's steps."""
        return (0, self.coarse_steps) if stage == "coarse" else (self.coarse_steps, self.steps)

    def learning_rate_at(self, step: int) -> float:
        stage = self.stage_of(step)
        first, last = self.span(stage)
        peak = self.learning_rate * (self.refiner_rate if stage == "refiner" else 1.0)
        warmth = min(1.0, (step - first + 1) / max(1, self.warm_up))
        return peak * warmth * 0.5 * (1 + math.cos(math.pi * (step - first) / (last - first)))
