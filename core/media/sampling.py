"""What a pixel format can hold: chroma, depth, and whether it is YUV."""

from __future__ import annotations

from dataclasses import dataclass

from av import VideoFormat

from .info import MediaInfo
from .samples import depth_of


@dataclass(frozen=True, slots=True)
class Sampling:
    """Chroma is subsampled by 2 to the power of `across` and `down`; `depth` is in bits."""

    across: int
    down: int
    depth: int
    is_yuv: bool

    @property
    def full_chroma(self) -> bool:
        return self.across == self.down == 0

    def lost_in(self, held: Sampling) -> tuple[int, int]:
        """How often chroma is halved, and how many bits go, where this is held as that; floats are 16 bits to us."""
        chroma = max(0, held.across - self.across) + max(0, held.down - self.down)
        return chroma, max(0, min(self.depth, 16) - held.depth)

    def divides(self, width: int, height: int) -> bool:
        """Whether every chroma sample lies wholly inside a picture of this size."""
        return width % (1 << self.across) == 0 and height % (1 << self.down) == 0

    @staticmethod
    def of(pixel_format: str) -> Sampling:
        video_format = VideoFormat(pixel_format)
        is_yuv = len(video_format.components) >= 3 and not (video_format.is_rgb or video_format.has_palette)
        across = (64 // video_format.chroma_width(64)).bit_length() - 1 if is_yuv else 0
        down = (64 // video_format.chroma_height(64)).bit_length() - 1 if is_yuv else 0
        return Sampling(across, down, depth_of(pixel_format), is_yuv)

    @staticmethod
    def of_source(info: MediaInfo) -> Sampling:
        """Grey has no chroma to lose; formats that FFmpeg has no name for, as those of EXR layers, are RGB."""
        try:
            sampling = Sampling.of(info.pixel_format)
        except ValueError:
            return Sampling(0, 0, info.bit_depth, False)
        if info.pixel_format.startswith(("gray", "mono", "ya")):
            return Sampling(1, 1, info.bit_depth, False)
        return Sampling(sampling.across, sampling.down, info.bit_depth, sampling.is_yuv)
