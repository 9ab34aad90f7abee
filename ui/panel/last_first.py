"""A thread that works on what it is given, the last given first, and sleeps while nothing waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")


class LastFirst(Generic[Item]):
    """Args:
    work: called in the thread with an item.
    rest: seconds without a newer item before one is begun.
    """

    def __init__(self, name: str, work: Callable[[Item], None], rest: float = 0.0) -> None:
        self._work = work
        self._rest = rest
        self._changed = threading.Condition()
        self._waiting: list[Item] = []
        self._given = 0
        self._is_working = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, item: Item) -> None:
        with self._changed:
            self._waiting.append(item)
            self._given += 1
            self._changed.notify_all()

    def put_alone(self, item: Item) -> None:
        """In place of all that waits."""
        with self._changed:
            self._waiting.clear()
            self.put(item)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do, nor being done."""
        with self._changed:
            return not (self._waiting or self._is_working)

    @property
    def is_closed(self) -> bool:
        return self._closed

    def close(self, *, wait: bool = True) -> None:
        """Skip what waits.

        Args:
            wait: return when the work under way has ended; without, it ends by itself.
        """
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if wait:
            self._thread.join()

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            try:
                self._work(*taken)
            except Exception as error:  # told as one that ends a thread; this one has more to do
                thread = threading.current_thread()
                threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, thread)))
            with self._changed:
                self._is_working = False

    def _next(self) -> tuple[Item] | None:
        with self._changed:
            while not self._closed:
                given = self._given
                if not self._waiting:
                    self._changed.wait()
                elif self._rest == 0 or not self._changed.wait_for(partial(self._is_passed, given), self._rest):
                    self._is_working = True
                    return (self._waiting.pop(),)
            return None

    def _is_passed(self, given: int) -> bool:
        return self._given != given or self._closed
