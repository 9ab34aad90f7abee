"""How the process takes memory: large blocks are kept for reuse rather than given back to the system at once."""

from __future__ import annotations

import ctypes
import platform

TOP_PAD = 64 << 20
"""Bytes more that are asked of the system whenever any are."""

SETTINGS = {"M_TRIM_THRESHOLD": (-1, -1), "M_TOP_PAD": (-2, TOP_PAD), "M_MMAP_MAX": (-4, 0), "M_ARENA_MAX": (-8, 1)}
"""Of glibc's malloc.h: parameter and value. Nothing is trimmed, nothing mapped on its own, all comes from one heap."""


def keep_memory() -> bool:
    """Keep what is freed for what comes next; to be called before there are threads. Returns whether it can be done.

    A frame's tensors are of tens of megabytes, and glibc maps and unmaps each of those by itself: every one comes back
    zeroed, page by page, and at 2160p a fifth of the time goes there. The process stays as large as it has been.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    libc = ctypes.CDLL(None)
    return all(libc.mallopt(parameter, value) == 1 for parameter, value in SETTINGS.values())
