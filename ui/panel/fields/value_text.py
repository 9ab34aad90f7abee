"""A parameter's value as an editor reads it and types it."""

from __future__ import annotations

import math
import re

from ....core.errors import ParameterError
from ....plugin.key_syntax import parse_value
from ....plugin.params import Kind, Parameter
from ....plugin.scale import Scale

Value = float | bool | str

DECIMAL_COMMA = re.compile(r"^([^.,]*[0-9]),([0-9][^.,=]*)$")
"""The only one, and no point beside it."""


def shown(parameter: Parameter, value: float) -> str:
    """A number with its unit, with a digit more than usual where it takes one: 1.20 m, f/2.8, ∞."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if parameter.kind is Kind.INTEGER:
        number = f"{value:.0f}"
    else:
        number = f"{value:.{parameter.digits}f}"
        finer = f"{value:.{parameter.digits + 1}f}"
        number = number if finer.endswith("0") else finer
    if parameter.scale is Scale.STOPS:
        return f"f/{number}"
    return f"{number} {parameter.unit}" if parameter.unit else number


def read(parameter: Parameter, text: str) -> float:
    """The number that was typed, with a point or a comma, within the parameter's range.

    Raises:
        ParameterError: it is none, or out of range; says what to give instead.
    """
    written = DECIMAL_COMMA.sub(r"\1.\2", text.strip())
    if parameter.scale is Scale.LINEAR and parameter.unit:
        written = written.removesuffix(parameter.unit).removesuffix(parameter.unit.rstrip("s")).rstrip()
    value = parse_value(written, parameter.scale)
    if parameter.kind is Kind.INTEGER:
        if not value.is_integer():
            raise ParameterError(f"{parameter.label.lower()} is {value:g}; give a whole number")
        value = int(value)
    parameter.check(value)
    return value
