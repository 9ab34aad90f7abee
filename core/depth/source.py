"""The one seam of disparity: whoever can say how deep a clip's frames are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Protocol

from ..frames import Image


class Quantity(StrEnum):
    """What the numbers of a map mean."""

    DISPARITY = "disparity"
    """Bigger is nearer, linear in inverse distance; scale and shift unknown."""
    DEPTH = "depth"
    """Distance in an unknown unit."""
    METRIC = "metric"
    """Distance in metres."""


class DisparitySource(Protocol):
    """Maps of one clip, as they come: neither normalised nor steadied, of one size of their own."""

    @property
    def quantity(self) -> Quantity: ...

    @property
    def per_frame(self) -> bool:
        """Each frame is judged on its own, so that maps flicker."""
        ...

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) of the part of the clip's pictures, from the top left, that the maps are of; None for all."""
        ...

    @property
    def record(self) -> Mapping[str, str]:
        """What made the maps, and its hash: for the sidecar, and to know an interrupted run again by."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        ...

    def __len__(self) -> int:
        """Frames."""
        ...

    def maps(self, start: int) -> Iterator[Image]:
        """The map (h, w), float32, of every frame from `start` on, in order.

        Raises:
            FrameUnreadable, DisparityError, DeviceFailed
        """
        ...

    def close(self) -> None: ...
