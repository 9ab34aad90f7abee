"""A host's clip as core reads clips; what does not fit goes no further."""

from __future__ import annotations

from ..core.errors import DisparityError, FrameMissing, FrameUnreadable
from ..core.frames import Image, finite_disparity
from .host import DEPTH, ClipProperties, Host


class HostFrames:
    """A host's clip as a FrameSource.

    Args:
        shape: of its pictures, which is Source's, (H, W, 3), or for Depth (H, W).
    """

    def __init__(self, host: Host, clip: str, properties: ClipProperties, shape: tuple[int, ...]) -> None:
        self._host = host
        self._clip = clip
        self._shape = shape
        self.name = properties.name
        self.fingerprint = properties.fingerprint
        self.height, self.width = shape[:2]
        self._frame_count = properties.frame_count

    def __len__(self) -> int:
        return self._frame_count

    def read(self, index: int) -> Image:
        """Raises:
        FrameMissing: the host has no such frame.
        FrameUnreadable, DisparityError: it is of another shape; or disparity that is not finite.
        """
        image = self._host.image(self._clip, index)
        if image is None:
            raise FrameMissing(f"{self.name}: the host has no frame {index}; check the clip's range")
        is_depth = self._clip == DEPTH
        if image.shape != self._shape:
            given, due = ("x".join(map(str, shape)) for shape in (image.shape, self._shape))
            unfit = DisparityError if is_depth else FrameUnreadable
            raise unfit(
                f"{self.name}: the host gives frame {index} as {given} (height x width) where {due} is due; "
                "have it scaled to Source's size"
            )
        return finite_disparity(image, self.name, index) if is_depth else image

    def close(self) -> None:
        """The host owns the clip."""
