"""What a zip from a stranger may do instead of opening."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    KeyError,
    ValueError,
)
"""What reading one raises that is damaged, encrypted, packed in a way that nobody knows, lacks a member, has names that
are no text, or points past any file."""

_UNPACKED_IN_STEPS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others, zipfile unpacks at once whatever a few bytes make, however few are asked for."""


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip of members that take no more memory than is asked of them, `open(member).read(limit)`.

    Raises:
        `ZIP_DAMAGE`: it is none.
    """
    archive = zipfile.ZipFile(path)
    for member in archive.infolist():
        if member.compress_type not in _UNPACKED_IN_STEPS:
            archive.close()
            raise zipfile.BadZipFile("it is packed otherwise than by zip's own method")
    return archive
