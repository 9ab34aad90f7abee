"""A clip of the timeline with its media open: as much of it as there is, and words for what is not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ...core.errors import FocuspullerError
from ...plugin.session import Session
from ...plugin.state import DisparityReference, EffectState
from ...plugin.timeline import Document, media_path, media_range
from ...plugin.timeline.clips import Clip, label
from ..commands.inputs import default_state

RATE = Fraction(24)
"""Of a clip whose media cannot be opened."""


@dataclass(frozen=True)
class OpenClip:
    """`session` is None when the media is offline, and shows the source alone when only the disparity is.

    `shown` are the media frames in the edit, `asked` the disparity that the effect names. `trouble` says what is
    missing and what to do; else it is empty. `awaited` is the name of media that are still being opened.
    """

    session: Session | None
    shown: range
    asked: DisparityReference | None = None
    trouble: str = ""
    awaited: str = ""

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
        return RATE if self.session is None else self.session.info.rate

    @property
    def has_disparity(self) -> bool:
        return self.session is not None and self.session.disparity_path is not None


def open_clip(document: Document, clip: Clip, state: EffectState | None) -> OpenClip:
    """Open a clip with its effect; what is in the way of that is told in `trouble`."""
    try:
        return open_whole(document, clip, state)
    except FocuspullerError as error:
        trouble = str(error)
    try:
        return _shown(Session(media_path(document, clip), None, default_state()), clip, _asked(state), trouble)
    except FocuspullerError as error:
        return OpenClip(None, stated_range(clip), _asked(state), str(error))


def awaited_clip(clip: Clip, state: EffectState | None, shown: range) -> OpenClip:
    """A clip whose media are yet to be opened."""
    return OpenClip(None, shown, _asked(state), awaited=label(clip))


def open_whole(document: Document, clip: Clip, state: EffectState | None) -> OpenClip:
    """Raises:
    MediaError, DisparityError, CurveError, TimelineError: anything of it is missing or does not fit.
    """
    session = Session(media_path(document, clip), disparity_path(document, clip, state), state or default_state())
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


def stated_range(clip: Clip) -> range:
    """The media frames that the timeline says a clip shows."""
    try:
        return media_range(clip)
    except FocuspullerError:
        return range(1)
