"""Videos decoded once and memory-mapped, so that training on small crops does not decode whole PNGs again and again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputUnwritable
from ..frames import Image
from ..optics import Defocus
from .dataset import Video, VideoFrame
from .trace import View

PIXEL = np.dtype([("frame", "u1", 3), ("bokeh", "u1", 3), ("disparity", "<u2")])
"""Eight bytes, the codes of the PNGs."""

Pixels = NDArray[np.void]


class PackedVideos:
    """A folder of packed videos, filled as they are asked for: 8.4 MB for one of 16 frames of 256 x 256 px."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, video: Video, start: int, count: int, view: View) -> list[VideoFrame]:
        """Moments start … start + count - 1 of the video within the view; the same numbers as `Video.read` gives.

        Raises:
            DatasetError: a picture of the video cannot be read.
            OutputUnwritable: the packed video cannot be written.
        """
        rows, columns = slice(view.top, view.top + view.height), slice(view.left, view.left + view.width)
        block = self._mapped(video)[start : start + count, rows, columns]
        return [_moment(pixels, lens) for pixels, lens in zip(block, video.lens[start : start + count], strict=True)]

    def _mapped(self, video: Video) -> Pixels:
        # A video made anew under the same name has another meta.json.
        stamp = (video.path / "meta.json").stat().st_mtime_ns
        name = hashlib.sha256(f"{video.path.resolve()} {stamp}".encode()).hexdigest()[:32]
        path = self._folder / f"{name}.npy"
        if not path.exists():
            self._pack(video, path)
        mapped: Pixels = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped

    def _pack(self, video: Video, path: Path) -> None:
        pixels = np.empty((len(video), *video.size), PIXEL)
        for t in range(len(video)):
            moment = video.read(t)
            pixels[t]["frame"] = np.round(moment.frame * 255)
            pixels[t]["bokeh"] = np.round(moment.bokeh * 255)
            pixels[t]["disparity"] = np.round(moment.disparity * 65535)
        # Loaders' processes may pack the same video at once; each renames its own whole file.
        unique = np.random.default_rng().integers(1 << 62)
        partial = path.with_name(f".{path.stem}.{unique}.partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                np.save(file, pixels, allow_pickle=False)
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise OutputUnwritable(f"{path}: cannot be written ({error.strerror}); free some space") from error


def _moment(pixels: Pixels, lens: Defocus) -> VideoFrame:
    return VideoFrame(_floats(pixels["frame"]), _floats(pixels["bokeh"]), _floats(pixels["disparity"]), lens)


def _floats(codes: NDArray[np.unsignedinteger]) -> Image:
    return codes.astype(np.float32) / np.float32(np.iinfo(codes.dtype).max)
