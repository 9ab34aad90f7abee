"""SVB on disk: one folder a video, written whole or not at all, and never trusted when read.

frames/0000.png      all-in-focus, 8-bit sRGB
bokeh/0000.png       through the lens, 8-bit sRGB
disparity/0000.png   16-bit grey, value / 65535
meta.json            K and focus_disparity: a number per frame; gamma, mode
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np
from PIL import Image as Pillow

from ..errors import DatasetError
from ..frames import Image
from ..media.partial import partial_beside, publish, remove, unwritable
from ..media.regular import read_regular
from ..optics import Defocus
from .png_header import GREY, RGB, read_png_header

FOLDERS = ("frames", "bokeh", "disparity")

MAX_SIDE = 8192
"""Px; anything larger is refused from its header."""

MAX_FOCUS = 100.0
"""Disparity that a lens may be focused at, which may lie outside 0 to 1."""

MAX_META = 1 << 20
"""Bytes of meta.json that are read."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One moment of a video: `frame` and `bokeh` (H, W, 3), `disparity` (H, W), and the lens."""

    frame: Image
    bokeh: Image
    disparity: Image
    defocus: Defocus


@dataclass(frozen=True, slots=True)
class Video:
    """A video folder that has been checked; what is in its pictures is checked as they are read.

    Attributes:
        size: (height, width), the same for every picture of the video.
    """

    path: Path
    mode: str
    gamma: float
    lens: Sequence[Defocus]
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.lens)

    def read(self, index: int) -> VideoFrame:
        """The moment at 0 ≤ index < len.

        Raises:
            DatasetError: a picture is missing, damaged, or of another size or kind than the first.
        """
        frame, disparity = self.read_still(index)
        bokeh = self._picture(self.path / "bokeh" / f"{index:04d}.png")
        return VideoFrame(frame, bokeh, disparity, self.lens[index])

    def read_still(self, index: int) -> tuple[Image, Image]:
        """The frame of that moment (H, W, 3), and its disparity (H, W), without what a lens makes of it.

        Raises:
            DatasetError: as `read` does.
        """
        name = f"{index:04d}.png"
        return self._picture(self.path / "frames" / name), self._picture(self.path / "disparity" / name)

    def _picture(self, path: Path) -> Image:
        """(H, W, 3) from 8-bit RGB, or (H, W) from 16-bit grey; float32 in [0, 1]."""
        grey = path.parent.name == "disparity"
        height, width = self.size
        with _opened(path, grey) as opened:
            if opened.size != (width, height):
                problem = f"{path} is {opened.width} x {opened.height}, the video {width} x {height}"
                raise _damaged(self.path, problem)
            codes = np.asarray(opened)
        return codes.astype(np.float32) / np.float32(65535 if grey else 255)


def open_dataset(root: Path) -> list[Video]:
    """Every video of a folder, by name; hidden folders (videos under way) are passed over.

    Raises:
        DatasetError: not a folder, without videos, or a video that `open_video` refuses.
    """
    if not root.is_dir():
        raise DatasetError(f"{root} is not a folder; give one that `focuspuller synth` wrote")
    videos = [open_video(path) for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    if not videos:
        raise DatasetError(f"{root} holds no videos; give a folder that `focuspuller synth` wrote")
    return videos


def open_video(path: Path) -> Video:
    """One video folder: its names and metadata checked, and every picture's header and end.

    Raises:
        DatasetError: missing, extra or damaged pictures, or of different kinds or sizes; metadata of the wrong lengths,
            types or values.
    """
    blur, focus, gamma, mode = _meta(path / "meta.json")
    expected = [f"{index:04d}.png" for index in range(len(blur))]
    for folder in FOLDERS:
        if not (path / folder).is_dir():
            raise _damaged(path, f"{path} has no folder {folder}")
        # File managers leave hidden files, and thumbnails.
        found = {p.name for p in (path / folder).iterdir() if not (p.name.startswith(".") or p.name == "Thumbs.db")}
        missing, extra = [n for n in expected if n not in found], sorted(found.difference(expected))
        if missing or extra:
            problem = f"lacks {missing[0]}" if missing else f"has an extra {extra[0]}"
            raise _damaged(path, f"{path / folder} {problem} (meta.json counts {len(blur)} frames)")
    size = _size(path / "frames" / expected[0])
    for picture in (path / folder / name for folder in FOLDERS for name in expected):
        height, width = _size(picture)
        if (height, width) != size:
            raise _damaged(path, f"{picture} is {width} x {height}, the video {size[1]} x {size[0]}")
    return Video(path, mode, gamma, [Defocus(k, d) for k, d in zip(blur, focus, strict=True)], size)


def write_video(path: Path, moments: Iterable[VideoFrame], gamma: float, mode: str) -> None:
    """Write a video folder under a partial name beside `path` and rename it when it is whole. Where another process has
    written the same video meanwhile, that one stays.

    Raises:
        OutputUnwritable: no space, no permission; nothing is left behind then.
    """
    partial = partial_beside(path)
    with unwritable(path):
        try:
            _write(partial, moments, gamma, mode)
            try:
                publish(partial, path)
            except OSError:
                if not path.is_dir():
                    raise
        finally:
            remove(partial)


def _write(path: Path, moments: Iterable[VideoFrame], gamma: float, mode: str) -> None:
    lens = []
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True)
    for index, moment in enumerate(moments):
        name = f"{index:04d}.png"
        _encode(path / "frames" / name, moment.frame, 255)
        _encode(path / "bokeh" / name, moment.bokeh, 255)
        _encode(path / "disparity" / name, moment.disparity, 65535)
        lens.append(moment.defocus)
    meta = {
        "K": [defocus.blur for defocus in lens],
        "focus_disparity": [defocus.focus_disparity for defocus in lens],
        "gamma": gamma,
        "mode": mode,
    }
    (path / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def _encode(path: Path, image: Image, top: int) -> None:
    codes = np.round(np.clip(image, 0, 1) * top).astype(np.uint8 if top == 255 else np.uint16)
    # The quickest level: a data set is read far more often than it is stored.
    Pillow.fromarray(codes).save(path, compress_level=1)


def _damaged(video: Path, problem: str) -> DatasetError:
    return DatasetError(f"{problem}; remove {video}, then run the same `focuspuller synth` with --resume")


def _size(path: Path) -> tuple[int, int]:
    """(height, width) of a whole PNG of the kind that its folder holds."""
    grey = path.parent.name == "disparity"
    try:
        header = read_png_header(path)
    except (OSError, ValueError) as error:
        raise _damaged(path.parent.parent, f"{path} cannot be read as PNG ({error})") from error
    if max(header.width, header.height) > MAX_SIDE:
        raise DatasetError(f"{path} is {header.width} x {header.height}; at most {MAX_SIDE} px a side are read")
    if not ((header.colour, header.depth) == (GREY, 16) if grey else header.colour == RGB):
        raise _damaged(path.parent.parent, f"{path} is no PNG of {'16-bit grey' if grey else '8-bit RGB'}")
    return header.height, header.width


@contextmanager
def _opened(path: Path, grey: bool) -> Iterator[Pillow.Image]:
    """A PNG whose header says 8-bit RGB, or 16-bit grey, and a bounded size; nothing is decoded yet."""
    try:
        with Pillow.open(path, formats=("PNG",)) as opened:
            if max(opened.size) > MAX_SIDE:
                raise DatasetError(f"{path} is {opened.width} x {opened.height}; at most {MAX_SIDE} px a side are read")
            if not (opened.mode.startswith("I") if grey else opened.mode == "RGB"):
                wanted = "16-bit grey" if grey else "8-bit RGB"
                raise _damaged(path.parent.parent, f"{path} is a PNG of mode {opened.mode}, not {wanted}")
            yield opened
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise _damaged(path.parent.parent, f"{path} cannot be read as PNG ({error})") from error


def _meta(path: Path) -> tuple[list[float], list[float], float, str]:
    """(K, focus disparities, gamma, mode), checked."""
    try:
        meta = json.loads(read_regular(path, MAX_META))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path.parent, f"{path} cannot be read ({error})") from error
    if not isinstance(meta, dict):
        raise _damaged(path.parent, f"{path} is not a JSON object")
    lists = []
    for key in ("K", "focus_disparity"):
        values = meta.get(key)
        if not isinstance(values, list) or not values or not all(_is_number(v) for v in values):
            raise _damaged(path.parent, f"{path}: {key} must be a list of one number per frame")
        lists.append([float(v) for v in values])
    blur, focus = lists
    if len(blur) != len(focus):
        raise _damaged(path.parent, f"{path}: {len(blur)} values of K, {len(focus)} of focus_disparity")
    if min(blur) < 0:
        raise _damaged(path.parent, f"{path}: K is negative")
    if max(blur) > MAX_SIDE or max(map(abs, focus)) > MAX_FOCUS:
        raise _damaged(path.parent, f"{path}: K or focus_disparity is beyond any lens")
    gamma, mode = meta.get("gamma"), meta.get("mode")
    if not _is_number(gamma) or gamma <= 0 or not isinstance(mode, str):
        raise _damaged(path.parent, f"{path}: gamma must be a positive number and mode a name")
    return blur, focus, float(gamma), mode


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= 1 << 53
    return isinstance(value, float) and math.isfinite(value)
