"""A thread that only ever works on the newest item: what came before it and was not begun is skipped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Latest(Generic[Item]):
    """Args:
    work: called in the thread with an item; may ask `is_newest` whether to go on.
    rest: seconds without a newer item before one is begun.
    """

    def __init__(self, name: str, work: Callable[[Item], None], rest: float = 0.0) -> None:
        self._work = work
        self._rest = rest
        self._changed = threading.Condition()
        self._waiting: list[Item] = []
        self._newest: Item | None = None
        self._is_working = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, item: Item) -> None:
        with self._changed:
            self._waiting = [item]
            self._newest = item
            self._changed.notify_all()

    def is_newest(self, item: Item) -> bool:
        return self._newest is item and not self._closed

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do, nor being done."""
        with self._changed:
            return not (self._waiting or self._is_working)

    def close(self) -> None:
        """Skip what waits; returns when the work under way has ended."""
        with self._changed:
            self._closed = True
            self._waiting = []
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while (item := self._next()) is not None:
            self._work(item[0])
            with self._changed:
                self._is_working = False

    def _next(self) -> list[Item] | None:
        with self._changed:
            while not self._closed:
                settled = self._waiting
                if not settled:
                    self._changed.wait()
                elif self._rest == 0 or not self._changed.wait_for(partial(self._is_passed, settled), self._rest):
                    self._waiting = []
                    self._is_working = True
                    return settled
            return None

    def _is_passed(self, waiting: list[Item]) -> bool:
        return self._waiting is not waiting
