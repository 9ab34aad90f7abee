"""The effect's state, and how an edit carries it: plain JSON that any application keeps without knowing us.

Keys are written in the media's own time, so that slips and trims hold. Beside the keys stand `baked` values, one a
frame, for those who have no evaluator of ours; we never read them back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from ..core.errors import DisparityError, EffectFromFuture, EffectInvalid, ParameterError
from ..core.media.disparity import DisparityReading
from ..core.optics import Lens
from .curve import Curve, Handle, Interpolation, Key
from .fields import INFINITY, Fields
from .media_clock import Json, MediaClock, read_clock
from .params import PARAMETERS
from .scale import Scale
from .subject import Subject
from .subject_metadata import subjects_from_json, subjects_to_json

METADATA_KEY = "focuspuller"
"""The one key under which everything of ours stands, in effects, markers and media references."""

EFFECT_NAME = "org.focuspuller.bokeh"
EFFECT_LABEL = "Focus Puller"

SCHEMA_VERSION = 1

MAX_BAKED = 100_000
"""Frames (over an hour) beyond which `baked` is null."""


@dataclass(frozen=True, slots=True)
class DisparityReference:
    """The disparity clip: its path or file URL, absolute or relative to the timeline, and how its values read."""

    url: str
    reading: DisparityReading = field(default_factory=DisparityReading)


@dataclass(frozen=True, slots=True)
class EffectState:
    """Everything an editor sets. Curves are keyed in media frames; focus distance in metres, aperture in f-numbers."""

    uuid: str
    lens: Lens
    focus_distance: Curve
    aperture: Curve
    disparity: DisparityReference | None = None
    enabled: bool = True
    subjects: tuple[Subject, ...] = ()
    """What is followed, in the order of their lanes; the focus distance was keyed by them, and may since have been
    edited."""


def new_uuid() -> str:
    return str(uuid4())


def default_state() -> EffectState:
    """Every parameter at its default."""
    focus, aperture = (float(PARAMETERS[name].default) for name in ("focus_distance", "aperture"))
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, focus), Curve(Scale.STOPS, aperture))


def to_metadata(state: EffectState, clock: MediaClock, used: range) -> Json:
    """What stands under METADATA_KEY in the OTIO effect.

    Args:
        clock: the media's time.
        used: the media frames to bake.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "uuid": state.uuid,
        "enabled": state.enabled,
        "media_start": clock.time(0),
        "media_rate": clock.rate,
        "media_length": clock.length,
        "lens": {
            "focal_length": state.lens.focal_length,
            "near": state.lens.near,
            "far": _written(state.lens.far),
        },
        "disparity": _disparity_to_json(state.disparity),
        "focus_distance": _curve_to_json(state.focus_distance, clock, used),
        "aperture": _curve_to_json(state.aperture, clock, used),
        "subjects": subjects_to_json(state.subjects, clock),
    }


def from_metadata(metadata: object) -> EffectState:
    """The state in untrusted JSON; `baked` is not looked at.

    Raises:
        EffectFromFuture: written by a newer focuspuller.
        EffectInvalid: anything missing, of the wrong type, out of range or too large; names the field.
    """
    fields = Fields(metadata, METADATA_KEY)
    version = fields.whole("schema_version")
    if version > SCHEMA_VERSION:
        raise EffectFromFuture(
            f"the effect was written by a newer focuspuller (schema {version:g}, this one knows {SCHEMA_VERSION}); "
            "update focuspuller, or remove the effect and apply it anew"
        )
    if version < 1:
        fields.refuse(f"{METADATA_KEY}.schema_version", version, "a whole number from 1")
    clock = _written_clock(fields)
    try:
        return EffectState(
            uuid=read_uuid(fields),
            lens=_lens(fields.fields("lens")),
            focus_distance=_curve(fields.fields("focus_distance"), Scale.DIOPTRES, clock),
            aperture=_curve(fields.fields("aperture"), Scale.STOPS, clock),
            disparity=_disparity(fields.optional("disparity")),
            enabled=fields.flag("enabled"),
            # Effects that were written before subjects could be followed have none.
            subjects=subjects_from_json(fields, clock) if "subjects" in fields else (),
        )
    except (ParameterError, DisparityError) as error:
        raise EffectInvalid(f"the effect on the clip cannot be used: {error}") from error


def written_clock(metadata: object) -> MediaClock:
    """The time of the media that the keys were set on, in untrusted JSON.

    Raises:
        EffectInvalid: see `from_metadata`.
    """
    return _written_clock(Fields(metadata, METADATA_KEY))


def _written_clock(fields: Fields) -> MediaClock:
    start = read_clock(fields.fields("media_start"))
    if "media_rate" not in fields:  # written before it was
        return start
    # Plain numbers, which stay when an application puts all times into another rate.
    rate = fields.number("media_rate")
    if not rate > 0:
        fields.refuse(f"{fields.place}.media_rate", rate, "a positive frame rate")
    known = fields.raw.get("media_length") is not None
    return replace(start.at(rate), length=fields.number("media_length") if known else None)


def read_uuid(fields: Fields) -> str:
    """The canonical form of the field `uuid`."""
    text = fields.text("uuid")
    try:
        return str(UUID(text))
    except ValueError:
        fields.refuse(f"{fields.place}.uuid", text, "a UUID")


def _curve_to_json(curve: Curve, clock: MediaClock, used: range) -> Json:
    return {
        "scale": curve.scale.value,
        "rest": _written(curve.rest),
        "keys": [
            {
                "time": clock.time(key.frame),
                "value": _written(key.value),
                "interpolation": key.interpolation.value,
                "left": _handle_to_json(key.left),
                "right": _handle_to_json(key.right),
            }
            for key in curve.keys
        ],
        "baked": _baked(curve, clock, used),
    }


def _disparity_to_json(disparity: DisparityReference | None) -> Json | None:
    if disparity is None:
        return None
    reading = disparity.reading
    return {
        "target_url": disparity.url,
        "near_is_bright": reading.near_is_bright,
        "black": reading.black,
        "white": reading.white,
        "offset": reading.offset,
    }


def _handle_to_json(handle: Handle | None) -> Json | None:
    return None if handle is None else {"frames": handle.frames, "amount": handle.amount}


def _baked(curve: Curve, clock: MediaClock, used: range) -> Json | None:
    if len(used) > MAX_BAKED:
        return None
    values = curve.values(used.start, used.stop)
    return {"start_time": clock.time(used.start), "values": [_written(float(f"{value:.7g}")) for value in values]}


def _written(number: float) -> float | str:
    return INFINITY if number == math.inf else number


def _lens(fields: Fields) -> Lens:
    lens = Lens(fields.number("focal_length"), fields.number("near"), fields.distance("far"))
    for name in ("focal_length", "near", "far"):
        PARAMETERS[name].check(getattr(lens, name))
    return lens


def _disparity(fields: Fields | None) -> DisparityReference | None:
    if fields is None:
        return None
    reading = DisparityReading(
        near_is_bright=fields.flag("near_is_bright"),
        black=fields.number("black"),
        white=fields.number("white"),
        offset=fields.whole_or_none("offset"),
    )
    return DisparityReference(fields.text("target_url"), reading)


def _curve(fields: Fields, scale: Scale, clock: MediaClock) -> Curve:
    written = fields.choice("scale", Scale)
    if written is not scale:
        fields.refuse(f"{fields.place}.scale", written.value, scale.value)
    keys = tuple(
        Key(
            frame=clock.frame(key.fields("time")),
            value=key.distance("value"),
            interpolation=key.choice("interpolation", Interpolation),
            left=_handle(key.optional("left")),
            right=_handle(key.optional("right")),
        )
        for key in fields.items("keys")
    )
    return Curve(scale, fields.distance("rest"), keys)


def _handle(fields: Fields | None) -> Handle | None:
    return None if fields is None else Handle(fields.number("frames"), fields.number("amount"))
