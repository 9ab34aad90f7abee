"""Estimated maps on their way: kept as they came, beside the target, until all are there.

What is normalised once per clip needs the whole clip first, and memory must not grow with it. A killed run goes on
from the whole chunks that it left.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from ..errors import DisparityError, OutputBusy, OutputExists, ResumeMismatch
from ..frames import Image
from ..media.lock import LOCK, lock_folder
from ..media.partial import partial_beside, publish, remove, sweep, unwritable, write_whole
from ..media.regular import read_regular

CHUNK_FRAMES = 24
"""What a kill can cost."""

CHUNK_BYTES = 64 << 20
"""What a chunk may take in memory, if it is more than one frame."""

_MANIFEST = "manifest.json"
_MAX_MANIFEST = 1 << 20
_NAME = re.compile(r"(\d{8})\.npy")


def maps_folder(target: Path) -> Path:
    """Where the maps of an unfinished target lie."""
    fits = len(os.fsencode(target.name)) <= 200
    return target.parent / f".{target.name if fits else hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]}.maps"


class RawMaps(Sequence[Image]):
    """The maps of one target so far: a context manager that holds their folder alone.

    Args:
        facts: everything that the maps depend on.
        resume: go on from what is there; else anything there is refused, or with `anew` forgotten.

    Raises:
        OutputBusy, OutputExists, ResumeMismatch, OutputUnwritable
    """

    def __init__(self, target: Path, facts: Mapping[str, object], *, resume: bool, anew: bool) -> None:
        self._target = target
        self._folder = maps_folder(target)
        self._chunks: list[int] = []
        self._length = 0
        self._open: tuple[int, Image] | None = None
        with unwritable(target):
            lock = lock_folder(self._folder, shared=False)
        if lock is None:
            raise OutputBusy(f"{target} is being made by another process; wait for it, stop it, or give another name")
        self._lock = lock
        try:
            self._claim(json.dumps(facts, sort_keys=True, indent=1).encode(), resume, anew)
        except BaseException:
            self._lock.close()
            raise

    def _claim(self, manifest: bytes, resume: bool, anew: bool) -> None:
        path = self._folder / _MANIFEST
        with unwritable(self._target):
            sweep(self._folder)
            left = any(_NAME.fullmatch(file.name) for file in self._folder.iterdir())
            if left and not (resume or anew):
                raise OutputExists(f"an unfinished {self._target} lies beside it; --resume goes on, --overwrite begins")
            if left and resume and (not path.exists() or read_regular(path, _MAX_MANIFEST) != manifest):
                raise ResumeMismatch(
                    f"beside {self._target} lie maps of another clip or model; give those again, or use --overwrite "
                    "without --resume to begin anew"
                )
            if not left or not resume:
                for file in self._folder.iterdir():
                    if file.name != LOCK:
                        remove(file)
                write_whole(path, manifest)
        while (chunk := self._folder / f"{self._length:08d}.npy").exists():
            self._chunks.append(self._length)
            self._length += len(self._loaded(chunk))

    def extend(self, maps: Iterable[Image]) -> None:
        """Keep maps that follow those that are there, chunk by chunk.

        Raises:
            DisparityError: they are of different sizes.
            OutputUnwritable: the disk is full.
        """
        rest = iter(maps)
        for first in rest:
            room = max(1, min(CHUNK_FRAMES, CHUNK_BYTES // first.nbytes))
            chunk = [*chain([first], islice(rest, room - 1))]
            shape = self[0].shape if self._length else first.shape
            for index, image in enumerate(chunk, self._length):
                if image.shape != shape:
                    raise DisparityError(
                        f"the map of frame {index} is {image.shape[1]}x{image.shape[0]}, unlike the first one's "
                        f"{shape[1]}x{shape[0]}; estimate the clip at one size"
                    )
            self._keep(np.stack(chunk).astype(np.float32, copy=False))

    def _keep(self, chunk: Image) -> None:
        path = self._folder / f"{self._length:08d}.npy"
        with unwritable(self._target):
            partial = partial_beside(path)
            try:
                with partial.open("xb") as file:
                    np.save(file, chunk, allow_pickle=False)
                publish(partial, path)
            finally:
                remove(partial)
        self._chunks.append(self._length)
        self._length += len(chunk)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Image:  # type: ignore[override]  # frames are asked for one by one
        if not 0 <= index < self._length:
            raise IndexError(index)
        start = self._chunks[int(np.searchsorted(self._chunks, index, side="right")) - 1]
        if self._open is None or self._open[0] != start:
            self._open = start, self._loaded(self._folder / f"{start:08d}.npy")
        image: Image = np.array(self._open[1][index - start])
        return image

    def __iter__(self) -> Iterator[Image]:
        return (self[index] for index in range(self._length))

    def _loaded(self, path: Path) -> Image:
        try:
            chunk: Image = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError, EOFError) as error:
            raise ResumeMismatch(f"{path} is damaged ({error}); use --overwrite to begin anew") from error
        if chunk.ndim != 3 or chunk.dtype != np.float32:
            raise ResumeMismatch(f"{path} is damaged (it holds no maps); use --overwrite to begin anew")
        return chunk

    def discard(self) -> None:
        """Remove the folder once the target is in place."""
        self._open = None
        if os.name != "posix":
            self._lock.close()
        with unwritable(self._target):
            doomed = partial_beside(self._folder)
            os.replace(self._folder, doomed)
        self._lock.close()
        remove(doomed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = None
        if not self._lock.closed and not self._length:
            self.discard()
        self._lock.close()
