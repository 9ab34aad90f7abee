"""Following what was clicked, in the media of a session."""

from __future__ import annotations

from collections.abc import Callable

from ..core.errors import DisparityMissing
from ..core.tracking.track import Click, track_subject
from .session import Session
from .subject import Subject, subject_of


def follow(
    session: Session,
    place: tuple[float, float],
    at: int,
    within: range,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Subject:
    """The subject at `place`, in picture widths and heights, on the media frame `at`, followed both ways.

    Args:
        within: the frames to follow it over.
        progress: told how many frames of how many are done; what it raises ends the work.

    Raises:
        DisparityMissing: the clip has none.
        ParameterError: the place lies off the picture, or `at` is not `within`.
        MediaError, DisparityError: the media fails.
    """
    if session.disparity_path is None:
        raise DisparityMissing(f"{session.info.path} has no disparity to follow in; choose its disparity clip")
    shot, info = session.effect.renderer.shot, session.info
    click = Click(place[0] * info.width - 0.5, place[1] * info.height - 0.5, at)
    return subject_of(track_subject(shot.frames, shot.disparity, click, within, progress), info.width, info.height)
