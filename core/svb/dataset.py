"""SVB on disk: one folder a video, written whole or not at all, and never trusted when read.

frames/0000.png      all-in-focus, 8-bit sRGB
bokeh/0000.png       through the lens, 8-bit sRGB
disparity/0000.png   16-bit grey, value / 65535
meta.json            K and focus_disparity: a number per frame; gamma, mode
"""

from __future__ import annotations

import json
import math
import os
import re
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
from .picture_file import MAX_SIDE, check_picture, check_size, read_picture

FOLDERS = ("frames", "bokeh", "disparity")

RECORD = "svb.json"
"""Beside the videos that `synth` wrote: what made them."""

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
        lengths: of the pictures' files, bytes, folder by folder.
        written: when the last of its files was, ns.
    """

    path: Path
    mode: str
    gamma: float
    lens: Sequence[Defocus]
    size: tuple[int, int]
    lengths: tuple[int, ...]
    written: int

    def __len__(self) -> int:
        return len(self.lens)

    def read(self, index: int) -> VideoFrame:
        """The moment at 0 ≤ index < len.

        Raises:
            DatasetError: a picture is missing, damaged, or of another size or kind than the first.
        """
        frame, disparity = self.read_still(index)
        return VideoFrame(frame, self._picture("bokeh", index), disparity, self.lens[index])

    def read_still(self, index: int) -> tuple[Image, Image]:
        """The frame of that moment (H, W, 3), and its disparity (H, W), without what a lens makes of it.

        Raises:
            DatasetError: as `read` does.
        """
        return self._picture("frames", index), self._picture("disparity", index)

    def _picture(self, folder: str, index: int) -> Image:
        """(H, W, 3) from 8-bit RGB, or (H, W) from 16-bit grey; float32 in [0, 1]."""
        grey = folder == "disparity"
        with _remedied(self.path):
            codes = read_picture(self.path / folder / f"{index:04d}.png", self.size, grey=grey)
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
    if not (os.path.lexists(path / "meta.json") or _is_ours(path)):
        raise DatasetError(f"{path} is no video folder, it has no meta.json; give the folder that holds video folders")
    with _remedied(path):
        blur, focus, gamma, mode = _meta(path / "meta.json")
        expected = [f"{index:04d}.png" for index in range(len(blur))]
        for folder in FOLDERS:
            _check_names(path / folder, expected)
        files = {
            picture: check_picture(picture, grey=folder == "disparity")
            for folder in FOLDERS
            for picture in (path / folder / name for name in expected)
        }
        size = next(iter(files.values())).size
        for picture, file in files.items():
            check_size(picture, file.size, size)
    return Video(
        path=path,
        mode=mode,
        gamma=gamma,
        lens=[Defocus(k, d) for k, d in zip(blur, focus, strict=True)],
        size=size,
        lengths=tuple(file.length for file in files.values()),
        written=max((path / "meta.json").stat().st_mtime_ns, *(file.written for file in files.values())),
    )


def _check_names(folder: Path, expected: Sequence[str]) -> None:
    if not folder.is_dir():
        raise DatasetError(f"{folder.parent} has no folder {folder.name}")
    # File managers leave hidden files, and thumbnails.
    found = {p.name for p in folder.iterdir() if not (p.name.startswith(".") or p.name == "Thumbs.db")}
    missing, extra = [n for n in expected if n not in found], sorted(found.difference(expected))
    if missing or extra:
        problem = f"lacks {missing[0]}" if missing else f"has an extra {extra[0]}"
        raise DatasetError(f"{folder} {problem} (meta.json counts {len(expected)} frames)")


@contextmanager
def _remedied(video: Path) -> Iterator[None]:
    """Where `synth` wrote the video, it can write it again."""
    try:
        yield
    except DatasetError as error:
        if not _is_ours(video):
            raise
        remedy = f"remove {video}, then run the same `focuspuller synth` with --resume"
        raise DatasetError(f"{error}; {remedy}") from error


def _is_ours(video: Path) -> bool:
    return os.path.isfile(video.parent / RECORD) and re.fullmatch("[0-9]{5}", video.name) is not None


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


def _meta(path: Path) -> tuple[list[float], list[float], float, str]:
    """(K, focus disparities, gamma, mode), checked."""
    try:
        meta = json.loads(read_regular(path, MAX_META))
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{path} cannot be read ({error})") from error
    if not isinstance(meta, dict):
        raise DatasetError(f"{path} is not a JSON object")
    lists = []
    for key in ("K", "focus_disparity"):
        values = meta.get(key)
        if not isinstance(values, list) or not values or not all(_is_number(v) for v in values):
            raise DatasetError(f"{path}: {key} must be a list of one number per frame")
        lists.append([float(v) for v in values])
    blur, focus = lists
    if len(blur) != len(focus):
        raise DatasetError(f"{path}: {len(blur)} values of K, {len(focus)} of focus_disparity")
    if min(blur) < 0:
        raise DatasetError(f"{path}: K is negative")
    if max(blur) > MAX_SIDE or max(map(abs, focus)) > MAX_FOCUS:
        raise DatasetError(f"{path}: K or focus_disparity is beyond any lens")
    gamma, mode = meta.get("gamma"), meta.get("mode")
    if not _is_number(gamma) or gamma <= 0 or not isinstance(mode, str):
        raise DatasetError(f"{path}: gamma must be a positive number and mode a name")
    return blur, focus, float(gamma), mode


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= 1 << 53
    return isinstance(value, float) and math.isfinite(value)
