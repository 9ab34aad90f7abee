"""Writing image sequences: a file a frame, all of them or none."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from av import Packet, VideoCodecContext, VideoFrame
from av.codec.context import ThreadType
from av.video.stream import VideoStream

from .exr import write_exr
from .held import held_light, tag
from .info import MediaInfo
from .mark import MARK, marked_png
from .output_format import OutputFormat, sequence_file, sequence_folder
from .partial import partial_beside, publish, remove, sweep, unwritable
from .png import with_profile
from .writer import Writer


class SequenceWriter(Writer):
    """One 16-bit PNG or half-float EXR a frame, numbered from the source's first frame, which is 0.

    All are made in a partial folder. A target folder that does not exist yet then appears in one step; into one that
    does, the files move one by one.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """

    def __init__(
        self, target: Path, output_format: OutputFormat, info: MediaInfo, *, frames: range | None = None
    ) -> None:
        super().__init__(target, output_format, info, frames)
        self._folder = sequence_folder(target)
        # Inside a folder that exists, for what is beside it may lie on another disk.
        neighbour = self._folder / "sequence" if self._folder.exists() else self._folder
        self._partial = partial_beside(neighbour)
        self._clean_up.callback(remove, self._partial)
        self._encoder = _png_encoder(output_format, info) if output_format.codec == "png16" else None
        self._waiting: deque[Path] = deque()
        with unwritable(target):
            sweep(neighbour.parent, neighbour)
            self._partial.mkdir()

    def _encode(self, frame: VideoFrame, index: int) -> None:
        path = self._partial / sequence_file(self._target, self._format, index).name
        if self._encoder is None:
            write_exr(path, held_light(frame), self._attributes())
            return
        frame.pts = index
        self._waiting.append(path)
        self._save(self._encoder.encode(self._reformatter.reformat(frame, format="rgb48be")))

    def _attributes(self) -> dict[str, str | tuple[float, ...]]:
        """Of an EXR's header."""
        mark, chromaticities = self._info.metadata.get(MARK), self._info.chromaticities
        return {**({MARK: mark} if mark else {}), **({"chromaticities": chromaticities} if chromaticities else {})}

    def _save(self, packets: Iterable[Packet[VideoStream]]) -> None:
        mark, profile = self._info.metadata.get(MARK), self._info.icc_profile
        for packet in packets:
            picture = bytes(packet)
            if profile:
                picture = with_profile(picture, profile)
            self._waiting.popleft().write_bytes(marked_png(picture, mark) if mark else picture)

    def _finish(self) -> None:
        if self._encoder:
            self._save(self._encoder.encode(None))
        if not self._folder.exists():
            publish(self._partial, self._folder)
            return
        for path in sorted(self._partial.iterdir()):
            publish(path, self._folder / path.name)


def _png_encoder(output_format: OutputFormat, info: MediaInfo) -> VideoCodecContext:
    encoder = VideoCodecContext.create("png", "w")
    encoder.width, encoder.height = info.width, info.height
    encoder.pix_fmt = output_format.pixel_format
    encoder.time_base = Fraction(1)
    encoder.thread_type = ThreadType.AUTO
    tag(encoder, output_format.colour)
    return encoder
