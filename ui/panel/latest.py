"""A thread that only ever works on the newest item: what came before it and was not begun is skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from .last_first import LastFirst

Item = TypeVar("Item")


class Latest(Generic[Item]):
    """Args:
    work: called in the thread with an item; may ask `is_newest` whether to go on.
    rest: seconds without a newer item before one is begun.
    """

    def __init__(self, name: str, work: Callable[[Item], None], rest: float = 0.0) -> None:
        self._newest: Item | None = None
        self._thread = LastFirst(name, work, rest)

    def put(self, item: Item) -> None:
        self._newest = item
        self._thread.put_alone(item)

    def drop(self) -> None:
        """Nothing that was put is wanted any more."""
        self._newest = None

    def is_newest(self, item: Item) -> bool:
        return self._newest is item and not self._thread.is_closed

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do, nor being done."""
        return self._thread.is_idle

    def close(self, *, wait: bool = True) -> None:
        """As `LastFirst.close`."""
        self._newest = None
        self._thread.close(wait=wait)
