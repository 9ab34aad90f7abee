"""Disparity or depth that is there already: EXR, PNG and TIFF sequences, movies, and .npz archives."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from tokenize import TokenError
from typing import IO

import numpy as np
from numpy.lib import format as npy

from ..errors import FrameUnreadable, MediaNotFound, MediaUnreadable
from ..frames import Image
from ..media.archive import ZIP_DAMAGE, open_archive
from ..media.fingerprint import fingerprint_of
from ..media.limits import check_size
from ..media.open import Footage, open_frames
from .source import DisparitySource, Quantity

_ARRAYS = ("depths", "depth", "disparity")
"""Names that an .npz is looked through for; else its only array is taken."""

_KINDS = ("f", "u", "i")

_HEADERS = {(1, 0): (2, npy.read_array_header_1_0), (2, 0): (4, npy.read_array_header_2_0)}
"""Of a header, by .npy format: bytes that say how long it is, and what reads it."""

_MAX_HEADER = 10_000
"""Bytes; numpy reads whatever length is said before it refuses it."""


def open_maps(path: Path, quantity: Quantity) -> DisparitySource:
    """The source for a file: an archive, or what media reads.

    Raises:
        MediaNotFound, MediaUnreadable, UnsupportedFormat
    """
    return NpzSource(path, quantity) if path.suffix.lower() == ".npz" else MediaSource(path, quantity)


class MediaSource:
    """`DisparitySource` of an image sequence or a movie: its stored numbers, see `read_luma`."""

    per_frame = False
    notes: tuple[str, ...] = ()
    size: tuple[int, int] | None = None

    def __init__(self, path: Path, quantity: Quantity) -> None:
        self._media: Footage = open_frames(path)
        self.quantity = quantity
        self.record: Mapping[str, str] = {
            "kind": "files",
            "model": str(path),
            "fingerprint": self._media.fingerprint,
        }

    def __len__(self) -> int:
        return len(self._media)

    def maps(self, start: int) -> Iterator[Image]:
        return (self._media.read_luma(index) for index in range(start, len(self)))

    def close(self) -> None:
        self._media.close()


class NpzSource:
    """`DisparitySource` of an .npz as Video Depth Anything writes it: one array (frames, h, w), read frame by frame.

    Never unpickled; its header is believed only as far as the archive's own size bears it out.

    Raises:
        MediaNotFound
        MediaUnreadable: no archive, or none with such an array.
    """

    per_frame = False
    notes: tuple[str, ...] = ()
    size: tuple[int, int] | None = None

    def __init__(self, path: Path, quantity: Quantity) -> None:
        if not path.is_file():
            raise MediaNotFound(f"{path}: there is no such file; check the path")
        self._path = path
        self.quantity = quantity
        try:
            self._archive = open_archive(path)
        except ZIP_DAMAGE as error:
            raise MediaUnreadable(f"{path}: no .npz archive, or a damaged one; save it again") from error
        try:
            self._member = self._choose()
            self._shape, self._dtype = self._describe()
        except BaseException:
            self._archive.close()
            raise
        self.record: Mapping[str, str] = {"kind": "npz", "model": str(path), "fingerprint": fingerprint_of([path])}

    def __len__(self) -> int:
        return self._shape[0]

    def maps(self, start: int) -> Iterator[Image]:
        _, height, width = self._shape
        size = height * width * self._dtype.itemsize
        try:
            with self._archive.open(self._member) as file:
                _read_header(file)
                for index in range(len(self)):
                    raw = file.read(size)
                    if len(raw) != size:
                        raise FrameUnreadable(f"{self._path}: cut short at frame {index}; save it again")
                    if index >= start:
                        yield np.frombuffer(raw, self._dtype).reshape(height, width).astype(np.float32)
        except ZIP_DAMAGE as error:
            raise FrameUnreadable(f"{self._path}: damaged ({error}); save it again") from error

    def close(self) -> None:
        self._archive.close()

    def _choose(self) -> str:
        names = {Path(name).stem: name for name in self._archive.namelist() if name.endswith(".npy")}
        for wanted in _ARRAYS:
            if wanted in names:
                return names[wanted]
        if len(names) != 1:
            raise MediaUnreadable(f"{self._path}: {len(names)} arrays, none called depths; save that one alone")
        return next(iter(names.values()))

    def _describe(self) -> tuple[tuple[int, int, int], np.dtype]:
        try:
            with self._archive.open(self._member) as file:
                shape, fortran, dtype = _read_header(file)
                start = file.tell()
        except (SyntaxError, TokenError, MemoryError, *ZIP_DAMAGE) as error:
            raise MediaUnreadable(f"{self._path}: {self._member} is no array of numbers; save it again") from error
        if len(shape) == 4 and shape[3] == 1:
            shape = shape[:3]
        if len(shape) != 3 or fortran or dtype.kind not in _KINDS or min(shape) < 1:
            raise MediaUnreadable(
                f"{self._path}: {self._member} is {dtype} of shape {shape}; save numbers of shape (frames, height, "
                "width)"
            )
        frames, height, width = shape
        check_size(self._path, width, height)
        if self._archive.getinfo(self._member).file_size < start + frames * height * width * dtype.itemsize:
            raise MediaUnreadable(f"{self._path}: {self._member} is shorter than its header says; save it again")
        return (frames, height, width), dtype


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"format {version}")
    size, read = _HEADERS[version]
    length = file.read(size)
    count = int.from_bytes(length, "little")
    if count > _MAX_HEADER:
        raise ValueError(f"a header of {count} bytes")
    return read(io.BytesIO(length + file.read(count)))
