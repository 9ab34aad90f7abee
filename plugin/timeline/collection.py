"""Media on its way to lie with a timeline: which file goes where, and under what name."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ...core.errors import OutputExists
from ...core.media.partial import partial_beside, publish, remove, sweep, unwritable
from .location import files_at, sequence_expression


class Collection:
    """Media on its way into a folder, each file under a name of its own there.

    Args:
        target: the timeline's folder or bundle.
        folder: the name in it where the media goes.
        adds: to what is there already: that stays where it is, and has its name.
    """

    def __init__(self, target: Path, folder: str, *, adds: bool = False) -> None:
        self.files: dict[str, Path] = {}
        self._target = target
        self._folder = folder
        self._placed: dict[tuple[Path, bool], Path] = {}
        self._series: dict[tuple[Path, str], str] = {}
        self._adds = adds
        self._taken: set[str] = set()

    def place(self, path: Path, *, alone: bool = False) -> Path:
        """Where a file, folder or sequence pattern will lie in the target.

        Args:
            alone: a file that is there is meant, and not the sequence that its number may be of.
        """
        if self._adds and (inside := self._inside(path)) is not None:
            return inside
        if (path, alone) not in self._placed:
            sequence = None if alone and path.is_file() else sequence_expression(path.name)
            files = [path] if alone and path.is_file() else files_at(path)
            # Named by several of its files, it goes once.
            series = (path.parent, sequence.pattern if sequence else path.name)
            if series not in self._series:
                self._series[series] = self._free(_series(path.name) if sequence else path.name, files)
            name = f"{self._folder}/{self._series[series]}"
            for file in files:
                self.files[f"{name}/{file.name}" if sequence or path.is_dir() else name] = file
            self._placed[path, alone] = self._target / (f"{name}/{path.name}" if sequence else name)
        return self._placed[path, alone]

    @property
    def places(self) -> dict[Path, Path]:
        """Where what was placed will lie, by where it lies now."""
        return {path: place for (path, _), place in self._placed.items()}

    def copy_to(self, folder: Path, without: str = "") -> None:
        """Copy the files below `folder`, their names less their first part, `without`."""
        for name, file in self.files.items():
            copy = folder / PurePosixPath(name).relative_to(without)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)  # with its time, by which it is known again without being read

    def add_to(self, folder: Path) -> None:
        """Copy to a folder what it does not hold yet.

        Raises:
            OutputExists: it holds another file of that name; nothing was copied.
        """
        copies = {folder.parent / name: file for name, file in self.files.items()}
        there = [copy for copy in copies if os.path.lexists(copy)]
        for copy in there:
            if not (copy.is_file() and filecmp.cmp(copies[copy], copy)):
                raise OutputExists(f"{copy} is another file; move it away, or give the timeline another name")
        for copy in copies.keys() - there:
            with unwritable(copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                sweep(copy.parent, copy)
                partial = partial_beside(copy)
                try:
                    shutil.copy2(copies[copy], partial)
                    publish(partial, copy)
                finally:
                    remove(partial)

    def _inside(self, path: Path) -> Path | None:
        """Where it lies in the target already."""
        target, real = Path(os.path.realpath(self._target)), Path(os.path.realpath(path))
        return self._target / real.relative_to(target) if real.is_relative_to(target) else None

    def _free(self, name: str, files: Iterable[Path]) -> str:
        """The name, or with a number where another file has it, on disks that ignore case too."""
        stem, suffix = os.path.splitext(name)
        number, free = 1, name
        while free.lower() in self._taken or (self._adds and not self._fits(free, files)):
            number += 1
            free = f"{stem}-{number}{suffix}"
        self._taken.add(free.lower())
        return free

    def _fits(self, name: str, files: Iterable[Path]) -> bool:
        """Whether nothing has the name in the target, or these very files."""
        place = self._target / self._folder / name
        if not os.path.lexists(place):
            return True
        copies = [(file, place / file.name if place.is_dir() else place) for file in files]
        return all(copy.is_file() and filecmp.cmp(file, copy) for file, copy in copies)


def _series(name: str) -> str:
    """What a sequence's folder is called: `a` for `a.%04d.exr` and `a.0001.exr`."""
    return re.split(r"[%#]|[0-9]+\.[^.]*\Z", name)[0].rstrip("._- ") or "sequence"
