"""The media of a zipped bundle as files that stay while it is open, even when the bundle itself is replaced."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from ...core.media.archive import open_archive
from ...core.media.partial import partial_beside, remove, sweep
from .location import sequence_expression

_EPOCH = 946_684_800
"""The year 2000, which every disk can hold."""


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
        self._rooms: dict[tuple[str, str], Path] = {}
        self._unpacking = threading.Lock()
        self._is_closed = False
        self._resources = ExitStack()

    def unpack(self, name: str) -> Path | None:
        """Where a zip's member, or a sequence or folder of members, now lies; a fresh folder each, under bare names.

        Raises:
            OSError, and what zipfile raises: it is damaged, there is no room for it, or it was closed meanwhile.
        """
        with self._unpacking:  # by one thread, for all that ask
            if name not in self._unpacked and (place := self._unpacked_anew(name)):
                self._unpacked[name] = place
            return self._unpacked.get(name)

    def holds(self, path: Path) -> bool:
        """Whether it goes with the closing."""
        return path in self._unpacked.values()

    def close(self) -> None:
        self._is_closed = True  # whoever is unpacking stops
        with self._unpacking:
            self._resources.close()
            self._unpacked.clear()
            self._rooms.clear()

    def _check(self) -> None:
        if self._is_closed:
            raise OSError("the timeline was closed meanwhile")

    def _unpacked_anew(self, name: str) -> Path | None:
        at = PurePosixPath(name)
        siblings = self._zipped.get(at.parent.as_posix(), [])
        path = at.name
        wanted = sequence_expression(at.name)
        members = [member for member in siblings if wanted and wanted.fullmatch(PurePosixPath(member).name)]
        if not members and name in siblings:
            members, wanted = [name], None
        elif not members:
            members, path = self._zipped.get(name, []) if name != "." else [], ""
        if not members:
            return None
        series = (at.parent.as_posix(), wanted.pattern if wanted else name)
        if series not in self._rooms:
            self._check()
            room = _room()
            self._resources.callback(remove, room)
            _extract(self._bundle, members, room, self._check)
            self._rooms[series] = room
        return self._rooms[series] / path


def _room() -> Path:
    """A fresh temporary folder; those that the dead left go."""
    unpacked = Path(tempfile.gettempdir()) / "unpacked"
    with suppress(OSError):
        sweep(unpacked.parent, unpacked)
    room = partial_beside(unpacked)
    room.mkdir(0o700)
    return room


def _extract(bundle: Path, members: Iterable[str], room: Path, check: Callable[[], None]) -> None:
    """Members' content under their bare names, so that no name in a zip decides where anything is written.

    A file's time is made of its checksum: it is known again wherever and whenever it is unpacked, and other content is
    told apart.
    """
    with open_archive(bundle) as opened:
        infos = [opened.getinfo(member) for member in members]
        if sum(info.file_size for info in infos) > shutil.disk_usage(room).free:
            raise OSError("it does not fit on the temporary folder's disk")
        for info in infos:
            file = room / Path(info.filename).name
            with opened.open(info) as packed, file.open("wb") as unpacked:
                while piece := packed.read(1 << 20):
                    check()
                    unpacked.write(piece)
            time = _EPOCH + (info.CRC >> 3)
            os.utime(file, (time, time))
