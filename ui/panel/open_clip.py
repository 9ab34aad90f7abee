"""A clip of the timeline with its media open: as much of it as there is, and words for what is not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from ...core.errors import FocuspullerError
from ...core.optics import defocus_of
from ...core.shot import RenderCache
from ...plugin.curve import check_keys_on_media
from ...plugin.session import Session
from ...plugin.state import DisparityReference, EffectState, default_state
from ...plugin.timeline import Document, exact_rate, media_clock, media_path, media_range, picture_rate
from ...plugin.timeline.clips import Clip, label

RATE = Fraction(24)
"""Of a clip of which not even the timeline says one."""

CHECKED = 2000
"""Frames, besides the keys, whose lens settings are looked at before an edit is taken."""


@dataclass(frozen=True)
class OpenClip:
    """`session` is None when the media is offline, and shows the source alone when only the disparity is.

    `shown` are the media frames in the edit, `asked` the disparity that the effect names. `trouble` says what is
    missing and what to do; else it is empty. `awaited` is the name of media that are still being opened, and
    `stated_rate` what counts until they are.
    """

    session: Session | None
    shown: range
    asked: DisparityReference | None = None
    trouble: str = ""
    awaited: str = ""
    stated_rate: Fraction = RATE

    @property
    def note(self) -> str:
        """Why there is no picture, in words."""
        return f"Opening {self.awaited}…" if self.awaited else self.trouble

    @property
    def media_frames(self) -> range:
        """Every frame of the media, or of what the edit shows where the media is offline."""
        return self.shown if self.session is None else range(self.session.info.frame_count)

    @property
    def rate(self) -> Fraction:
        return self.stated_rate if self.session is None else self.session.info.rate

    @property
    def has_disparity(self) -> bool:
        return self.session is not None and self.session.disparity_path is not None

    def check(self, state: EffectState) -> None:
        """Let an effect pass that the clip can have.

        Raises:
            CurveError, OpticsError: keys off the media, or a lens that cannot focus as near as it is asked to.
        """
        frames = self.media_frames
        for curve in () if self.awaited else (state.focus_distance, state.aperture):
            check_keys_on_media(curve, frames[0], frames[-1])
        looked_at = np.linspace(frames[0], frames[-1], min(CHECKED, len(frames))).round()
        nearest = min(
            (float(state.focus_distance.values_at(looked_at).min()), *(key.value for key in state.focus_distance.keys))
        )
        defocus_of(1.0, nearest, state.lens, 1)


def open_clip(document: Document, clip: Clip, state: EffectState | None, cache: RenderCache) -> OpenClip:
    """Open a clip with its effect; what is in the way of that is told in `trouble`."""
    try:
        return open_whole(document, clip, state, cache)
    except FocuspullerError as error:
        trouble = str(error)
    try:
        session = Session(media_path(document, clip), None, default_state(), rate=picture_rate(clip), cache=cache)
        return _shown(session, clip, _asked(state), trouble)
    except FocuspullerError as error:
        return OpenClip(None, stated_range(clip), _asked(state), str(error), stated_rate=stated_rate(clip))


def awaited_clip(clip: Clip, state: EffectState | None, shown: range, rate: Fraction) -> OpenClip:
    """A clip whose media are yet to be opened."""
    return OpenClip(None, shown, _asked(state), awaited=label(clip), stated_rate=rate)


def open_whole(document: Document, clip: Clip, state: EffectState | None, cache: RenderCache) -> OpenClip:
    """Raises:
    MediaError, DisparityError, CurveError, TimelineError: anything of it is missing or does not fit.
    """
    media, disparity = media_path(document, clip), disparity_path(document, clip, state)
    session = Session(media, disparity, state or default_state(), rate=picture_rate(clip), cache=cache)
    return _shown(session, clip, _asked(state), "")


def disparity_path(document: Document, clip: Clip, state: EffectState | None) -> Path | None:
    """Where the clip's disparity lies; None when none is named.

    Raises:
        MediaNotFound: it is not where it should be.
    """
    if state is None or state.disparity is None:
        return None
    return document.locate(state.disparity.url, f"the disparity of {label(clip)}")


def _asked(state: EffectState | None) -> DisparityReference | None:
    return state.disparity if state is not None else None


def _shown(session: Session, clip: Clip, asked: DisparityReference | None, trouble: str) -> OpenClip:
    try:
        session.used = media_range(clip, session.info)
    except FocuspullerError as error:
        trouble = trouble or str(error)
    return OpenClip(session, session.used, asked, trouble)


def stated_rate(clip: Clip) -> Fraction:
    """Frames a second of its media, as the timeline says."""
    try:
        return exact_rate(media_clock(clip).rate)
    except FocuspullerError:
        return RATE


def stated_range(clip: Clip) -> range:
    """The media frames that the timeline says a clip shows."""
    try:
        return media_range(clip)
    except FocuspullerError:
        return range(1)
