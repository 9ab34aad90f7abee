"""What FFmpeg's PNG encoder leaves to us: chunks of text, and the colour profile."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

HEADER = 33
"""Bytes of a file's signature and of its first chunk, which is of one size."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_PROFILE = 1 << 24


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The picture with one more chunk behind its header."""
    body = kind + data
    return png[:HEADER] + struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body)) + png[HEADER:]


def with_profile(png: bytes, profile: bytes) -> bytes:
    return with_chunk(png, b"iCCP", b"ICC profile\0\0" + zlib.compress(profile))


def profile_of_png(png: bytes) -> bytes | None:
    """The ICC profile of a picture; None where there is none, or a damaged one."""
    for kind, data in _chunks(png):
        if kind == b"iCCP":
            _, _, packed = data.partition(b"\0")
            try:
                return zlib.decompressobj().decompress(packed[1:], _LARGEST_PROFILE) or None
            except zlib.error:
                return None
        if kind == b"IDAT":
            break
    return None


def rgb_profile(profile: bytes | None) -> bytes | None:
    """The profile where it is one of RGB pictures, which are what is written."""
    return profile if profile and profile[16:20] == b"RGB " else None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of each."""
    start = len(_SIGNATURE)
    while start + 8 <= len(png):
        (size,) = struct.unpack_from(">I", png, start)
        yield png[start + 4 : start + 8], png[start + 8 : start + 8 + size]
        start += 12 + size
