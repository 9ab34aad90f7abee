"""What several commands read off their arguments: the clip, the effect's state, a session."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from ...core.errors import ClipAmbiguous, ClipNotFound, DisparityMissing, UsageError
from ...core.media.disparity import DisparityReading
from ...core.media.numbering import is_sequence
from ...core.media.open import open_frames
from ...core.renderer import DEFAULT_ENGINE
from ...plugin.curve import Curve, Scale
from ...plugin.given_disparity import said_beside
from ...plugin.key_syntax import parse_keys
from ...plugin.media_clock import FASTEST, exact_rate
from ...plugin.params import PARAMETERS
from ...plugin.session import Making, Session, cache_of
from ...plugin.state import DisparityReference, EffectState, default_state
from ...plugin.timeline import Document, clips, effect_clips, find_clip, names, open_document, recovered
from ...plugin.timeline.clips import Clip, listed
from ...plugin.timeline.picture_rate import SLOWEST
from ..console import Console

EFFECT_FLAGS = (
    "disparity", "focus", "aperture", "focal_length", "near", "far", "far_is_bright", "levels", "offset", "rate",
)  # fmt: skip


def open_timeline(path: Path, console: Console) -> Document:
    """The timeline; effects that an application dropped from it are put back from its sidecar."""
    document = open_document(path)
    for note in recovered(document):
        console.note(note)
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


def state_from(args: argparse.Namespace, state: EffectState, *, own_disparity: bool = False) -> EffectState:
    """The state with whatever the arguments set replaced.

    Args:
        own_disparity: the disparity given is the one that it has, of which levels and offset were said before.

    Raises:
        CurveError, OpticsError, ParameterError: a value that no lens has, or that no slider of the effect reaches.
    """
    lens = {name: getattr(args, name) for name in ("focal_length", "near", "far") if getattr(args, name) is not None}
    stored = state.disparity.reading if state.disparity else DisparityReading()
    if args.disparity is not None:
        said, stored = said_beside(args.disparity, stored, is_its_own=own_disparity)
        lens = {**said, **lens}
        disparity: DisparityReference | None = DisparityReference(str(args.disparity), _reading(args, stored))
    else:
        disparity = state.disparity and DisparityReference(state.disparity.url, _reading(args, stored))
    focus = state.focus_distance if args.focus is None else parse_keys(args.focus, Scale.DIOPTRES)
    aperture = state.aperture if args.aperture is None else parse_keys(args.aperture, Scale.STOPS)
    changed = replace(
        state, lens=replace(state.lens, **lens), focus_distance=focus, aperture=aperture, disparity=disparity
    )
    for name, value in lens.items():
        PARAMETERS[name].check(value)
    for name, given, curve in (("focus_distance", args.focus, focus), ("aperture", args.aperture, aperture)):
        for value in _values(curve) if given is not None else ():
            PARAMETERS[name].check(value)
    return changed


def _values(curve: Curve) -> list[float]:
    """All that were set."""
    return [key.value for key in curve.keys] or [curve.rest]


def refuse_effect_flags(args: argparse.Namespace) -> None:
    """A timeline's effect is its own: flags that would silently lose to it are refused."""
    given = [f"--{flag.replace('_', '-')}" for flag in EFFECT_FLAGS if getattr(args, flag) is not None]
    if given:
        raise UsageError(f"{', '.join(given)}: the timeline's effect says that; change it with `focuspuller apply`")


def making(args: argparse.Namespace) -> Making:
    """What --quality, --memory, --device and --weights ask for.

    Raises:
        UsageError: a size that is none.
    """
    engine = replace(DEFAULT_ENGINE, device=args.device)
    if args.weights is not None:
        engine = replace(engine, weights=args.weights)
    return Making(quality=args.quality, cache=cache_of(memory_of(args)), engine=engine)


def memory_of(args: argparse.Namespace) -> int | None:
    """What --memory asks for, in bytes.

    Raises:
        UsageError: a size that is none.
    """
    if args.memory is None:
        return None
    written = re.fullmatch(r"(\d{1,9})([MG])i?B?", args.memory.strip(), re.IGNORECASE)
    if written is None:
        raise UsageError(f"--memory {args.memory}: give a size in M or G, such as 800M or 4G")
    return int(written[1]) << (20 if written[2].upper() == "M" else 30)


def bare_session(args: argparse.Namespace) -> Session:
    """A movie or sequence with the effect that the arguments describe.

    Raises:
        DisparityMissing, UsageError: they do not describe one.
    """
    if args.clip is not None:
        raise UsageError(f"--clip {args.clip}: {args.input} is no timeline; leave --clip out")
    rate = asked_rate(args.input, args.rate)
    if args.disparity is None:
        open_frames(args.input, rate).close()  # where it is not there, that is what to say
        raise DisparityMissing(
            f"{args.input} needs its disparity clip; give it with --disparity, or make one with `focuspuller depth`"
        )
    return Session(args.input, args.disparity, state_from(args, default_state()), rate=rate, **making(args))


def asked_rate(path: Path, written: str | None) -> Fraction | None:
    """What --rate says of an image sequence.

    Raises:
        UsageError: no rate that pictures are shown at, or of what says its own.
    """
    if written is None:
        return None
    if not is_sequence(path):
        raise UsageError(f"--rate {written}: {path} says its own; leave it out")
    try:
        rate = exact_rate(float(Fraction(written)))
    except (ValueError, ZeroDivisionError, OverflowError):
        rate = Fraction(0)
    if not SLOWEST <= rate <= FASTEST:
        raise UsageError(f"--rate {written}: give frames a second, such as 25, 23.976 or 24000/1001")
    return rate.limit_denominator(1001)


def _reading(args: argparse.Namespace, reading: DisparityReading) -> DisparityReading:
    if args.far_is_bright is not None:
        reading = replace(reading, near_is_bright=not args.far_is_bright)
    if args.offset is not None:
        reading = replace(reading, offset=args.offset)
    if args.levels is not None:
        try:
            black, white = map(float, args.levels.split(","))
        except ValueError:
            raise UsageError(f"--levels {args.levels}: give two numbers, such as 0,1") from None
        reading = replace(reading, black=black, white=white)
    return reading
