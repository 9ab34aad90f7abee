"""What the panel is opened with: a timeline, or a bare clip that is made into a timeline of one."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ...core.media.archive import ZIP_DAMAGE
from ...plugin.timeline import Document, document_of_media, new_document, open_document, recovered
from ...plugin.timeline.document import CONTENT, MAX_BYTES
from ...plugin.timeline.location import is_timeline


@dataclass(frozen=True)
class Opened:
    """A document, and what its reader should know; `is_file` tells a timeline from a clip made into one.

    `digest` is of the timeline's file as it was read; see `digest_of`.
    """

    document: Document
    is_file: bool
    notes: tuple[str, ...] = ()
    digest: str = ""


def open_timeline_or_clip(path: Path, rate: Fraction | None = None) -> Opened:
    """Args:
    rate: frames per second of a bare image sequence.

    Raises:
    TimelineUnreadable, MediaError: it is neither, with what to do.
    """
    path = path.absolute()
    if not is_timeline(path):
        return Opened(document_of_media(path, rate), is_file=False)
    digest = digest_of(path)  # before it is read: what is written meanwhile counts as a change
    document = open_document(path)
    return Opened(document, True, recovered(document), digest)


def as_it_is_now(opened: Opened) -> Opened:
    """Opened again, if its file was written since.

    Raises:
        TimelineUnreadable: it is not a timeline any more.
    """
    if digest_of(opened.document.path) in ("", opened.digest):
        return opened
    opened.document.close()
    return open_timeline_or_clip(opened.document.path)


def nothing_open() -> Opened:
    """A panel to open something in."""
    return Opened(new_document(Path("untitled.otio")), is_file=False)


def digest_of(path: Path) -> str:
    """Of a timeline's file, to tell whether it is still the one that was opened; of nothing, or of media, empty."""
    if not is_timeline(path):
        return ""
    try:
        if path.suffix.lower() != ".otioz":
            with (path / CONTENT if path.is_dir() else path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()[:32]
        with zipfile.ZipFile(path) as bundle:
            if bundle.getinfo(CONTENT).file_size > MAX_BYTES:
                return ""
            return hashlib.sha256(bundle.read(CONTENT)).hexdigest()[:32]
    except ZIP_DAMAGE:
        return ""
