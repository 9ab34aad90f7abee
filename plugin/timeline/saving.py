"""Writing a timeline file, whole or not at all, so that the media it names is found from its new place."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.errors import MediaNotFound, OutputExists, OutputIsInput, UnsupportedFormat
from ...core.media.partial import partial_beside, publish, remove, unwritable, write_whole
from ..sidecar import read_sidecar, sidecar_of, write_sidecar
from ..state import METADATA_KEY
from .clips import Clip, clips_in, label
from .collection import Collection
from .document import CONTENT, Document
from .effects import effects_on
from .location import is_relative, plain_of, url_of
from .reattach import remember
from .references import is_render, url_in

MEDIA = "media"
"""The folder in a bundle that holds the media."""

VERSION = "1.0.0"
"""Of the bundle formats, as OpenTimelineIO writes it."""

Relink = Callable[[str, str, bool], Path | None]
"""From a URL, what it is for, and whether it is ours, to where it will lie; None leaves it as it is."""


def save_document(document: Document, target: Path, *, overwrite: bool = False, portable: bool = False) -> None:
    """Write `.otio`, or `.otioz` or `.otiod` with all the media inside, and the sidecar of its effects beside it.

    In an `.otio`, relative URLs are rewritten for its folder, and media that only a zip held goes to a folder
    `NAME.media` beside it. The document itself stays as it is.

    Args:
        overwrite: replace a target; without it a sidecar that is there gains our effects and loses none, and with it
            none that the document's clips could not be told for. A folder `NAME.media` of others is never replaced.
        portable: in an `.otio`, whatever is on this disk goes by a relative path, so that all may move together.

    Raises:
        UnsupportedFormat: none of the three.
        OutputExists, OutputIsInput, OutputUnwritable: nothing was written.
        MediaNotFound: media that a bundle needs.
    """
    refuse_target(document, target, overwrite)
    kind = target.suffix.lower()
    room = target.with_name(f"{target.stem}.media")
    sidecar = sidecar_of(target)
    known = read_sidecar(sidecar) if sidecar.exists() and not overwrite else {}
    root = document.root.clone()
    if kind == ".otio":
        collection = Collection(target.parent, room.name)
        _relink(root, target.parent, _to_stay_reachable(document, target.parent, collection, portable), portable)
    else:
        collection = Collection(target, MEDIA)
        _relink(root, target, _to_go_inside(document, collection))
    content = otio.core.serialize_json_to_string(root, None, 4).encode()
    match kind:
        case ".otio":
            if room.exists():
                collection.add_to(room)
            elif collection.files:
                _publish_folder(room, False, lambda folder: collection.copy_to(folder, room.name))
            write_whole(target, content)
        case ".otioz":
            _publish_zip(target, content, collection)
        case ".otiod":
            _publish_folder(target, overwrite, lambda folder: _fill_bundle(folder, content, collection))
    if effects := {**known, **document.unplaced, **remember(root)}:
        write_sidecar(sidecar, effects)
    else:
        with unwritable(sidecar):
            remove(sidecar)  # or what was taken off the timeline would be put back from it


def refuse_target(document: Document, target: Path, overwrite: bool) -> None:
    """Say no before any work is done.

    Raises:
        UnsupportedFormat, OutputExists, OutputIsInput.
    """
    if target.suffix.lower() not in (".otio", ".otioz", ".otiod"):
        raise UnsupportedFormat(f"cannot write a timeline as {target.name}; name it .otio, .otioz or .otiod")
    if overwrite:
        return
    if _is_itself(document, target):
        raise OutputIsInput(f"{target} is the timeline itself; give another name, or --overwrite to replace it")
    if os.path.lexists(target):
        raise OutputExists(f"{target} exists; give another name, or --overwrite to replace it")


def _is_itself(document: Document, target: Path) -> bool:
    return os.path.exists(target) and os.path.exists(document.path) and target.samefile(document.path)


def keep_media(document: Document, target: Path) -> None:
    """Where a target is to replace the document's own bundle, have all that the document names stay at hand.

    Raises:
        MediaUnreadable, OutputUnwritable: something cannot be kept.
    """
    if target.suffix.lower() == ".otio" or not _is_itself(document, target):
        return

    def keep(url: str, what: str, ours: bool) -> None:
        with suppress(MediaNotFound), unwritable(document.path):
            document.keep(url, what)

    _relink(document.root, document.folder, keep)


def _to_go_inside(document: Document, collection: Collection) -> Relink:
    return lambda url, what, ours: collection.place(document.locate(url, what))


def _to_stay_reachable(document: Document, folder: Path, collection: Collection, portable: bool) -> Relink:
    """Moves what is relative or our own along; others' absolute URLs, but for `portable`, stay as they are.

    So does what is not there.
    """
    moves = os.path.realpath(folder) != os.path.realpath(document.folder)

    def relink(url: str, what: str, ours: bool) -> Path | None:
        zipped = document.path.suffix.lower() == ".otioz"
        if not (ours or zipped or portable or (moves and is_relative(url))):
            return None
        try:
            found = document.locate(url, what)
        except MediaNotFound:
            return None
        if document.is_unpacked(found):
            return collection.place(found)
        return found if ours or portable or is_relative(url) else None

    return relink


def _relink(root: Any, folder: Path, relink: Relink, portable: bool = False) -> None:
    """Rewrite every reference's URL, and our effects' disparity, as `folder` sees where they will lie."""
    for clip in clips_in(root):
        for key, reference in clip.media_references().items():
            url = url_in(reference)
            place = relink(url, label(clip), is_render(key, reference)) if url else None
            if place is not None:
                _point(reference, place, folder, is_render(key, reference) and not portable)
        for disparity in _disparities(clip):
            place = relink(disparity["target_url"], f"the disparity of {label(clip)}", True)
            if place is not None:
                disparity["target_url"] = (_relative(place, folder) if portable else None) or plain_of(place, folder)


def _point(reference: Any, place: Path, folder: Path, ours: bool) -> None:
    sequence = isinstance(reference, otio.schema.ImageSequenceReference)
    url = _url(place.parent if sequence else place, folder, ours)
    if sequence:
        reference.target_url_base = f"{url}/"
    else:
        reference.target_url = url


def _url(path: Path, folder: Path, ours: bool) -> str:
    """Our own go by an absolute URL unless they lie below the folder; what was relative stays so."""
    if ours:
        return url_of(path, folder)
    text = _relative(path, folder)
    if text is None:
        return url_of(path, folder)
    return "".join(f"%{ord(sign):02X}" if sign in "%#?" else sign for sign in text)


def _relative(path: Path, folder: Path) -> str | None:
    """With forward slashes; None on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return None


def _disparities(clip: Clip) -> list[Any]:
    """The disparity objects, with a target_url, in the clip's effects of ours; what is damaged is left out."""
    found = []
    for effect in effects_on(clip):
        metadata = effect.metadata.get(METADATA_KEY)
        disparity = metadata.get("disparity") if isinstance(metadata, Mapping) else None
        if isinstance(disparity, Mapping) and isinstance(disparity.get("target_url"), str):
            found.append(disparity)
    return found


def _fill_bundle(folder: Path, content: bytes, collection: Collection) -> None:
    (folder / CONTENT).write_bytes(content)
    (folder / MEDIA).mkdir()
    collection.copy_to(folder)


def _publish_zip(target: Path, content: bytes, collection: Collection) -> None:
    with unwritable(target):
        partial = partial_beside(target)
        try:
            with zipfile.ZipFile(partial, "w", strict_timestamps=False) as bundle:
                bundle.writestr("version.txt", VERSION, zipfile.ZIP_DEFLATED)
                bundle.writestr(CONTENT, content, zipfile.ZIP_DEFLATED)
                for name, file in collection.files.items():
                    bundle.write(file, name, zipfile.ZIP_STORED)
            publish(partial, target)
        finally:
            remove(partial)


def _publish_folder(target: Path, overwrite: bool, fill: Callable[[Path], None]) -> None:
    if os.path.lexists(target) and not overwrite:
        raise OutputExists(f"{target} exists; move it away, or give the timeline another name")
    with unwritable(target):
        partial, replaced = partial_beside(target), partial_beside(target)
        try:
            partial.mkdir()
            fill(partial)
            if target.is_dir():
                target.rename(replaced)
            publish(partial, target)
        finally:
            remove(partial)
            remove(replaced)
