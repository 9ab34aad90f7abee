"""Writing a timeline file, whole or not at all, so that the media it names is found from its new place."""

from __future__ import annotations

import itertools
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import opentimelineio as otio

from ...core.errors import EffectInvalid, OutputExists, OutputIsInput, UnsupportedFormat
from ...core.media.partial import flush, partial_beside, publish, remove, sweep, unwritable, write_whole
from ..sidecar import Remembered, read_sidecar, sidecar_of, write_sidecar
from .collection import Collection
from .document import CONTENT, Document
from .location import TIMELINES, behind_link, check_name
from .reattach import remember
from .relinking import MEDIA, is_itself, relinked, room_beside

VERSION = "1.0.0"
"""Of the bundle formats, as OpenTimelineIO writes it."""


def save_document(
    document: Document, target: Path, *, overwrite: bool = False, portable: bool = False
) -> Mapping[Path, Path]:
    """Write `.otio`, or `.otioz` or `.otiod` with all the media inside, and the sidecar of its effects beside it.

    In an `.otio`, relative URLs are rewritten for its folder, and media that only a zip held goes to a folder
    `NAME.media` beside it. The document itself stays as it is.

    Args:
        overwrite: replace a target; without it a sidecar that is there gains our effects and loses none, and with it
            none that the document's clips could not be told for. A folder `NAME.media` of others is never replaced.
        portable: in an `.otio`, whatever is on this disk goes by a relative path, so that all may move together.

    Returns:
        Where media that went along lie now, by where they lay; those in a zip as if it were a folder.

    Raises:
        UnsupportedFormat: none of the three.
        OutputExists, OutputIsInput, OutputUnwritable: nothing was written.
        MediaNotFound: media that a bundle needs.
    """
    target = behind_link(target)
    _refuse_name(document, target, overwrite)
    sidecar = sidecar_of(target)
    known = _known(sidecar, overwrite)
    root, collection = relinked(document, target, portable=portable)
    content = otio.core.serialize_json_to_string(root, None, 4).encode()
    match target.suffix.lower():
        case ".otio":
            room = room_beside(target)
            if room.exists():
                collection.add_to(room)
            elif collection.files:
                _publish_folder(room, False, lambda folder: collection.copy_to(folder, room.name))
            write_whole(target, content)
        case ".otioz":
            _publish_zip(target, content, collection)
        case ".otiod" if is_itself(document, target):
            # In place, so that all else that lies in it stays.
            collection.add_to(target / MEDIA)
            write_whole(target / CONTENT, content)
        case ".otiod":
            _publish_folder(target, overwrite, lambda folder: _fill_bundle(folder, content, collection))
    _set_damaged_aside(sidecar)
    if effects := {**known, **document.unplaced, **remember(root)}:
        write_sidecar(sidecar, effects)
    else:
        with unwritable(sidecar):
            remove(sidecar)  # or what was taken off the timeline would be put back from it
    return collection.places


def _known(sidecar: Path, overwrite: bool) -> Mapping[str, Remembered]:
    """What the target's sidecar remembers and is to keep."""
    return read_sidecar(sidecar) if sidecar.exists() and not overwrite else {}


def _set_damaged_aside(sidecar: Path) -> None:
    """What cannot be made sense of may be worth more than what takes its place."""
    if not sidecar.exists():
        return
    try:
        read_sidecar(sidecar)
    except EffectInvalid as error:
        if not isinstance(error.__cause__, OSError):
            places = (sidecar.with_name(f"{sidecar.name}.damaged-{number}") for number in itertools.count(1))
            with unwritable(sidecar):
                sidecar.rename(next(place for place in places if not os.path.lexists(place)))


def refuse_target(document: Document, target: Path, overwrite: bool, *, anew: bool = False) -> None:
    """Say no before any work is done.

    Args:
        anew: the renders of all effects are to be made.

    Raises:
        UnsupportedFormat, OutputExists, OutputIsInput, EffectInvalid (the sidecar there); and what finding the media
            raises that are to go along.
    """
    target = behind_link(target)
    _refuse_name(document, target, overwrite)
    _known(sidecar_of(target), overwrite)
    relinked(document, target, portable=False, anew=anew)


def _refuse_name(document: Document, target: Path, overwrite: bool) -> None:
    check_name(target)
    if target.suffix.lower() not in TIMELINES:
        raise UnsupportedFormat(f"cannot write a timeline as {target.name}; name it .otio, .otioz or .otiod")
    if overwrite:
        return
    if is_itself(document, target):
        raise OutputIsInput(f"{target} is the timeline itself; give another name, or --overwrite to replace it")
    if os.path.lexists(target):
        raise OutputExists(f"{target} exists; give another name, or --overwrite to replace it")


def _fill_bundle(folder: Path, content: bytes, collection: Collection) -> None:
    (folder / CONTENT).write_bytes(content)
    (folder / MEDIA).mkdir()
    collection.copy_to(folder)


def _publish_zip(target: Path, content: bytes, collection: Collection) -> None:
    with unwritable(target):
        sweep(target.parent, target)
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
        if os.path.lexists(target):
            sweep(target.parent, target)  # else a kill may have left there all that is left of it
        partial, replaced = partial_beside(target), partial_beside(target)
        try:
            partial.mkdir()
            fill(partial)
            flush(partial)
            if target.is_dir():
                target.rename(replaced)
            publish(partial, target)
            sweep(target.parent, target)
        finally:
            if replaced.exists() and not target.exists():
                replaced.rename(target)
            remove(partial)
            remove(replaced)
