"""Disparity from any media: which way round, between which levels, and which frame belongs to which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..errors import DisparityLengthMismatch, FrameUnreadable, ParameterError
from ..frames import FrameSource, Image, finite_disparity


@dataclass(frozen=True, slots=True)
class DisparityReading:
    """How the values that a disparity clip stores are to be understood.

    Args:
        near_is_bright: False when bigger stored values are farther away.
        black: the stored value that means 0 (far, or near if `near_is_bright` is False). Integer media store 0 to 1,
            as parts of their range; EXR stores what it likes.
        white: the stored value that means 1.
        offset: index of the disparity frame that belongs to the clip's frame 0; None where nobody said: then both begin
            together, and are of one length.

    Raises:
        ParameterError: levels that are equal or not finite.
    """

    near_is_bright: bool = True
    black: float = 0.0
    white: float = 1.0
    offset: int | None = None

    def __post_init__(self) -> None:
        if not (abs(self.black) < 1e9 and abs(self.white) < 1e9 and abs(self.white - self.black) > 1e-9):
            raise ParameterError(
                f"disparity levels are {self.black:g} and {self.white:g}; give two different finite numbers, "
                "such as 0 and 1"
            )

    def apply(self, stored: Image) -> Image:
        """Stored values to disparity, float32 in [0, 1], bigger is nearer."""
        low, high = (self.black, self.white) if self.near_is_bright else (self.white, self.black)
        disparity: Image = (stored - np.float32(low)) / np.float32(high - low)
        return disparity.clip(0, 1, out=disparity)


class LumaSource(FrameSource, Protocol):
    """Media that can hand out its stored luma, as `VideoReader` and `SequenceReader` do."""

    def read_luma(self, index: int) -> Image:
        """Float32 (H, W), not clipped."""
        ...


class DisparityReader:
    """`FrameSource` of a clip's disparity: float32 (H, W) in [0, 1] at the clip's own size and frame numbers.

    A disparity clip of another size is resampled, bilinearly when enlarging, with every source pixel weighed in when
    reducing; of a longer one a part is used. `notes` says so. Values beyond the levels are clipped.

    Args:
        source: what stores it; closed together with this reader.
        reading: how to understand it.
        width, height, length: the clip's, in pixels and frames.

    Raises:
        DisparityLengthMismatch: it is of another length and no offset says why, or does not cover the clip's frames.
    """

    def __init__(self, source: LumaSource, reading: DisparityReading, width: int, height: int, length: int) -> None:
        first = reading.offset or 0
        covers = first >= 0 and first + length <= len(source)
        if not covers or (reading.offset is None and length != len(source)):
            shift = f" from its frame {first} on" if first else ""
            raise DisparityLengthMismatch(
                f"{source.name}: {len(source)} frames of disparity{shift} do not go with the clip's {length}; "
                "give a disparity clip as long as the footage",
                options="or with --offset the frame where the footage begins",
            )
        self._source = source
        self._reading = replace(reading, offset=first)
        self._first = first
        self.width = width
        self.height = height
        self._length = length
        self.notes: tuple[str, ...] = ()
        if (source.width, source.height) != (width, height):
            self.notes += (
                f"{source.name}: disparity of {source.width}x{source.height} is resampled to {width}x{height}",
            )
        if len(source) != length:
            self.notes += (
                f"{source.name}: of {len(source)} frames of disparity, {first} to {first + length - 1} are used",
            )

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def fingerprint(self) -> str:
        return f"{self._source.fingerprint} {self._reading} {self.width}x{self.height}"

    def __len__(self) -> int:
        return self._length

    def read(self, index: int) -> Image:
        """Disparity at a clip frame, float32 (H, W) in [0, 1].

        Raises:
            FrameUnreadable: the media is damaged there, or has no such frame.
            DisparityNotFinite: it holds NaN or infinite values.
        """
        if not 0 <= index < self._length:
            raise FrameUnreadable(f"{self.name}: there is no frame {index}; ask for one from 0 to {self._length - 1}")
        number = index + self._first
        stored = finite_disparity(self._source.read_luma(number), self.name, number)
        return resampled(self._reading.apply(stored), self.width, self.height)

    def close(self) -> None:
        self._source.close()


def resampled(disparity: Image, width: int, height: int) -> Image:
    """Disparity (h, w) in [0, 1] at another size: bilinear, with every pixel weighed in when reducing."""
    if disparity.shape == (height, width):
        return disparity
    # Here and not above, so that looking at media takes a moment and not torch's seconds.
    import torch
    from torch.nn import functional

    batch = torch.from_numpy(disparity)[None, None]
    resized = functional.interpolate(batch, (height, width), mode="bilinear", antialias=True)
    image: Image = resized[0, 0].numpy().clip(0, 1)
    return image
