"""SVB on disk: one folder a video, written whole or not at all, and never trusted when read.

frames/0000.png      all-in-focus, 8-bit sRGB
bokeh/0000.png       through the lens, 8-bit sRGB
disparity/0000.png   16-bit grey, value / 65535
meta.json            K and focus_disparity: a number per frame; gamma, mode
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np
from PIL import Image as Pillow

from ..errors import DatasetError, OutputUnwritable
from ..frames import Image
from ..media.regular import read_regular
from ..optics import Defocus

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
    """A video folder whose names and metadata have been checked; pictures are checked as they are read.

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
                raise DatasetError(
                    f"{path} is {opened.width} x {opened.height}, the video {width} x {height}; make the video again"
                )
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
    """One video folder, its names and metadata checked.

    Raises:
        DatasetError: missing or extra pictures, metadata of the wrong lengths, types or values.
    """
    blur, focus, gamma, mode = _meta(path / "meta.json")
    expected = [f"{index:04d}.png" for index in range(len(blur))]
    for folder in FOLDERS:
        if not (path / folder).is_dir():
            raise DatasetError(f"{path} has no folder {folder}; make the video again")
        found = {p.name for p in (path / folder).iterdir()}
        missing, extra = [n for n in expected if n not in found], sorted(found.difference(expected))
        if missing or extra:
            problem = f"lacks {missing[0]}" if missing else f"has an extra {extra[0]}"
            raise DatasetError(f"{path / folder} {problem} (meta.json counts {len(blur)} frames); make the video again")
    with _opened(path / "frames" / expected[0], grey=False) as first:
        size = first.height, first.width
    return Video(path, mode, gamma, [Defocus(k, d) for k, d in zip(blur, focus, strict=True)], size)


def write_video(path: Path, moments: Iterable[VideoFrame], gamma: float, mode: str) -> None:
    """Write a video folder under a temporary name beside `path` and rename it when it is whole.

    Raises:
        OutputUnwritable: no space, no permission; nothing is left behind then.
    """
    partial = path.with_name(f".{path.name}.partial")
    lens = []
    try:
        shutil.rmtree(partial, ignore_errors=True)
        for folder in FOLDERS:
            (partial / folder).mkdir(parents=True)
        for index, moment in enumerate(moments):
            name = f"{index:04d}.png"
            _encode(partial / "frames" / name, moment.frame, 255)
            _encode(partial / "bokeh" / name, moment.bokeh, 255)
            _encode(partial / "disparity" / name, moment.disparity, 65535)
            lens.append(moment.defocus)
        meta = {
            "K": [defocus.blur for defocus in lens],
            "focus_disparity": [defocus.focus_disparity for defocus in lens],
            "gamma": gamma,
            "mode": mode,
        }
        (partial / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
        partial.rename(path)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise OutputUnwritable(
            f"{path}: cannot be written ({error.strerror or error}); free some space or choose another folder"
        ) from error


def _encode(path: Path, image: Image, top: int) -> None:
    codes = np.round(np.clip(image, 0, 1) * top).astype(np.uint8 if top == 255 else np.uint16)
    # The quickest level: a data set is read far more often than it is stored.
    Pillow.fromarray(codes).save(path, compress_level=1)


@contextmanager
def _opened(path: Path, grey: bool) -> Iterator[Pillow.Image]:
    """A PNG whose header says 8-bit RGB, or 16-bit grey, and a bounded size; nothing is decoded yet."""
    try:
        with Pillow.open(path, formats=("PNG",)) as opened:
            if max(opened.size) > MAX_SIDE:
                raise DatasetError(f"{path} is {opened.width} x {opened.height}; at most {MAX_SIDE} px a side are read")
            if not (opened.mode.startswith("I") if grey else opened.mode == "RGB"):
                wanted = "16-bit grey" if grey else "8-bit RGB"
                raise DatasetError(f"{path} is a PNG of mode {opened.mode}, not {wanted}; make the video again")
            yield opened
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise DatasetError(f"{path} cannot be read as PNG ({error}); make the video again") from error


def _meta(path: Path) -> tuple[list[float], list[float], float, str]:
    """(K, focus disparities, gamma, mode), checked."""
    try:
        meta = json.loads(read_regular(path, MAX_META))
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); make the video again") from error
    if not isinstance(meta, dict):
        raise DatasetError(f"{path} is not a JSON object; make the video again")
    lists = []
    for key in ("K", "focus_disparity"):
        values = meta.get(key)
        if not isinstance(values, list) or not values or not all(_is_number(v) for v in values):
            raise DatasetError(f"{path}: {key} must be a list of one number per frame; make the video again")
        lists.append([float(v) for v in values])
    blur, focus = lists
    if len(blur) != len(focus):
        raise DatasetError(f"{path}: {len(blur)} values of K, {len(focus)} of focus_disparity; make the video again")
    if min(blur) < 0:
        raise DatasetError(f"{path}: K is negative; make the video again")
    if max(blur) > MAX_SIDE or max(map(abs, focus)) > MAX_FOCUS:
        raise DatasetError(f"{path}: K or focus_disparity is beyond any lens; make the video again")
    gamma, mode = meta.get("gamma"), meta.get("mode")
    if not _is_number(gamma) or gamma <= 0 or not isinstance(mode, str):
        raise DatasetError(f"{path}: gamma must be a positive number and mode a name; make the video again")
    return blur, focus, float(gamma), mode


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= 1 << 53
    return isinstance(value, float) and math.isfinite(value)
