"""Curves as an editor types them: `0=1.2m,48=inf`, `0=2,24=f/2.8:linear`, or one value alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..core.errors import CurveError
from .curve import Curve, Interpolation, Key, Scale

_PLAIN = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_NUMBER = rf"[+-]?{_PLAIN}(?:e[+-]?[0-9]+)?"

_FRAME = re.compile(_NUMBER, re.IGNORECASE)

_FEET = ("ft", "feet", "foot", "'")
_INCHES = ("in", "inches", "inch", '"')

_METRES = {
    "": (1, 1),
    "m": (1, 1),
    "cm": (1, 100),
    "mm": (1, 1000),
    **dict.fromkeys(_FEET, (3048, 10_000)),
    **dict.fromkeys(_INCHES, (254, 10_000)),
}
"""A unit as a fraction of a metre, so that 120cm is 1.2 to the last bit."""

_FEET_AND_INCHES = re.compile(
    rf"(?P<feet>[0-9]+)\s*(?:{'|'.join(_FEET)})\s*(?P<inches>{_PLAIN})\s*(?:{'|'.join(_INCHES)}|)", re.IGNORECASE
)

_VALUES = {
    Scale.DIOPTRES: re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{'|'.join(_METRES)})", re.IGNORECASE),
    Scale.STOPS: re.compile(rf"(?:f\s*/?)?\s*(?P<number>{_NUMBER})(?P<unit>)", re.IGNORECASE),
    Scale.LINEAR: re.compile(rf"(?P<number>{_NUMBER})(?P<unit>)", re.IGNORECASE),
}

_INFINITY = ("inf", "infinity", "∞")

_EXAMPLES = {
    Scale.DIOPTRES: "0=1.2m,48=inf:linear (units m, cm, mm, ft, in)",
    Scale.STOPS: "0=2,24=f/2.8:linear",
    Scale.LINEAR: "0=1,24=0.5:linear",
}

_VALUE_EXAMPLES = {
    Scale.DIOPTRES: "1.2m, 5'6\" or inf (units m, cm, mm, ft, in)",
    Scale.STOPS: "f/2.8",
    Scale.LINEAR: "0.5",
}


def parse_keys(text: str, scale: Scale) -> Curve:
    """The curve that the text describes; one value alone is at rest, without keys.

    Raises:
        CurveError: what is wrong, and an example of what is right.
    """
    if "=" not in text:
        return Curve(scale, _value(text, scale))
    keys = tuple(_key(entry, scale) for entry in text.split(","))
    return Curve(scale, keys[0].value, keys)


def parse_value(text: str, scale: Scale) -> float:
    """The value that the text gives: metres (`1.2m`, `4ft`, `5'6"`, `inf`), an f-number (`f/2.8`), or a number.

    Raises:
        CurveError: what is wrong, and an example of what is right.
    """
    return _value(text, scale, _VALUE_EXAMPLES)


def format_keys(curve: Curve) -> str:
    """What `parse_keys` reads back as the same curve. Free handles have no place in the syntax and are left out."""
    if not curve.keys:
        return _shown_value(curve.rest, curve.scale)
    return ",".join(
        f"{_shown(key.frame)}={_shown_value(key.value, curve.scale)}"
        + ("" if key.interpolation is Interpolation.BEZIER else f":{key.interpolation}")
        for key in curve.keys
    )


def _key(entry: str, scale: Scale) -> Key:
    frame, equals, rest = entry.partition("=")
    if not equals or not _FRAME.fullmatch(frame.strip()):
        raise _refusal(entry, "key FRAME=VALUE", _EXAMPLES[scale])
    value, colon, kind = rest.partition(":")
    interpolation = kind.strip().lower() if colon else Interpolation.BEZIER
    if interpolation not in list(Interpolation):
        raise _refusal(kind, f"interpolation ({', '.join(Interpolation)})", _EXAMPLES[scale])
    at = float(frame)
    return Key(int(at) if at.is_integer() else at, _value(value, scale), Interpolation(interpolation))


def _value(text: str, scale: Scale, examples: Mapping[Scale, str] = _EXAMPLES) -> float:
    written = text.strip()
    if scale is Scale.DIOPTRES and written.lower() in _INFINITY:
        return math.inf
    number, unit = math.nan, ""
    if match := _VALUES[scale].fullmatch(written):
        number, unit = float(match["number"]), match["unit"].lower()
    elif scale is Scale.DIOPTRES and (match := _FEET_AND_INCHES.fullmatch(written)):
        number, unit = 12 * float(match["feet"]) + float(match["inches"]), "in"
    if not math.isfinite(number):
        what = {Scale.DIOPTRES: "distance", Scale.STOPS: "f-number", Scale.LINEAR: "number"}[scale]
        raise _refusal(text, what, examples[scale])
    numerator, denominator = _METRES[unit]
    return number * numerator / denominator


def _shown_value(value: float, scale: Scale) -> str:
    match scale:
        case Scale.DIOPTRES:
            return "inf" if math.isinf(value) else f"{_shown(value)}m"
        case Scale.STOPS:
            return f"f/{_shown(value)}"
        case Scale.LINEAR:
            return _shown(value)


def _shown(number: float) -> str:
    """The shortest text that reads back as the same float."""
    return repr(float(number)).removesuffix(".0")


def _refusal(text: str, wanted: str, example: str) -> CurveError:
    shown = " ".join(text.split())
    shown = f"{shown[:24]}…" if len(shown) > 25 else shown
    return CurveError(f"'{shown}' is no {wanted}; write it like {example}")
