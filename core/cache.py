"""A byte-bounded, thread-safe LRU cache that never computes the same value twice at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .frames import Image

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CacheFigures:
    hits: int
    misses: int
    entries: int
    bytes: int
    capacity: int


class FrameCache(Generic[Key]):
    """Pictures by typed key (a frozen dataclass naming all that the picture depends on).

    The least recently used leave first. A picture larger than the whole capacity is handed out but not kept.

    Args:
        capacity: bytes of pictures kept, ≥ 0.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._images: OrderedDict[Key, Image] = OrderedDict()
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._lock = threading.Lock()
        self._under_way: dict[Key, threading.Event] = {}

    def get(self, key: Key, compute: Callable[[], Image]) -> Image:
        """The picture at `key`, computed when it is not there; a second asker waits for the first one's result."""
        while True:
            with self._lock:
                if key in self._images:
                    self._hits += 1
                    self._images.move_to_end(key)
                    return self._images[key]
                running = self._under_way.get(key)
                if running is None:
                    self._misses += 1
                    done = self._under_way[key] = threading.Event()
                    break
            running.wait()
        try:
            image = compute()
            image.flags.writeable = False
            with self._lock:
                self._keep(key, image)
            return image
        finally:
            with self._lock:
                del self._under_way[key]
            done.set()

    def _keep(self, key: Key, image: Image) -> None:
        if image.nbytes > self._capacity:
            return
        self._images[key] = image
        self._bytes += image.nbytes
        while self._bytes > self._capacity:
            _, oldest = self._images.popitem(last=False)
            self._bytes -= oldest.nbytes

    def drop(self, stale: Callable[[Key], bool]) -> int:
        """Forget every picture whose key is stale; returns how many."""
        with self._lock:
            keys = [key for key in self._images if stale(key)]
            for key in keys:
                self._bytes -= self._images.pop(key).nbytes
            return len(keys)

    def __contains__(self, key: object) -> bool:
        with self._lock:
            return key in self._images

    @property
    def figures(self) -> CacheFigures:
        with self._lock:
            return CacheFigures(self._hits, self._misses, len(self._images), self._bytes, self._capacity)
