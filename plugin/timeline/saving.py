"""Writing a timeline file, whole or not at all, so that the media it names is found from its new place."""

from __future__ import annotations

import itertools
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.errors import EffectInvalid, MediaNotFound, OutputExists, OutputIsInput, UnsupportedFormat
from ...core.media.partial import flush, partial_beside, publish, remove, unwritable, write_whole
from ..sidecar import Remembered, read_sidecar, sidecar_of, write_sidecar
from ..state import METADATA_KEY
from .clips import Clip, all_clips_in, label
from .collection import Collection
from .document import CONTENT, Document
from .effects import effects_on, separate_copies
from .location import TIMELINES, behind_link, check_name, is_relative, plain_of, relative_to, url_of
from .reattach import remember
from .references import drop_renders, is_render, url_in

MEDIA = "media"
"""The folder in a bundle that holds the media."""

VERSION = "1.0.0"
"""Of the bundle formats, as OpenTimelineIO writes it."""

Relink = Callable[[str, str, bool, bool], Path | None]
"""From a URL, what it is for, whether it is ours, and whether a numbered picture is meant alone, to where it will lie;
None leaves it as it is."""


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
    target = behind_link(target)
    _refuse_name(document, target, overwrite)
    sidecar = sidecar_of(target)
    known = _known(sidecar, overwrite)
    root, collection = _relinked(document, target, portable=portable)
    content = otio.core.serialize_json_to_string(root, None, 4).encode()
    match target.suffix.lower():
        case ".otio":
            room = _room_beside(target)
            if room.exists():
                collection.add_to(room)
            elif collection.files:
                _publish_folder(room, False, lambda folder: collection.copy_to(folder, room.name))
            write_whole(target, content)
        case ".otioz":
            _publish_zip(target, content, collection)
        case ".otiod" if _is_itself(document, target):
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


def _relinked(document: Document, target: Path, *, portable: bool, anew: bool = False) -> tuple[Any, Collection]:
    """OTIO's object as the target will hold it, and the media that go along.

    Args:
        anew: without the renders of effects, which are to be made anew.
    """
    root = document.root.clone()
    separate_copies(root)
    for clip in all_clips_in(root) if anew else ():
        if effects_on(clip):
            with suppress(MediaNotFound):
                drop_renders(clip)
    if target.suffix.lower() == ".otio":
        collection = Collection(target.parent, _room_beside(target).name)
        _relink(root, target.parent, _to_stay_reachable(document, target.parent, collection, portable), portable)
    else:
        collection = Collection(target, MEDIA, adds=_is_itself(document, target))
        _relink(root, target, _to_go_inside(document, collection))
    return root, collection


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


def _room_beside(target: Path) -> Path:
    """Where media goes that only a zip held."""
    return target.with_name(f"{target.stem}.media")


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
    _relinked(document, target, portable=False, anew=anew)


def _refuse_name(document: Document, target: Path, overwrite: bool) -> None:
    check_name(target)
    if target.suffix.lower() not in TIMELINES:
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
    """Where a target is to replace the document's own zip, have all that the document names at hand.

    Raises:
        MediaUnreadable: something cannot be unpacked.
    """
    if target.suffix.lower() != ".otioz" or not _is_itself(document, target):
        return

    def keep(url: str, what: str, ours: bool, alone: bool) -> None:
        with suppress(MediaNotFound):
            document.locate(url, what)

    _relink(document.root, document.folder, keep)


def _to_go_inside(document: Document, collection: Collection) -> Relink:
    return lambda url, what, ours, alone: collection.place(document.locate(url, what), alone=alone)


def _to_stay_reachable(document: Document, folder: Path, collection: Collection, portable: bool) -> Relink:
    """Moves what is relative or our own along; others' absolute URLs, but for `portable`, stay as they are.

    So does what is not there.
    """
    moves = os.path.realpath(folder) != os.path.realpath(document.folder)

    def relink(url: str, what: str, ours: bool, alone: bool) -> Path | None:
        zipped = document.path.suffix.lower() == ".otioz"
        if not (ours or zipped or portable or (moves and is_relative(url))):
            return None
        try:
            found = document.locate(url, what)
        except MediaNotFound:
            return None
        if document.is_unpacked(found):
            return collection.place(found, alone=alone)
        return found if ours or portable or is_relative(url) else None

    return relink


def _relink(root: Any, folder: Path, relink: Relink, portable: bool = False) -> None:
    """Rewrite every reference's URL, and our effects' disparity, as `folder` sees where they will lie."""
    for clip in all_clips_in(root):
        for key, reference in clip.media_references().items():
            url = url_in(reference)
            # By OTIO one file; with the effect on it, it is played as a sequence.
            alone = isinstance(reference, otio.schema.ExternalReference) and not effects_on(clip)
            place = relink(url, label(clip), is_render(key, reference), alone) if url else None
            if place is not None:
                check_name(place)
                _point(reference, place, folder, is_render(key, reference) and not portable)
        for disparity in _disparities(clip):
            place = relink(disparity["target_url"], f"the disparity of {label(clip)}", True, False)
            if place is not None:
                check_name(place)
                disparity["target_url"] = (relative_to(place, folder) if portable else None) or plain_of(place, folder)


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
    text = relative_to(path, folder)
    if text is None:
        return url_of(path, folder)
    return "".join(f"%{ord(sign):02X}" if sign in "%#?" else sign for sign in text)


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
            flush(partial)
            if target.is_dir():
                target.rename(replaced)
            publish(partial, target)
        finally:
            if replaced.exists() and not target.exists():
                replaced.rename(target)
            remove(partial)
            remove(replaced)
