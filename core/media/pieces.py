"""Finished frames of a long render, kept in whole, checksummed pieces until all of them are there to be joined."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from av import VideoFrame

from ..errors import MediaUnreadable, OutputBusy, ResumeMismatch
from ..frames import Image
from .held import read_held, write_held
from .info import MediaInfo
from .lock import LOCK, lock_folder
from .output_format import OutputFormat, sequence_folder
from .partial import partial_beside, publish, remove, sweep, unwritable, write_whole
from .regular import read_regular

_MANIFEST = "manifest.json"
_MAX_MANIFEST = 1 << 20
_NAME = re.compile(r"(\d{8,})-(\d{8,})-([0-9a-f]{16})\.mkv")


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Frames start to stop (exclusive) of the clip, as one file."""

    start: int
    stop: int
    path: Path
    checksum: str


def pieces_folder(target: Path) -> Path:
    """Where the pieces of a render lie: beside its target.

    Those of a sequence lie in its folder, or beside the folder when they were begun before there was one.
    """
    if sequence_folder(target) == target:
        return target.parent / _hidden(target.name)
    folder = target.parent
    beside = folder.parent / _hidden(f"{folder.name}.{target.name}")
    return folder / _hidden(target.name) if folder.exists() and not beside.exists() else beside


def _hidden(name: str) -> str:
    """A long name may leave no room for ours: then its digest stands for it."""
    fits = len(os.fsencode(name)) <= 200
    return f".{name if fits else hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}.pieces"


def has_pieces(target: Path) -> bool:
    """Whether an unfinished render of the target lies beside it."""
    with unwritable(target):
        return _listed(pieces_folder(target)) != []


def sweep_pieces(target: Path) -> None:
    """Remove what a kill left of pieces that had been joined."""
    folder = pieces_folder(target)
    with unwritable(target):
        sweep(folder.parent, folder)


class Pieces:
    """The pieces of one target's render: a context manager that holds their folder.

    One process works in it alone, or several share it that each render a part. Pictures are held losslessly in the
    pixel format of the output, so joining is one encode and the file is the same however the render was cut. Pieces may
    overlap. Only whole pieces ever have a piece's name.

    Args:
        fingerprint: everything that the pictures depend on.
        shared: others may render parts at the same time; else nobody may be at work here.
        anew: forget what is there, unless it is shared.

    Raises:
        OutputBusy: another process is rendering the target.
        ResumeMismatch: there are another render's pieces.
        OutputUnwritable: no folder, no permission, no space.
    """

    def __init__(
        self,
        target: Path,
        fingerprint: str,
        output_format: OutputFormat,
        info: MediaInfo,
        *,
        shared: bool = False,
        anew: bool = False,
    ) -> None:
        self._target = target
        self._folder = pieces_folder(target)
        self._format = output_format
        self._info = info
        self._shared = shared
        self._manifest = _manifest(fingerprint, output_format, info)
        with unwritable(target):
            lock = lock_folder(self._folder, shared=shared)
        if lock is None:
            raise OutputBusy(
                f"{target} is being rendered by another process; wait for it, stop it, or give another name"
            )
        self._lock = lock
        try:
            self._claim(anew)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; of a render that ended before its first piece nothing stays."""
        is_done = not self._lock.closed and not self._shared and not _listed(self._folder)
        if os.name != "posix":
            self._lock.close()  # there, nothing that is open can be removed
        if is_done:
            remove(self._folder)
        self._lock.close()

    def _claim(self, anew: bool) -> None:
        manifest = self._folder / _MANIFEST
        with unwritable(self._target):
            sweep(self._folder.parent, self._folder)
            sweep(self._folder)
            if not self._shared and (anew or not _listed(self._folder)):
                for path in self._folder.iterdir():
                    if path.name != LOCK:
                        remove(path)
            if not manifest.exists():
                write_whole(manifest, self._manifest)
            found = read_regular(manifest, _MAX_MANIFEST)
        if found != self._manifest:
            remedy = f"remove {self._folder} to begin anew" if self._shared else "begin anew"
            raise ResumeMismatch(
                f"beside {self._target} lie pieces of a render with other settings or media; give those again, or "
                f"{remedy}",
                options="" if self._shared else "--overwrite without --resume",
            )

    @property
    def is_empty(self) -> bool:
        return self._pieces() == []

    def missing(self, start: int, stop: int) -> list[range]:
        """The runs of frames in start..stop (exclusive) that no piece holds yet."""
        runs = []
        cursor = start
        for piece in self._pieces():
            if piece.start >= stop:
                break
            if piece.start > cursor:
                runs.append(range(cursor, piece.start))
            cursor = max(cursor, piece.stop)
        if cursor < stop:
            runs.append(range(cursor, stop))
        return runs

    def write(self, start: int, images: Iterable[Image]) -> None:
        """Keep consecutive pictures, upright (H, W, 3), the first of which is frame `start`, as one piece.

        Raises:
            OutputUnwritable: the disk is full, or the folder went away.
        """
        partial = partial_beside(self._folder / "piece")
        try:
            with unwritable(self._target):
                with open(partial, "xb") as file:
                    count = write_held(file, images, self._format)
                if count:
                    name = f"{start:08d}-{start + count:08d}-{self._checksum(partial)}.mkv"
                    publish(partial, self._folder / name)
        finally:
            remove(partial)

    def verify(self, frames: range) -> None:
        """Remove the pieces of these frames that are not what was written, so that they are rendered again."""
        ours = [piece for piece in self._pieces() if piece.start < frames.stop and frames.start < piece.stop]
        with unwritable(self._target):
            damaged = [piece for piece in ours if not self._is_sound(piece)]
        for piece in damaged:
            remove(piece.path)

    def frames(self, start: int, stop: int) -> Iterator[VideoFrame]:
        """Every frame in start..stop (exclusive), in order, as a writer takes it.

        Raises:
            ValueError: frames are missing.
            MediaUnreadable: a piece is damaged.
        """
        missing = self.missing(start, stop)
        if missing:
            raise ValueError(f"{self._folder} misses frames {missing[0].start} to {missing[0].stop - 1}")
        pieces = self._pieces()
        cursor = start
        while cursor < stop:
            piece = max((p for p in pieces if p.start <= cursor < p.stop), key=lambda p: p.stop)
            count = 0
            for frame in read_held(piece.path, self._format):
                if cursor <= piece.start + count < stop:
                    yield frame
                count += 1
            if count != piece.stop - piece.start:
                raise MediaUnreadable(
                    f"{piece.path} holds {count} frames; remove it and run the command again "
                    "(with --resume where it has it)"
                )
            cursor = piece.stop

    def discard(self) -> None:
        """Remove the folder once the joined file is in place; what a kill leaves, the next render sweeps."""
        if os.name != "posix":
            self._lock.close()  # there, no folder moves that has an open file in it
        doomed = partial_beside(self._folder)
        with unwritable(self._target):
            os.replace(self._folder, doomed)
        try:
            self._lock.close()
            remove(doomed)
        except KeyboardInterrupt:
            remove(doomed)  # the movie is whole: nothing would go on from there
            raise

    def _pieces(self) -> list[Piece]:
        with unwritable(self._target):
            return _listed(self._folder)

    def _is_sound(self, piece: Piece) -> bool:
        try:
            return self._checksum(piece.path) == piece.checksum
        except FileNotFoundError:  # another worker has removed it meanwhile
            return False

    def _checksum(self, path: Path) -> str:
        """Of the manifest and the file, so that a piece of another render is never taken for ours."""
        digest = hashlib.sha256(self._manifest)
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()[:16]


def _listed(folder: Path) -> list[Piece]:
    """The whole pieces in a folder, in order; none when there is no such folder."""
    pieces = []
    for path in folder.iterdir() if folder.exists() else ():
        match = _NAME.fullmatch(path.name)
        if match and int(match[1]) < int(match[2]):
            pieces.append(Piece(int(match[1]), int(match[2]), path, match[3]))
    return sorted(pieces)


def _manifest(fingerprint: str, output_format: OutputFormat, info: MediaInfo) -> bytes:
    facts = {
        "schema_version": 1,
        "fingerprint": fingerprint,
        "width": info.width,
        "height": info.height,
        "format": asdict(output_format),
    }
    return json.dumps(facts, indent=1, sort_keys=True).encode()
