"""What a zip from a stranger may do instead of opening."""

from __future__ import annotations

import zipfile
import zlib

ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    KeyError,
)
"""What reading one raises that is damaged, encrypted, packed in a way that nobody knows, or lacks a member."""
