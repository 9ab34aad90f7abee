"""How fast pictures in files of their own are shown, which the files seldom say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio

from ...core.errors import TimelineError
from ...core.media.numbering import IMAGE_SUFFIXES
from ..media_clock import FASTEST, exact_rate
from .clips import Clip, label
from .media_time import checked_rate
from .references import source_reference, url_in

SLOWEST = Fraction(1, 100)
"""Frames per second that pictures are shown at."""


def picture_rate(clip: Clip) -> Fraction | None:
    """Frames per second of a source that is pictures in files of their own, as the timeline says; None of a movie.

    Raises:
        TimelineError: no rate that pictures are shown at.
    """
    source = source_reference(clip)
    stated = source.available_range or clip.source_range
    if not isinstance(source, otio.schema.ImageSequenceReference):
        # Of a plain reference, the rate of its times is no more than a hint.
        hint = stated.start_time.rate if stated is not None and _names_pictures(source) else 0.0
        return exact_rate(hint).limit_denominator(1001) if SLOWEST <= hint <= FASTEST else None
    rate = exact_rate(checked_rate(source.rate, clip)).limit_denominator(1001)
    if not SLOWEST <= rate <= FASTEST:
        raise TimelineError(f"{label(clip)} has pictures at {source.rate:g} a second; relink it with a rate such as 24")
    return rate


def _names_pictures(source: Any) -> bool:
    """Whether a plain reference points at pictures, or at a folder, in which they may be."""
    suffix = PurePosixPath(url_in(source) or "").suffix.lower()
    return not suffix or suffix in IMAGE_SUFFIXES
