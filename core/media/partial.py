"""Outputs that are whole or absent: made under a partial name beside the target, renamed when complete."""

from __future__ import annotations

import hashlib
import itertools
import os
import platform
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import OutputUnwritable

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY, _NO_SUCH_PROCESS, _STILL_ACTIVE = 0x1000, 87, 259
    """PROCESS_QUERY_LIMITED_INFORMATION, ERROR_INVALID_PARAMETER, STATUS_PENDING"""

    def _has_ended(pid: int) -> bool:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        process = wintypes.HANDLE(kernel.OpenProcess(_QUERY, False, wintypes.DWORD(pid)))
        if not process:
            return ctypes.get_last_error() == _NO_SUCH_PROCESS
        # There is something left of a process for as long as anybody holds it.
        code = wintypes.DWORD(_STILL_ACTIVE)
        kernel.GetExitCodeProcess(process, ctypes.byref(code))
        kernel.CloseHandle(process)
        return code.value != _STILL_ACTIVE

else:

    def _has_ended(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def _pid_namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux
        return ""


_HOST = hashlib.sha256(f"{platform.node()} {_pid_namespace()}".encode()).hexdigest()[:24]
"""Of those whose processes can be told dead from here: containers of one machine cannot see each other's."""

_TOKEN = secrets.token_hex(4)
_COUNTER = itertools.count()
_PARTIAL = re.compile(r"\.focuspuller-[0-9a-f]{12}-([A-Za-z0-9]+)-(\d+)-([0-9a-f]{8})-\d+\.partial")


def partial_beside(target: Path) -> Path:
    """A fresh name in the target's folder that says which target it will be and which process makes it."""
    process = f"{_HOST}-{os.getpid()}-{_TOKEN}"
    return target.parent / f".focuspuller-{_tag(target)}-{process}-{next(_COUNTER)}.partial"


def sweep(folder: Path, target: Path | None = None) -> None:
    """Remove what dead processes of this machine left partial: for one target, or for all in the folder."""
    prefix = ".focuspuller-" if target is None else f".focuspuller-{_tag(target)}-"
    for path in _listed(folder):
        match = _PARTIAL.fullmatch(path.name)
        if match and path.name.startswith(prefix) and match[1] == _HOST and _is_dead(int(match[2]), match[3]):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder of files that may already be gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def publish(partial: Path, target: Path) -> None:
    """Rename a complete file or folder to its target, on the disk and not only in its cache."""
    flush(partial)
    os.replace(partial, target)
    _sync(target.parent)


def flush(path: Path) -> None:
    """Have a file, or a folder with all that is in it, on the disk and not only in its cache."""
    for held in (*path.rglob("*"), path):
        _sync(held)


def write_whole(target: Path, data: bytes) -> None:
    """Write a small file in one step: readers see the old content or the new.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    with unwritable(target):
        partial = partial_beside(target)
        try:
            partial.write_bytes(data)
            publish(partial, target)
        finally:
            remove(partial)


@contextmanager
def unwritable(target: Path) -> Iterator[None]:
    """Turns what the operating system refuses into OutputUnwritable."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputUnwritable(
            f"cannot write {target}: {reason}; make room or choose a folder that exists and is writable"
        ) from error


def _tag(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _is_dead(pid: int, token: str) -> bool:
    if pid == os.getpid():
        return token != _TOKEN  # a predecessor had our number, as in restarted containers
    return _has_ended(pid)


def _sync(path: Path) -> None:
    # Windows syncs only what may be written to, so no folder and no copy of a read-only file, and not every disk syncs
    # folders: what comes of that is that a power cut may undo what was done last.
    with suppress(OSError if path.is_dir() else PermissionError):
        handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
