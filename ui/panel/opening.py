"""What is opened, where it is done, and what happens with it then; the newest that was asked for is all that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...core.errors import FocuspullerError

Media = TypeVar("Media")


@dataclass(frozen=True, eq=False)
class Opening(Generic[Media]):
    """Media to open.

    Args:
        words: what to say while it takes long.
        work: opens them, in whatever thread; raises FocuspullerError.
        take: gets them, in the thread that asked.
        refuse: hears there why they could not be opened.
        drop: closes them, in whatever thread, where nobody wants them any more.
        overtaken: hears, in the thread that asked, that something newer was asked for before they were open.
    """

    words: str
    work: Callable[[], Media]
    take: Callable[[Media], None]
    refuse: Callable[[FocuspullerError], None]
    drop: Callable[[Media], None]
    overtaken: Callable[[], None] = lambda: None


Opener = Callable[[Opening[Any]], None]
"""Opens what it is given, now or later."""
