"""Libraries that are optional extras: imported where they are used, with a word on how to get them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import LibraryMissing


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Around imports of what pyproject.toml's extra of that name installs.

    Raises:
        LibraryMissing
    """
    try:
        yield
    except ImportError as error:
        raise LibraryMissing(f"{error.name} is not installed; run: pip install 'focuspuller[{name}]'") from error
