"""A byte-bounded, thread-safe LRU cache that never computes the same value twice at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

import numpy as np


class Held(Protocol):
    """A picture, or what a stage keeps of one."""

    @property
    def nbytes(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Held)


@dataclass(frozen=True, slots=True)
class CacheFigures:
    hits: int
    misses: int
    entries: int
    bytes: int
    capacity: int


class FrameCache(Generic[Key]):
    """Pictures, and what is on the way to one, by typed key (a frozen dataclass naming all that the value depends on).

    The least recently used leave first. A value larger than the whole capacity is handed out but not kept.

    Args:
        capacity: bytes of values kept, ≥ 0.
        grows: the capacity is no limit that anybody set: `make_room` raises it.
    """

    def __init__(self, capacity: int, *, grows: bool = False) -> None:
        self._capacity = capacity
        self._grows = grows
        self._values: OrderedDict[Key, Held] = OrderedDict()
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._lock = threading.Lock()
        self._under_way: dict[Key, threading.Event] = {}

    def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        """The value at `key`, computed when it is not there; a second asker waits for the first one's result."""
        while True:
            with self._lock:
                if key in self._values:
                    self._hits += 1
                    self._values.move_to_end(key)
                    return cast(Value, self._values[key])
                running = self._under_way.get(key)
                if running is None:
                    self._misses += 1
                    done = self._under_way[key] = threading.Event()
                    break
            running.wait()
        try:
            value = compute()
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            with self._lock:
                self._keep(key, value)
            return value
        finally:
            with self._lock:
                del self._under_way[key]
            done.set()

    def _keep(self, key: Key, value: Held) -> None:
        if value.nbytes > self._capacity:
            return
        self._values[key] = value
        self._bytes += value.nbytes
        while self._bytes > self._capacity:
            _, oldest = self._values.popitem(last=False)
            self._bytes -= oldest.nbytes

    def make_room(self, least: int) -> None:
        """Raise the capacity to that many bytes, where it may grow."""
        with self._lock:
            if self._grows:
                self._capacity = max(self._capacity, least)

    def drop(self, stale: Callable[[Key], bool]) -> int:
        """Forget every value whose key is stale; returns how many."""
        with self._lock:
            keys = [key for key in self._values if stale(key)]
            for key in keys:
                self._bytes -= self._values.pop(key).nbytes
            return len(keys)

    def __contains__(self, key: object) -> bool:
        with self._lock:
            return key in self._values

    @property
    def figures(self) -> CacheFigures:
        with self._lock:
            return CacheFigures(self._hits, self._misses, len(self._values), self._bytes, self._capacity)
