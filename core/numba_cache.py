"""Where numba keeps what it compiles: it compiles nothing where it can keep nothing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"


def ensure_place() -> None:
    """Give numba a folder until this process ends, if the installation and the home are both read-only.

    To be called before numba is imported. Processes started from here use the same folder.
    """
    if any(map(_is_writable, _places())):
        return
    with suppress(OSError):
        # Private: what is kept are pickles, which run as whoever loads them.
        folder = tempfile.mkdtemp(prefix="focuspuller-numba-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[VARIABLE] = folder


def _places() -> Iterator[Path]:
    """Where numba looks by itself."""
    if given := os.environ.get(VARIABLE):
        yield Path(given)
    yield Path(__file__).parent / "__pycache__"

    from platformdirs import user_cache_path

    yield user_cache_path("numba", appauthor=False)


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
