"""What the effect says of itself: the answers to OpenFX's describe actions, and to get-clip-preferences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .host import DEPTH, OUTPUT, SOURCE
from .params import PARAMETERS, Parameter
from .state import EFFECT_LABEL, EFFECT_NAME


class Context(StrEnum):
    FILTER = "OfxImageEffectContextFilter"
    GENERAL = "OfxImageEffectContextGeneral"


@dataclass(frozen=True, slots=True)
class ClipDescriptor:
    name: str
    components: str
    optional: bool = False
    temporal_access: bool = False


@dataclass(frozen=True, slots=True)
class EffectDescriptor:
    """The describe action's answer."""

    identifier: str
    label: str
    grouping: str
    contexts: tuple[Context, ...]
    pixel_depth: str
    supports_tiles: bool
    temporal_clip_access: bool
    hint: str


@dataclass(frozen=True, slots=True)
class ContextDescriptor:
    """The describe-in-context action's answer."""

    clips: tuple[ClipDescriptor, ...]
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ClipPreferences:
    """The get-clip-preferences action's answer, for Output."""

    components: str
    pixel_depth: str
    frame_varying: bool


def describe() -> EffectDescriptor:
    return EffectDescriptor(
        identifier=EFFECT_NAME,
        label=EFFECT_LABEL,
        grouping="Filter",
        contexts=(Context.FILTER, Context.GENERAL),
        pixel_depth="OfxBitDepthFloat",
        supports_tiles=False,
        temporal_clip_access=True,
        hint="Shallow depth of field for footage that is sharp everywhere: key focus distance and aperture.",
    )


def describe_in_context(context: Context) -> ContextDescriptor:
    """Clips and parameters; a filter has its one mandatory input, so Depth is optional in both contexts. A host gives
    disparity, not a file of it, so how a file is read is no parameter here."""
    clips = (
        ClipDescriptor(SOURCE, "OfxImageComponentRGB", temporal_access=True),
        ClipDescriptor(DEPTH, "OfxImageComponentAlpha", optional=True, temporal_access=True),
        ClipDescriptor(OUTPUT, "OfxImageComponentRGB"),
    )
    offered = (parameter for parameter in PARAMETERS.values() if not parameter.reads_file)
    return ContextDescriptor(clips, tuple(offered))
