"""How the model tells whoever shows it: plain callables, no toolkit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Change(Enum):
    """What an observer is told has changed."""

    CLIP = auto()
    """Another clip is in hand, or its media was opened anew."""
    CLIPS = auto()
    """Which clips carry the effect."""
    STATE = auto()
    """The effect of the clip in hand."""
    PLAYHEAD = auto()
    """The playhead, in and out, playing."""
    QUALITY = auto()
    DOCUMENT = auto()
    """Its file, or whether it holds unsaved work."""


@dataclass(frozen=True, slots=True)
class Message:
    """One line for the person at the panel, which ends with what to do where something went wrong."""

    text: str
    is_error: bool = True


class Observed:
    """Tells its observers, in the order in which they came, on the thread that changes it."""

    def __init__(self) -> None:
        self._observers: list[Callable[[Change], None]] = []
        self._listeners: list[Callable[[Message], None]] = []

    def observe(self, observer: Callable[[Change], None]) -> None:
        self._observers.append(observer)

    def listen(self, listener: Callable[[Message], None]) -> None:
        """Hear messages."""
        self._listeners.append(listener)

    def tell(self, text: str, *, is_error: bool = True) -> None:
        for listener in self._listeners:
            listener(Message(text, is_error))

    def changed(self, *changes: Change) -> None:
        for change in changes:
            for observer in self._observers:
                observer(change)
