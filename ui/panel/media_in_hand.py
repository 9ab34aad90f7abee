"""The media of the clip in hand: as much as is open of them, and what is being opened.

What is asked for last is what counts: anything older comes too late, and is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...core.errors import FocuspullerError
from ...plugin.session import Session
from .edited_timeline import EditedTimeline
from .open_clip import OpenClip
from .opening import Opener, Opening
from .waiting_edit import WaitingEdit


class MediaInHand:
    """Args:
    retire: what closes a session that is no longer shown; a worker may still be reading from it.
    came: called when media have come that had to be awaited.
    lost: called with the name of media that an edit waited for, when another clip was asked for meanwhile.
    """

    def __init__(
        self,
        timeline: EditedTimeline,
        opener: Opener,
        retire: Callable[[Session], None],
        came: Callable[[], None],
        lost: Callable[[str], None],
    ) -> None:
        self.open = OpenClip(None, range(1), None, "this timeline has no clips; open another one")
        self.edit: WaitingEdit | None = None
        """What waits for its media."""
        self._timeline = timeline
        self._opener = opener
        self._retire = retire
        self._came = came
        self._lost = lost

    @property
    def edit_under_way(self) -> str:
        """What is being opened for an edit, in words; empty where nothing is."""
        return _words(self.edit.awaited) if self.edit is not None else ""

    def bring(self, index: int) -> None:
        """Have a clip's media opened, as much of them as there is; until they are there, the clip is without."""
        before, awaited = self.open, self._timeline.awaited(index)

        def arrive(opened: OpenClip) -> None:
            was_awaited = bool(self.open.awaited)
            self._take(index, opened)
            if was_awaited:
                self._came()

        def miss(error: FocuspullerError) -> None:
            arrive(replace(awaited, trouble=str(error), awaited=""))

        self._opener(Opening(_words(awaited.awaited), self._timeline.opening(index), arrive, miss, _close))
        if self.open is before:
            self._adopt(awaited)

    def bring_whole(
        self,
        index: int,
        edit: WaitingEdit,
        take: Callable[[WaitingEdit], None],
        refuse: Callable[[FocuspullerError], None],
    ) -> None:
        """Have a clip's media opened as an edit asks for them; what is open stays until they are there.

        Args:
            take: called when they are in hand.
            refuse: called with the reason where they cannot be.
        """

        def arrive(opened: OpenClip) -> None:
            self.edit = None
            self._take(index, opened)
            take(edit)

        def miss(error: FocuspullerError) -> None:
            self.edit = None
            refuse(error)
            if self.open.awaited:
                self.bring(index)  # this edit had taken the place of what was awaited

        def overtaken() -> None:
            if self.edit is edit:  # by another clip, and not by the next edit, which holds this one too
                self.edit = None
                self._lost(edit.awaited)

        self.edit = edit  # before its media are asked for, since they may come at once
        opening = self._timeline.opening_whole(index, edit.state)
        self._opener(Opening(_words(edit.awaited), opening, arrive, miss, _close, overtaken))

    def close(self) -> None:
        self._adopt(OpenClip(None, range(1)))

    def _take(self, index: int, opened: OpenClip) -> None:
        self._timeline.know(index, opened)
        self._adopt(opened)

    def _adopt(self, opened: OpenClip) -> None:
        if self.open.session is not None:
            self._retire(self.open.session)
        self.open = opened


def _words(name: str) -> str:
    return f"opening {name}…"


def _close(opened: OpenClip) -> None:
    if opened.session is not None:
        opened.session.close()
