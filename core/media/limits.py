"""How large a picture may be before a header that says so is not believed."""

from __future__ import annotations

from pathlib import Path

from ..errors import MediaUnreadable

MAX_SIDE = 16384
MAX_PIXELS = 1 << 28


def check_size(path: Path, width: int, height: int) -> None:
    """Raises MediaUnreadable for pictures too large to hold, or of no size."""
    if width <= 0 or height <= 0:
        raise MediaUnreadable(
            f"{path}: does not say how large its pictures are; it is damaged, or was cut out of a longer stream: "
            "export it again"
        )
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise MediaUnreadable(
            f"{path}: pictures of {width}x{height} pixels; at most {MAX_SIDE} a side and {MAX_PIXELS} in all can be "
            "read, so scale it down or choose another file"
        )
