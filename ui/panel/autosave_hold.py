"""Which window keeps a timeline's unsaved work: one of all that are open on it, in this process and in others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ...core.errors import OutputUnwritable
from ...core.media.lock import lock_folder
from ...core.media.partial import remove

SUFFIX = ".focuspuller-open"


class AutosaveHold:
    """Args:
    folder: held by `lock`; without one nothing can be written there, and nobody needs to be kept away.
    """

    def __init__(self, folder: Path, lock: BinaryIO | None) -> None:
        self._folder = folder
        self._lock = lock

    def release(self) -> None:
        if self._lock is None:
            return
        if os.name == "posix":
            remove(self._folder)
            self._lock.close()
        else:
            self._lock.close()  # there, nothing that is open can be removed
            remove(self._folder)
        self._lock = None


def hold_autosave(path: Path) -> AutosaveHold | None:
    """The right to the autosave beside a timeline or clip, until it is released; None while another window has it."""
    folder = path.with_name(f".{path.name}{SUFFIX}")
    try:
        lock = lock_folder(folder, shared=False)
    except (OSError, OutputUnwritable):
        return None if os.path.lexists(folder) else AutosaveHold(folder, None)
    return None if lock is None else AutosaveHold(folder, lock)
