"""A movie's frames, upright and as display-coded RGB."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from ..errors import FocuspullerError, FrameUnreadable
from ..frames import Image
from .audio import known_sound
from .colour import check_readable, to_luma, to_rgb
from .container import nominal_rate
from .decoder import Decoder
from .fingerprint import fingerprint_of
from .hdr10 import hdr10_of
from .info import ColourTags, MediaInfo
from .orientation import orientation_of
from .png import rgb_profile
from .samples import depth_of
from .side_data import side_data_of
from .whole import check_whole

_PROGRESSIVE = 1
"""Of FFmpeg's orders of fields, which has 0 for those not known."""


class VideoReader:
    """`FrameSource` of the main video stream of any container that FFmpeg reads. Safe to share between threads.

    Every frame that a player shows is there once, in display order, whatever the frame rate does. Pictures are turned
    upright as the container says. A mirrored clip is to its `info` one that was coded as it is seen, for encoders know
    of turns alone.

    Raises:
        MediaNotFound: no such file.
        MediaUnreadable: not a movie, or truncated or corrupt.
        UnsupportedFormat: a pixel format or colour coding that is not ours to convert.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()
        self._reformatter = VideoReformatter()
        self._decoder = Decoder(self._path)
        try:
            first = self._decoder.frame(0)
            self._coded_size = first.width, first.height
            side_data = side_data_of(first, self._decoder.stream.codec_context.name)
            self._orientation = orientation_of(first, side_data)
            self.info = self._describe(first, side_data or {})
            check_whole(self._path, self._decoder.container, self._decoder.stream, self.info)
            check_readable(self._path, first.format.name, self.info.colour)
            self.fingerprint = fingerprint_of([self._path])
        except FocuspullerError:
            self.close()
            raise

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def width(self) -> int:
        return self.info.width

    @property
    def height(self) -> int:
        return self.info.height

    def __len__(self) -> int:
        return self.info.frame_count

    def read(self, index: int) -> Image:
        """Float32 (H, W, 3) in [0, 1].

        Raises:
            FrameUnreadable: the media is damaged there, or has no such frame.
        """
        with self._lock:
            return self._orientation.upright(to_rgb(self._frame(index), self._reformatter, self.info.colour))

    def read_luma(self, index: int) -> Image:
        """Float32 (H, W): the luma or grey samples, only scaled by their range; see `to_luma`.

        Raises:
            FrameUnreadable: as `read`.
        """
        with self._lock:
            return self._orientation.upright(to_luma(self._frame(index), self._reformatter, self.info.colour))

    def close(self) -> None:
        with self._lock:
            self._decoder.close()

    def _frame(self, index: int) -> VideoFrame:
        frame = self._decoder.frame(index)
        if (frame.width, frame.height) != self._coded_size:
            raise FrameUnreadable(
                f"{self._path}: frame {index} is {frame.width}x{frame.height}, unlike the first frame's "
                f"{self._coded_size[0]}x{self._coded_size[1]}; export the clip at one size"
            )
        return frame

    def _describe(self, first: VideoFrame, side_data: Mapping[str, bytes]) -> MediaInfo:
        container, stream, context = self._decoder.container, self._decoder.stream, self._decoder.stream.codec_context
        turned = self._orientation
        width, height = turned.upright_size(first.width, first.height)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        sound = known_sound(container)
        labelled = [stream.metadata, *(data.metadata for data in container.streams.data), container.metadata]
        return MediaInfo(
            path=self._path,
            width=width,
            height=height,
            rate=nominal_rate(stream),
            time_base=stream.time_base or Fraction(1, 1000),
            pts=self._decoder.index.pts,
            codec=context.name,
            pixel_format=first.format.name,
            bit_depth=depth_of(first.format.name),
            colour=_tags(first, self._decoder.container_tags),
            rotation=0 if turned.mirrored else turned.rotation,
            pixel_aspect=1 / aspect if turned.mirrored and turned.rotation % 180 else aspect,
            interlaced=first.interlaced_frame or context.field_order > _PROGRESSIVE,
            timecode=next(
                (value for tags in labelled for key, value in tags.items() if key.lower() == "timecode"), None
            ),
            metadata=dict(container.metadata),
            audio_streams=len(sound),
            unknown_audio=len(container.streams.audio) - len(sound),
            hdr10=hdr10_of(side_data),
            icc_profile=rgb_profile(side_data.get("ICC_PROFILE")),
        )


def _tags(frame: VideoFrame, container: ColourTags) -> ColourTags:
    """What the picture says; where it says nothing, what its container does."""
    coded = ColourTags(int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), int(frame.color_range))
    return ColourTags(
        container.primaries if coded.primaries == 2 else coded.primaries,
        container.transfer if coded.transfer == 2 else coded.transfer,
        container.matrix if coded.matrix == 2 else coded.matrix,
        coded.range or container.range,
    )
