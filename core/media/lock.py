"""A folder in use: by one process alone, or by several that share it. The system lets go of what the dead held."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from ..errors import OutputUnwritable

LOCK = ".lock"
"""The file in the folder that is locked; its content means nothing."""

if sys.platform == "win32":
    import msvcrt
    import secrets

    _PLACES = 1 << 20

    def _try_lock(file: BinaryIO, shared: bool) -> bool:
        # Windows locks bytes, for one process each: who shares takes one place, who is alone takes all of them.
        file.seek(secrets.randbelow(_PLACES) if shared else 0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1 if shared else _PLACES)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _try_lock(file: BinaryIO, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise
            # A network disk without locks: the render itself is still safe, only nobody is warned.
        return True


def lock_folder(folder: Path, *, shared: bool) -> BinaryIO | None:
    """Hold a folder, made if need be, until the file that is returned is closed; None while others hold it.

    Args:
        shared: others may hold it too who share it; else nobody.

    Raises:
        OSError: the folder cannot be made or written to.
        OutputUnwritable: its name belongs to something else, such as a link to a folder of somebody's.
    """
    while True:
        if _is_foreign(folder):
            raise OutputUnwritable(f"{folder} is no folder of ours but a link or a file; remove it and try again")
        folder.mkdir(exist_ok=True)
        try:
            # To read from as well: NFS shares no lock on a file that is only written to.
            file = open(folder / LOCK, "a+b", opener=_open_no_link)  # noqa: SIM115 - held by the caller
        except FileNotFoundError:
            continue  # removed as soon as it was made: by a render that ended
        if not _try_lock(file, shared):
            file.close()
            return None
        if _is_at(file, folder / LOCK):
            return file
        file.close()


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _is_foreign(folder: Path) -> bool:
    try:
        return not stat.S_ISDIR(folder.lstat().st_mode)
    except FileNotFoundError:
        return False


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Whether the folder was not removed, and perhaps made anew, while the lock was waited for."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
