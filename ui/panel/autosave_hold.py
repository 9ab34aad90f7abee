"""Which window keeps a timeline's unsaved work: one of all that are open on it, in this process and in others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ...core.errors import OutputBusy, OutputUnwritable
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
            with suppress(OSError):
                self._folder.rmdir()  # NFS keeps in it what was removed while open
        else:
            self._lock.close()  # there, nothing that is open can be removed
            remove(self._folder)
        self._lock = None


def hold_autosave(path: Path) -> AutosaveHold:
    """The right to the autosave beside a timeline or clip, until it is released.

    Raises:
        OutputBusy: another window has it.
        OutputUnwritable: that cannot be told.
    """
    folder = path.with_name(f".{path.name}{SUFFIX}")
    try:
        lock = lock_folder(folder, shared=False)
    except (OSError, OutputUnwritable) as error:
        if not (os.path.lexists(folder) and os.access(folder.parent, os.W_OK)):
            return AutosaveHold(folder, None)
        raise OutputUnwritable(
            f"cannot tell whether another window has {path.name} open, so that unsaved work is not kept safe; remove "
            f"{folder} if none has"
        ) from error
    if lock is None:
        raise OutputBusy(
            f"{path.name} is open in another window, which alone keeps its unsaved work safe; to have yours kept too, "
            "save it under another name"
        )
    _let_others_in(folder, lock)
    return AutosaveHold(folder, lock)


def _let_others_in(folder: Path, lock: BinaryIO) -> None:
    """After a crash, whoever comes next may be another user."""
    if os.name != "posix":
        return
    with suppress(OSError):
        os.fchmod(lock.fileno(), 0o666)
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)  # a link would lead to a folder of somebody's
        try:
            os.fchmod(handle, 0o777)
        finally:
            os.close(handle)
