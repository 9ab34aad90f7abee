"""The media of a bundle as files that stay while it is open, even when the bundle itself is replaced."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path, PurePosixPath

from ...core.media.partial import partial_beside, remove
from .location import files_at, sequence_expression


class BundleMedia:
    """Closing removes the files.

    Args:
        bundle: the timeline's file; one that is no bundle holds nothing.
        zipped: a zip's files by their folder.
    """

    def __init__(self, bundle: Path, zipped: Mapping[str, list[str]]) -> None:
        self._bundle = bundle
        self._zipped = zipped
        self._unpacked: dict[str, Path] = {}
        self._kept: dict[Path, Path] = {}
        self._unpacking = threading.Lock()
        self._resources = ExitStack()

    def unpack(self, name: str) -> Path | None:
        """Where a zip's member, or a sequence or folder of members, now lies; a fresh folder each, under bare names.

        Raises:
            OSError, and what zipfile raises: it is damaged, or there is no room for it.
        """
        with self._unpacking:  # by one thread, for all that ask
            if name not in self._unpacked and (place := self._unpacked_anew(name)):
                self._unpacked[name] = place
            return self._unpacked.get(name)

    def keep(self, path: Path) -> None:
        """Have a file, folder or sequence pattern in a bundle that is a folder stay when the bundle is replaced.

        Raises:
            OSError: there is no room for it.
        """
        lies_inside = self._bundle.is_dir() and os.path.abspath(path).startswith(os.path.abspath(self._bundle) + os.sep)
        if path in self._kept.values() or not lies_inside:
            return
        room = self._room / str(len(self._kept))
        room.mkdir(exist_ok=True)
        for file in files_at(path):
            _link(file, room / file.name)
        self._kept[path] = room if path.is_dir() else room / path.name

    def kept(self, path: Path) -> Path:
        """Where what lay at a path is now."""
        return self._kept.get(path, path)

    def holds(self, path: Path) -> bool:
        """Whether it goes with the closing."""
        return path in self._unpacked.values() or path in self._kept.values()

    def close(self) -> None:
        self._resources.close()
        self._unpacked.clear()
        self._kept.clear()

    @cached_property
    def _room(self) -> Path:
        """On the bundle's own disk, where keeping takes no room."""
        room = partial_beside(self._bundle)
        self._resources.callback(remove, room)
        room.mkdir()
        return room

    def _unpacked_anew(self, name: str) -> Path | None:
        at = PurePosixPath(name)
        siblings = self._zipped.get(at.parent.as_posix(), [])
        path = at.name
        if wanted := sequence_expression(at.name):
            members = [member for member in siblings if wanted.fullmatch(PurePosixPath(member).name)]
        elif name in siblings:
            members = [name]
        else:
            members, path = self._zipped.get(name, []) if name != "." else [], ""
        if not members:
            return None
        room = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="focuspuller-")))
        _extract(self._bundle, members, room)
        return room / path


def _extract(bundle: Path, members: Iterable[str], room: Path) -> None:
    """Members' content under their bare names, so that no name in a zip decides where anything is written."""
    with zipfile.ZipFile(bundle) as opened:
        infos = [opened.getinfo(member) for member in members]
        if sum(info.file_size for info in infos) > shutil.disk_usage(room).free:
            raise OSError("it does not fit on the temporary folder's disk")
        for info in infos:
            with opened.open(info) as packed, (room / Path(info.filename).name).open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, 1 << 20)


def _link(file: Path, place: Path) -> None:
    """The same file under another name, or a copy where the disk has no links."""
    try:
        os.link(os.path.realpath(file), place)
    except OSError:
        shutil.copyfile(file, place)
