"""Finished pictures in the pixel format that they will be coded in: what encoders take, and lossless files of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av import VideoCodecContext, VideoFrame
from av.codec.context import ThreadType
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from ..errors import MediaUnreadable
from ..frames import Image
from .colour import from_luma, from_rgb
from .exr import light_of
from .info import ColourTags
from .output_format import OutputFormat
from .samples import planes_of

# Every frame on its own. Four slices keep two threads busy; more, or the larger context, gained nothing at 1080p.
_FFV1 = {"level": "3", "slices": "4", "slicecrc": "1", "g": "1", "threads": "2", "flags": "+bitexact"}
_BUFFER = 1 << 20


def hold(image: Image, output_format: OutputFormat, reformatter: VideoReformatter) -> VideoFrame:
    """An upright picture (H, W, 3) or map (H, W), turned back to how it is coded, in `output_format.held_format`."""
    coded = np.ascontiguousarray(np.rot90(image, output_format.rotation // 90))
    if coded.ndim == 2:
        frame = from_luma(coded, output_format.held_format)
    elif output_format.holds_light:
        frame = _hold_light(light_of(coded))
    else:
        beyond = output_format.beyond
        frame = from_rgb(coded, output_format.held_format, output_format.colour, reformatter, beyond=beyond)
    tag(frame, output_format.colour)  # some encoders believe the frame rather than their context
    return frame


def held_light(frame: VideoFrame) -> NDArray[np.float16]:
    """The scene-linear picture (H, W, 3) of an EXR that `hold` made a frame of."""
    green, blue, red = (plane.view(np.float16) for plane in planes_of(frame))
    return np.stack([red, green, blue], axis=-1)


def _hold_light(light: NDArray[np.float16]) -> VideoFrame:
    """Half floats, bit by bit, as lossless codecs take them."""
    height, width = light.shape[:2]
    frame = VideoFrame(width, height, "gbrp16le")
    for channel, plane in zip((1, 2, 0), planes_of(frame), strict=True):  # stored green, blue, red
        plane[:] = np.ascontiguousarray(light[..., channel]).view(np.uint16)
    return frame


def tag(coded: VideoCodecContext | VideoFrame, colour: ColourTags) -> None:
    """Have an encoder, or a frame on its way there, say how pictures are coded."""
    coded.color_primaries = colour.primaries
    coded.color_trc = colour.transfer
    coded.colorspace = colour.matrix
    coded.color_range = colour.range


def write_held(file: BinaryIO, images: Iterable[Image], output_format: OutputFormat) -> int:
    """Keep upright pictures losslessly in one file; how many there were. The same pictures give the same bytes."""
    reformatter = VideoReformatter()
    container = av.open(file, "w", "matroska", container_options={"fflags": "+bitexact"}, buffer_size=_BUFFER)
    try:
        # The frames are told apart by their order, so any rate that Matroska's milliseconds can count will do.
        stream = container.add_stream("ffv1", 25, options=_FFV1)
        tag(stream.codec_context, output_format.colour)
        count = 0
        for image in images:
            frame = hold(image, output_format, reformatter)
            if count == 0:
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
            frame.pts = count
            container.mux(stream.encode(frame))
            count += 1
        if count:
            container.mux(stream.encode(None))
        container.close()
    except BaseException:
        close_failed(container)
        raise
    return count


def close_failed(output: BinaryIO | OutputContainer) -> None:
    """Close what may not have been written whole, and then fails as writing did; nothing of it will be kept."""
    with suppress(av.FFmpegError, OSError):
        output.close()


def read_held(path: Path, output_format: OutputFormat) -> Iterator[VideoFrame]:
    """The frames of a file that `write_held` wrote, in `output_format.held_format`.

    Raises:
        MediaUnreadable: the file is damaged or holds something else.
    """
    try:
        with (
            path.open("rb") as file,
            av.open(
                file, "r", "matroska", options={"err_detect": "crccheck+explode"}, buffer_size=_BUFFER
            ) as container,
        ):
            stream = container.streams.video[0]
            stream.thread_type = ThreadType.AUTO
            for frame in container.decode(stream):
                if frame.format.name != output_format.held_format:
                    raise _damaged(path, f"it holds {frame.format.name}")
                tag(frame, output_format.colour)
                frame.pict_type = PictureType.NONE  # or every picture would be forced to be a key frame
                yield frame
    except (av.FFmpegError, OSError, IndexError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, reason: str) -> MediaUnreadable:
    return MediaUnreadable(
        f"{path} is damaged ({reason}); remove it and run the command again (with --resume where it has it)"
    )
