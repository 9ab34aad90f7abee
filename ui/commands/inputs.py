"""What several commands read off their arguments: the clip, the effect's state, a session."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ...core.errors import ClipAmbiguous, ClipNotFound, UsageError
from ...core.media.disparity import DisparityReading
from ...core.optics import Lens
from ...plugin.curve import Curve, Scale
from ...plugin.key_syntax import parse_keys
from ...plugin.params import PARAMETERS
from ...plugin.session import Session
from ...plugin.sidecar import read_sidecar, sidecar_of
from ...plugin.state import DisparityReference, EffectState, new_uuid
from ...plugin.timeline import Document, Outcome, clips, effect_clips, find_clip, names, open_document, reattach
from ...plugin.timeline.clips import Clip, listed
from ..console import Console

TIMELINES = (".otio", ".otioz", ".otiod")
EFFECT_FLAGS = (
    "disparity", "focus", "aperture", "focal_length", "near", "far", "far_is_bright", "levels", "offset",
)  # fmt: skip


def is_timeline(path: Path) -> bool:
    return path.suffix.lower() in TIMELINES


def open_timeline(path: Path, console: Console) -> Document:
    """The timeline; effects that an application dropped from it are put back from its sidecar."""
    document = open_document(path)
    sidecar = sidecar_of(path)
    if sidecar.exists():
        for found in reattach(document, read_sidecar(sidecar)):
            if found.outcome is not Outcome.INTACT:
                console.note(found.note)
    return document


def one_clip(document: Document, name: str | None, *, with_effect: bool = False) -> Clip:
    """The clip of that name; without a name the only one there is, or the only one that carries the effect."""
    if name is not None:
        return find_clip(document, name)
    found = effect_clips(document) if with_effect else clips(document)
    if len(found) == 1:
        return found[0]
    what = "clips with the effect" if with_effect else "clips"
    if not found:
        raise ClipNotFound(f"{document.path} has no {what}; see `focuspuller probe {document.path}`")
    raise ClipAmbiguous(f"{document.path} has {len(found)} {what}, {listed(names(found))}; choose one with --clip")


def default_state() -> EffectState:
    """Every parameter at its default."""
    focus, aperture = (float(PARAMETERS[name].default) for name in ("focus_distance", "aperture"))
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, focus), Curve(Scale.STOPS, aperture))


def state_from(args: argparse.Namespace, state: EffectState) -> EffectState:
    """The state with whatever the arguments set replaced."""
    lens = {name: getattr(args, name) for name in ("focal_length", "near", "far") if getattr(args, name) is not None}
    reading = _reading(args, state.disparity.reading if state.disparity else DisparityReading())
    if args.disparity is not None:
        disparity: DisparityReference | None = DisparityReference(str(args.disparity), reading)
    else:
        disparity = state.disparity and DisparityReference(state.disparity.url, reading)
    return replace(
        state,
        lens=replace(state.lens, **lens),
        focus_distance=parse_keys(args.focus, Scale.DIOPTRES) if args.focus is not None else state.focus_distance,
        aperture=parse_keys(args.aperture, Scale.STOPS) if args.aperture is not None else state.aperture,
        disparity=disparity,
    )


def refuse_effect_flags(args: argparse.Namespace) -> None:
    """A timeline's effect is its own: flags that would silently lose to it are refused."""
    given = [f"--{flag.replace('_', '-')}" for flag in EFFECT_FLAGS if getattr(args, flag) not in (None, False)]
    if given:
        raise UsageError(f"{', '.join(given)}: the timeline's effect says that; change it with `focuspuller apply`")


def bare_session(args: argparse.Namespace) -> Session:
    """A movie or sequence with the effect that the arguments describe."""
    if args.clip is not None:
        raise UsageError(f"--clip {args.clip}: {args.input} is no timeline; leave --clip out")
    return Session(args.input, args.disparity, state_from(args, default_state()), quality=args.quality)


def _reading(args: argparse.Namespace, reading: DisparityReading) -> DisparityReading:
    if args.far_is_bright:
        reading = replace(reading, near_is_bright=False)
    if args.offset is not None:
        reading = replace(reading, offset=args.offset)
    if args.levels is not None:
        try:
            black, white = map(float, args.levels.split(","))
        except ValueError:
            raise UsageError(f"--levels {args.levels}: give two numbers, such as 0,1") from None
        reading = replace(reading, black=black, white=white)
    return reading
