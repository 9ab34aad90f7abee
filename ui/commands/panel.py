"""`focuspuller panel`: see the defocus, click to focus, key the rack."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from ...core.errors import LibraryMissing, UsageError
from ..console import Console, Result
from .inputs import asked_rate

MOST_PIXELS = 16_384
"""Of a picture's side."""


def run(args: argparse.Namespace, console: Console) -> Result:
    if args.screenshot is None:
        for flag in ("frame", "view", "size", "scale"):
            if getattr(args, flag) is not None:
                raise UsageError(f"--{flag} goes with --screenshot; leave it out, or give --screenshot FILE")
        with toolkit():
            from ..panel.application import run_panel

        run_panel(args.input, args.disparity, _rate(args))
        return {}
    if args.input is None:
        raise UsageError("--screenshot needs something to show; name a timeline or a clip")
    with toolkit():
        from ..panel.application import VIEWS, Portrait, take_portrait

    view, scale = args.view or VIEWS[0], 1.0 if args.scale is None else args.scale
    if view not in VIEWS:
        raise UsageError(f"--view {view}: give one of {', '.join(VIEWS)}")
    if not 0.5 <= scale <= 4:
        raise UsageError(f"--scale {scale:g}: give a number from 0.5 to 4")
    portrait = Portrait(args.screenshot, args.frame, view, _size(args.size or "1280x800", scale), scale)
    take_portrait(args.input, args.disparity, _rate(args), portrait)
    console.say(f"{args.screenshot}: the panel on {args.input}, {view}")
    return {"screenshot": args.screenshot, "view": view}


@contextmanager
def toolkit() -> Iterator[None]:
    """Around imports of the panel.

    Raises:
        LibraryMissing: Qt lacks a library of the system's, as on a bare server.
    """
    try:
        yield
    except ImportError as error:
        raise LibraryMissing(
            f"the panel cannot be loaded ({error}); on a bare server: apt install libegl1 libgl1 libxkbcommon0 "
            "libfontconfig1 libdbus-1-3"
        ) from error


def _rate(args: argparse.Namespace) -> Fraction | None:
    return None if args.input is None else asked_rate(args.input, args.rate)


def _size(written: str, scale: float) -> tuple[int, int]:
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", written)
    if size is None or max(int(size[1]), int(size[2])) * scale > MOST_PIXELS:
        raise UsageError(f"--size {written}: give width and height in points, such as 1280x800")
    return int(size[1]), int(size[2])
