"""The pictures that flow through core, their contract, and where they come from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import DisparityNotFinite

Image = NDArray[np.float32]
"""A frame (H, W, 3), display-coded RGB; or a map (H, W): disparity in [0, 1], defocus in px.

A frame is 0 at black and 1 at reference white. Where its media say more it goes on beyond: above, up to the highlights
of HDR and EXR; below, down to what a coding holds of less than black.
"""

DISPLAY_GAMMA = 2.2
"""Linear light is a frame's values to this power."""


def within_display(frame: Image) -> Image:
    """Cut off at black and at white; the frame itself where nothing lies beyond."""
    return frame if frame.min() >= 0 and frame.max() <= 1 else frame.clip(0, 1)


class FrameSource(Protocol):
    """Random access to the pictures of one clip: frames (H, W, 3), or disparity (H, W)."""

    @property
    def name(self) -> str:
        """What to call it in a message: usually its path."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes when the content does: what caches and resumed renders are keyed by."""
        ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def __len__(self) -> int: ...

    def read(self, index: int) -> Image:
        """The picture at a frame index, 0 ≤ index < len. Callers must not write into it.

        Raises:
            FrameUnreadable: the media is damaged there.
        """
        ...

    def close(self) -> None: ...


def finite_disparity(disparity: Image, name: str, index: int) -> Image:
    """The map itself when every value is finite.

    Raises:
        DisparityNotFinite: naming the clip, the frame and how many values are not.
    """
    # A sum is one pass and overflows only where a value already did.
    if np.isfinite(disparity.sum(dtype=np.float64)):
        return disparity
    broken = int((~np.isfinite(disparity)).sum())
    raise DisparityNotFinite(
        f"{name}: frame {index} has {broken} NaN or infinite disparity values; repair the clip "
        "(fill the holes) and try again"
    )
