"""Pictures off the UI thread: what comes soonest while anything moves, the best once it rests, only ever the newest.

The two have a thread each, so that a final picture under way never keeps a draft waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from weakref import WeakSet

from ...core.errors import Cancelled, FocuspullerError, as_bug
from ...plugin.session import Session
from .latest import Latest
from .pictures import Detail, Request, Shown

REST = 0.25
"""Seconds from the first picture to the beginning of its last one, if nothing new is asked for meanwhile."""


class RenderWorker:
    """Args:
    deliver: called in the worker's threads with every picture that was made.
    failed: called there with the request and why it has none, in words.
    """

    def __init__(
        self, deliver: Callable[[Shown], None], failed: Callable[[Request, str], None], rest: float = REST
    ) -> None:
        self._deliver = deliver
        self._failed = failed
        self._lock = threading.Lock()
        self._in_use: dict[int, Session] = {}
        self._retired: WeakSet[Session] = WeakSet()
        self._to_close: set[Session] = set()
        self._done: Request | None = None
        self._newest: Request | None = None
        self._finishing: Request | None = None
        self._first = Latest("first", self._show_first)
        self._last = Latest("last", self._show_last, rest)

    def request(self, request: Request) -> None:
        self._newest = request
        self._first.put(request)

    def retire(self, session: Session) -> None:
        """Close a session as soon as no picture is being made from it; none is wanted any more."""
        if self._newest is not None and self._newest.session is session:
            self._newest = None
        with self._lock:
            self._retired.add(session)
            self._to_close.add(session)
        self._close_retired()

    @property
    def is_idle(self) -> bool:
        return self._first.is_idle and self._last.is_idle

    def close(self) -> None:
        self._newest = None  # or the final picture under way would be waited for to its end
        self._first.close()
        self._last.close()
        self._done = self._finishing = None
        self._close_retired()

    def final_is_stale(self) -> bool:
        """Whether the final picture under way is not wanted any more."""
        return self._finishing is not self._newest

    def _show_first(self, request: Request) -> None:
        self._show(request, self._soonest(request))
        if self._done is not request is self._newest:
            self._last.put(request)

    def _soonest(self, request: Request) -> Detail:
        """What can be shown soonest; where the best cannot be had at all, the draft is what there will be."""
        try:
            return request.soonest
        except Exception as error:
            self._tell(request, error)
            return Detail.DRAFT

    def _show_last(self, request: Request) -> None:
        self._finishing = request
        if not self.final_is_stale():
            self._show(request, request.wanted)

    def _show(self, request: Request, detail: Detail) -> None:
        with self._lock:
            if request.session in self._retired:
                return
            self._in_use[threading.get_ident()] = request.session
        try:
            shown = request.shown(detail)
            if detail >= request.wanted:
                self._done = request
            self._deliver(shown)
        except Cancelled:
            pass
        except Exception as error:
            self._tell(request, error)
        finally:
            with self._lock:
                del self._in_use[threading.get_ident()]
            self._close_retired()

    def _tell(self, request: Request, error: Exception) -> None:
        """Whatever it is, the thread must live on, and the person be told."""
        self._done = request
        self._failed(request, str(error) if isinstance(error, FocuspullerError) else as_bug(error))

    def _close_retired(self) -> None:
        with self._lock:
            free = self._to_close - set(self._in_use.values())
            self._to_close -= free
        for session in free:
            session.close()
