"""A slider's steps along a parameter's display range, even in its scale."""

from __future__ import annotations

import math

from ....plugin.params import Kind, Parameter
from ....plugin.scale import Scale

STEPS = 1000


def step_of(parameter: Parameter, value: float) -> int:
    """The step nearest to a value; its ends for what lies beyond."""
    start, end = _ends(parameter)
    level = parameter.scale.encoded(value)
    return round(STEPS * min(max((level - start) / (end - start), 0.0), 1.0))


def value_at(parameter: Parameter, step: int) -> float:
    """The value at a step, in the parameter's digits. In dioptres the far end is ∞, where the parameter takes it."""
    if step >= STEPS and parameter.scale is Scale.DIOPTRES and math.isinf(parameter.maximum):
        return math.inf
    start, end = _ends(parameter)
    value = round(parameter.scale.decoded(start + (end - start) * step / STEPS), parameter.digits)
    value = min(max(value, parameter.display_minimum), parameter.display_maximum)
    return int(value) if parameter.kind is Kind.INTEGER else value


def _ends(parameter: Parameter) -> tuple[float, float]:
    return parameter.scale.encoded(parameter.display_minimum), parameter.scale.encoded(parameter.display_maximum)
