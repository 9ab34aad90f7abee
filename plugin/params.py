"""Every parameter of the effect, with the facts by which an OpenFX host draws and bounds it.

A `Parameter`'s fields are OpenFX's properties: label kOfxPropLabel, kind kOfxParamPropType, default
kOfxParamPropDefault, minimum and maximum kOfxParamPropMin and Max, display_minimum and display_maximum
kOfxParamPropDisplayMin and DisplayMax, digits kOfxParamPropDigits, increment kOfxParamPropIncrement, animates
kOfxParamPropAnimates, cache_invalidation kOfxParamPropCacheInvalidation, hint kOfxParamPropHint, choices
kOfxParamPropChoiceOption, and parent the page whose kOfxParamPropPageChild names it.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from ..core.errors import ParameterError
from ..core.optics import PINHOLE
from .scale import Scale


class Kind(StrEnum):
    """OpenFX's parameter types."""

    DOUBLE = "OfxParamTypeDouble"
    INTEGER = "OfxParamTypeInteger"
    BOOLEAN = "OfxParamTypeBoolean"
    CHOICE = "OfxParamTypeChoice"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the effect's controls (kOfxParamTypePage), in the order in which an editor works."""

    name: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. A slider spans the display range, evenly in `scale`; in dioptres its far end stands for ∞ too.

    `minimum` to `maximum` is what `check` lets through; both are inclusive, and infinite where nothing bounds them.
    `reads_file`: it says how a disparity file is read, so hosts that give disparity themselves are not offered it.
    """

    cache_invalidation: ClassVar[str] = "OfxParamInvalidateAll"
    """A key moves all frames up to the keys beside it; others look at those, and all at the bound of blur."""

    name: str
    label: str
    kind: Kind
    parent: str
    default: float | bool | str
    hint: str
    animates: bool = False
    scale: Scale = Scale.LINEAR
    unit: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf
    display_minimum: float = -math.inf
    display_maximum: float = math.inf
    increment: float = 1.0
    digits: int = 0
    choices: tuple[str, ...] = ()
    reads_file: bool = False

    def check(self, value: object) -> None:
        """Let a value of this parameter pass.

        Raises:
            ParameterError: not of its kind, NaN, or out of its range; says what to give instead.
        """
        match self.kind, value:
            case Kind.BOOLEAN, bool():
                return
            case Kind.CHOICE, str() if value in self.choices:
                return
            case Kind.INTEGER, int() if not isinstance(value, bool) and self.minimum <= value <= self.maximum:
                return
            case Kind.DOUBLE, int() | float() if not isinstance(value, bool) and self.minimum <= value <= self.maximum:
                return
        raise ParameterError(f"{self.label.lower()} is {reprlib.repr(value)}; give {self._asked}")

    @property
    def _asked(self) -> str:
        match self.kind:
            case Kind.BOOLEAN:
                return "true or false"
            case Kind.CHOICE:
                return " or ".join(self.choices)
            case Kind.INTEGER | Kind.DOUBLE:
                number = "a whole number" if self.kind is Kind.INTEGER else "a number"
                unit = f" {self.unit}" if self.unit else ""
                return f"{number} from {self.minimum:g} to {self.maximum:g}{unit}"


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        page.name: page
        for page in (
            Page("focus", "Focus", "What is sharp, and how shallow. Both are made to be keyframed."),
            Page("lens", "Lens", "The lens that the shot is taken with anew."),
            Page(
                "disparity", "Disparity", "How the disparity clip is read: its polarity, levels, distances and timing."
            ),
            Page("render", "Render", "How carefully pictures are made."),
        )
    }
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter(
                name="focus_distance",
                label="Focus distance",
                kind=Kind.DOUBLE,
                parent="focus",
                default=2.0,
                animates=True,
                scale=Scale.DIOPTRES,
                unit="m",
                minimum=0.05,
                display_minimum=0.3,
                display_maximum=100.0,
                increment=0.01,
                digits=2,
                hint="What is sharp, in metres from the camera. Key it on the first subject, then on the second, for a "
                "rack; it moves evenly in dioptres, as a focus ring does. inf focuses on the horizon.",
            ),
            Parameter(
                name="aperture",
                label="Aperture",
                kind=Kind.DOUBLE,
                parent="focus",
                default=2.8,
                animates=True,
                scale=Scale.STOPS,
                unit="f-number",
                minimum=0.7,
                maximum=PINHOLE,
                display_minimum=1.0,
                display_maximum=PINHOLE,
                increment=0.1,
                digits=1,
                hint="How shallow: f/1.4 throws the background far out of focus, f/8 hardly. It moves evenly in stops. "
                "f/32 is a pinhole and passes the source untouched.",
            ),
            Parameter(
                name="focal_length",
                label="Focal length",
                kind=Kind.DOUBLE,
                parent="lens",
                default=50.0,
                unit="mm",
                minimum=8.0,
                maximum=800.0,
                display_minimum=18.0,
                display_maximum=200.0,
                increment=1.0,
                digits=1,
                hint="Of the lens that the footage looks shot with, as a 35 mm equivalent. Blur grows with its square: "
                "twice the focal length is four times the blur. A phone's main camera is about 26.",
            ),
            Parameter(
                name="disparity_near_is_bright",
                label="Near is bright",
                kind=Kind.BOOLEAN,
                parent="disparity",
                reads_file=True,
                default=True,
                hint="On when near things are bright in the disparity clip. Turn it off when far things are: if "
                "focusing near sharpens the background, this is why.",
            ),
            Parameter(
                name="near",
                label="Near distance",
                kind=Kind.DOUBLE,
                parent="disparity",
                default=0.8,
                scale=Scale.DIOPTRES,
                unit="m",
                minimum=0.05,
                maximum=1000.0,
                display_minimum=0.1,
                display_maximum=10.0,
                increment=0.01,
                digits=2,
                hint="How far the nearest thing is, in metres: what the disparity clip's near end stands for. Measure "
                "or guess it once; focus distances then mean metres.",
            ),
            Parameter(
                name="far",
                label="Far distance",
                kind=Kind.DOUBLE,
                parent="disparity",
                default=math.inf,
                scale=Scale.DIOPTRES,
                unit="m",
                minimum=0.1,
                display_minimum=1.0,
                display_maximum=100.0,
                increment=0.1,
                digits=1,
                hint="How far the farthest thing is, in metres: what the disparity clip's far end stands for. inf fits "
                "anything with a sky or a horizon; in a room, give its back wall.",
            ),
            Parameter(
                name="disparity_black",
                label="Black level",
                kind=Kind.DOUBLE,
                parent="disparity",
                reads_file=True,
                default=0.0,
                minimum=-1e6,
                maximum=1e6,
                display_minimum=0.0,
                display_maximum=1.0,
                increment=0.01,
                digits=3,
                hint="The stored value that counts as 0. Raise it when the disparity clip never reaches black.",
            ),
            Parameter(
                name="disparity_white",
                label="White level",
                kind=Kind.DOUBLE,
                parent="disparity",
                reads_file=True,
                default=1.0,
                minimum=-1e6,
                maximum=1e6,
                display_minimum=0.0,
                display_maximum=1.0,
                increment=0.01,
                digits=3,
                hint="The stored value that counts as 1. Lower it when the disparity clip never reaches white; EXR "
                "may hold any numbers at all.",
            ),
            Parameter(
                name="disparity_offset",
                label="Frame offset",
                kind=Kind.INTEGER,
                parent="disparity",
                reads_file=True,
                default=0,
                unit="frames",
                minimum=0,
                maximum=100_000,
                display_minimum=0,
                display_maximum=25,
                hint="The disparity clip's frame that belongs to the footage's first, where it began earlier.",
            ),
            Parameter(
                name="quality",
                label="Quality",
                kind=Kind.CHOICE,
                parent="render",
                default="final",
                choices=("draft", "final"),
                hint="Draft to set keys by, final to deliver.",
            ),
        )
    }
)
