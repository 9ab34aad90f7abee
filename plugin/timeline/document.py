"""An open timeline file: `.otio`, or a bundle of it and its media, `.otioz` (a zip) or `.otiod` (a folder)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate, chain
from pathlib import Path, PurePosixPath
from posixpath import normpath
from types import TracebackType
from typing import Any

import opentimelineio as otio

from ...core.errors import MediaNotFound, MediaUnreadable, TimelineUnreadable
from ...core.media.archive import ZIP_DAMAGE, open_archive
from ...core.media.regular import read_regular
from ..sidecar import Remembered
from .bundle_media import BundleMedia
from .location import behind_link, candidates, files_at, is_network, spellings

CONTENT = "content.otio"
"""The timeline inside a bundle."""

MAX_BYTES = 1 << 30
MAX_DEPTH = 500
"""OpenTimelineIO's parser overflows the stack on what nests far deeper; a stack in a stack adds 4."""

MAX_BRACKETS = 10_000_000
"""Each takes some hundred bytes once read; edits have some sixty a clip."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

OTIO_REFUSALS: tuple[type[Exception], ...] = (
    otio.exceptions.OTIOError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    RuntimeError,
)
"""What OpenTimelineIO raises on JSON that is not its own."""


class Document:
    """A timeline and where it stands. A context manager: closing removes what was unpacked from a zip.

    Args:
        root: OTIO's object: a timeline, a collection of them, a stack, a track or a clip.
        path: its file; relative media is looked up beside it, or inside it when it is a bundle.
        media: of the document that this is a copy of, which closes them.

    Attributes:
        unplaced: effects that its sidecar remembers and no clip of it could be told for; saved with it.
    """

    def __init__(self, root: Any, path: Path, media: BundleMedia | None = None) -> None:
        self.root = root
        self.path = path
        self.unplaced: Mapping[str, Remembered] = {}
        self._media = media or BundleMedia(path, _members(path) if path.suffix.lower() == ".otioz" else {})
        self._is_copy = media is not None
        self._located: dict[str, Path] = {}

    @property
    def folder(self) -> Path:
        """What relative media is relative to."""
        return self.path if self.path.suffix.lower() == ".otiod" else self.path.parent

    def locate(self, url: str, what: str) -> Path:
        """The file, folder or sequence pattern on this disk that a URL or path names; unpacked if it was zipped.

        Args:
            what: what it is, such as "clip 'a'", for the message.

        Raises:
            MediaNotFound: says where it was looked for.
            MediaUnreadable: it is in the bundle, but damaged.
        """
        if url in self._located:
            return self._located[url]
        if is_network(url):
            raise MediaNotFound(f"{what}: {short(url)} is not on this machine; download it and relink the clip")
        tried = candidates(url, self.folder)
        unpacked = (self._unpack(normpath(text)) for text in spellings(url))
        found = next((path for path in chain(unpacked, tried) if path and files_at(path)), None)
        if found is None:
            places = " nor ".join(short(str(path)) for path in tried[:3]) or "an empty path"
            raise MediaNotFound(f"{what}: no media at {places}; put it there or relink the clip")
        self._located[url] = found
        return found

    def is_unpacked(self, path: Path) -> bool:
        """Whether a located path came out of the bundle and goes when the document closes."""
        return self._media.holds(path)

    def copy(self) -> Document:
        """A document of its own that finds its media where this one does; to be closed before this one."""
        copied = Document(self.root.clone(), self.path, self._media)
        copied.unplaced = self.unplaced
        return copied

    def close(self) -> None:
        if not self._is_copy:
            self._media.close()
        self._located.clear()

    def __enter__(self) -> Document:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _unpack(self, name: str) -> Path | None:
        try:
            return self._media.unpack(name)
        except ZIP_DAMAGE as error:
            raise MediaUnreadable(
                f"{self.path}: {short(name)} in it cannot be unpacked ({_reason(error)}); "
                "make room in the temporary folder, or make the bundle anew"
            ) from error


def open_document(path: Path) -> Document:
    """Read a timeline file.

    Raises:
        TimelineUnreadable: missing, damaged, hostile, or not a timeline.
    """
    path = behind_link(path)
    data = _content(path)
    brackets = _brackets(data)
    if len(brackets) > MAX_BRACKETS:
        raise TimelineUnreadable(f"{path} is larger than any edit; export it anew")
    if max(accumulate((1 if sign in b"[{" else -1 for sign in brackets), initial=0)) > MAX_DEPTH:
        raise TimelineUnreadable(f"{path}: nested deeper than any edit; it is damaged: export it anew")
    try:
        root = otio.core.deserialize_json_from_string(data.decode("utf-8-sig"))
    except OTIO_REFUSALS as error:
        raise TimelineUnreadable(
            f"{path} is not a timeline that OpenTimelineIO {otio.__version__} reads ({_reason(error)}); export it anew"
        ) from error
    _check_root(root, path)
    return Document(root, path)


def _content(path: Path) -> bytes:
    """The timeline's JSON."""
    try:
        match path.suffix.lower():
            case ".otio":
                return _read(path)
            case ".otiod":
                return _read(path / CONTENT)
            case ".otioz":
                with open_archive(path) as bundle, bundle.open(CONTENT) as packed:
                    content = packed.read(MAX_BYTES + 1)
                if len(content) > MAX_BYTES:
                    raise TimelineUnreadable(f"{path}: its {CONTENT} is larger than any edit; make it anew")
                return content
    except ZIP_DAMAGE as error:
        raise TimelineUnreadable(
            f"cannot read {path}: {_reason(error)}; check the path, or export the timeline anew"
        ) from error
    raise TimelineUnreadable(
        f"{path} is no .otio, .otioz or .otiod; export the edit as one, or convert it with otioconvert"
    )


def _read(path: Path) -> bytes:
    return read_regular(path, MAX_BYTES)


def _brackets(data: bytes) -> bytes:
    return _STRING.sub(b"", data).translate(None, _ALL_BUT_BRACKETS)


def _check_root(root: Any, path: Path) -> None:
    """Only what has clips in it; and no timeline without tracks, in which OpenTimelineIO's search crashes."""
    pending = [root]
    while pending:
        held = pending.pop()
        if isinstance(held, otio.schema.SerializableCollection):
            pending.extend(held)
        elif isinstance(held, otio.schema.Timeline):
            if held.tracks is None:
                raise TimelineUnreadable(f"{path}: a timeline in it has no tracks; export it anew")
        elif held is root and not isinstance(held, otio.core.Composition | otio.schema.Clip):
            raise TimelineUnreadable(f"{path} holds {type(root).__name__}, not a timeline; export the edit anew")


def _members(bundle: Path) -> dict[str, list[str]]:
    """A zip's files by their folder. Look-ups are normalised, so none finds a name that points outside."""
    folders: dict[str, list[str]] = {}
    try:
        with open_archive(bundle) as opened:
            for info in opened.infolist():
                if not info.is_dir():
                    folders.setdefault(PurePosixPath(info.filename).parent.as_posix(), []).append(info.filename)
    except ZIP_DAMAGE as error:
        raise TimelineUnreadable(f"cannot read {bundle}: {_reason(error)}; make the bundle anew") from error
    return folders


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return short(" ".join(str(text).strip("'\"").split()))


def short(text: str) -> str:
    """Fit for a one-line message, whatever it holds."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in text)
    return printable if len(printable) <= 160 else f"{printable[:100]}…{printable[-55:]}"
