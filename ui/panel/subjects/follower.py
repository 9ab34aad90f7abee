"""Following off the UI thread: only ever what was clicked last, and to be given up at any frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ....core.errors import Cancelled, FocuspullerError, as_bug
from ....plugin.session import Session
from ....plugin.state import EffectState
from ....plugin.subject import Subject
from ....plugin.subject_tracking import follow
from ..latest import Latest


@dataclass(frozen=True, eq=False)
class FollowRequest:
    """What was clicked: `place` in picture widths and heights on the media frame `frame`, to be followed `within`.

    `again` is the number of the subject that is to be tracked anew from there, and None for a new one.
    """

    media: Path
    disparity: Path
    state: EffectState
    place: tuple[float, float]
    frame: int
    within: range
    again: int | None = None


class Follower:
    """Args:
    progress: called in the worker's thread with how much of a request is done, 0 to 1.
    deliver: called there with a request and its subject.
    failed: called there with a request and why nothing came of it, in words.
    """

    def __init__(
        self,
        progress: Callable[[FollowRequest, float], None],
        deliver: Callable[[FollowRequest, Subject], None],
        failed: Callable[[FollowRequest, str], None],
    ) -> None:
        self._progress = progress
        self._deliver = deliver
        self._failed = failed
        self._work: Latest[FollowRequest | None] = Latest("follow", self._follow)

    def request(self, request: FollowRequest) -> None:
        """Follow this, and give up what is being followed."""
        self._work.put(request)

    def stop(self) -> None:
        """Give up what is being followed."""
        self._work.put(None)

    @property
    def is_idle(self) -> bool:
        return self._work.is_idle

    def close(self) -> None:
        self._work.close()

    def _follow(self, request: FollowRequest | None) -> None:
        if request is None:
            return

        def told(done: int, total: int) -> None:
            if not self._work.is_newest(request):
                raise Cancelled("another subject is followed now")
            self._progress(request, done / total)

        try:
            # It reads the media on its own, so that nobody who renders has to wait or to seek.
            with Session(request.media, request.disparity, request.state) as session:
                told(0, 1)
                subject = follow(session, request.place, request.frame, request.within, told)
            self._deliver(request, subject)
        except Cancelled:
            pass
        except FocuspullerError as error:
            self._failed(request, str(error))
        except Exception as error:  # the thread must live on, and the person be told
            self._failed(request, as_bug(error))
