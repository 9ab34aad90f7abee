"""Image sequences: a file a frame, PNG, TIFF, JPEG or EXR."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from ..errors import FrameUnreadable, MediaError
from ..frames import Image
from .fingerprint import fingerprint_of
from .info import MediaInfo
from .numbering import sequence_files
from .stills import still_reader

PICTURE_RATE = Fraction(24)
"""Of an image sequence that neither says its own nor is given one."""


class SequenceReader:
    """`FrameSource` of an image sequence; see `sequence_files` for what may be named. Safe to share between threads.

    Args:
        pattern: a folder, a pattern, the first file, or one picture.
        rate: frames per second, where the files do not say, as only EXR may, or say what is not so.

    Raises:
        MediaNotFound: nothing is there.
        MediaUnreadable: numbers are missing, or the first file is no picture.
        UnsupportedFormat: a pixel format that is not ours to convert.
    """

    def __init__(self, pattern: Path | str, rate: Fraction | None = None) -> None:
        path = Path(pattern)
        self._files = sequence_files(path)
        self._reader = still_reader(self._files[0].suffix)
        first = self._reader.describe(self._files[0])
        rate = rate or first.rate or PICTURE_RATE
        self.info = MediaInfo(
            path=path,
            width=first.width,
            height=first.height,
            rate=rate,
            time_base=1 / rate,
            pts=tuple(range(len(self._files))),
            codec=first.codec,
            pixel_format=first.pixel_format,
            bit_depth=first.bit_depth,
            colour=first.colour,
            pixel_aspect=first.pixel_aspect,
            chromaticities=first.chromaticities,
            icc_profile=first.icc_profile,
        )
        self.fingerprint = fingerprint_of(self._files)

    @property
    def name(self) -> str:
        return str(self.info.path)

    @property
    def width(self) -> int:
        return self.info.width

    @property
    def height(self) -> int:
        return self.info.height

    def __len__(self) -> int:
        return self.info.frame_count

    def read(self, index: int) -> Image:
        """Float32 (H, W, 3) in [0, 1]; EXR is brought from scene-linear to display-coded, see `read_exr`.

        Raises:
            FrameUnreadable: the file is damaged or of another size, or there is no such frame.
        """
        return self._checked(index, self._reader.rgb)

    def read_luma(self, index: int) -> Image:
        """Float32 (H, W): integers as parts of their largest value, of EXR the stored numbers; see `read_exr_map`.

        Raises:
            FrameUnreadable: as `read`.
        """
        return self._checked(index, self._reader.luma)

    def close(self) -> None:
        """Nothing stays open between frames."""

    def _checked(self, index: int, read: Callable[[Path], Image]) -> Image:
        if not 0 <= index < len(self._files):
            raise FrameUnreadable(f"{self.name}: there is no frame {index}; ask for one from 0 to {len(self) - 1}")
        try:
            image = read(self._files[index])
        except MediaError as error:
            raise FrameUnreadable(f"{self.name}: frame {index}: {error}") from error
        height, width = image.shape[:2]
        if (width, height) != (self.width, self.height):
            raise FrameUnreadable(
                f"{self._files[index]}: frame {index} is {width}x{height}, unlike the first one's "
                f"{self.width}x{self.height}; render the sequence at one size"
            )
        return image
