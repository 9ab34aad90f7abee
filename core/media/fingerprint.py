"""Cheap facts that change when media does, wherever it lies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import MediaUnreadable
from .regular import open_regular

_SAMPLED_BYTES = 1 << 16


def fingerprint_of(paths: Sequence[Path]) -> str:
    """32 hex digits from the sizes and times of the files, and from the head and tail of the first and the last.

    The same on every disk: times count in whole seconds, as not all disks keep, nor all systems tell, more.

    Raises:
        MediaUnreadable: one of them is gone, or cannot be read.
    """
    try:
        return _digest(paths)
    except OSError as error:
        raise MediaUnreadable(
            f"{error.filename}: cannot be read ({error.strerror}); put it back and try again"
        ) from error


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        status = path.stat()
        digest.update(f"{status.st_size} {status.st_mtime_ns // 1_000_000_000}\n".encode())
    for path in {paths[0]: None, paths[-1]: None}:
        with open_regular(path) as file:
            digest.update(file.read(_SAMPLED_BYTES))
            file.seek(-min(_SAMPLED_BYTES, path.stat().st_size), os.SEEK_END)
            digest.update(file.read(_SAMPLED_BYTES))
    return digest.hexdigest()[:32]
