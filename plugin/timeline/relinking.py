"""Where the media of a timeline will lie once it is saved elsewhere, and its references rewritten for that."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.errors import MediaNotFound
from ..state import METADATA_KEY
from .clips import Clip, all_clips_in, label
from .collection import Collection
from .document import Document
from .effects import effects_on, separate_copies
from .location import check_name, is_relative, plain_of, relative_to, url_of
from .references import drop_renders, is_render, url_in

MEDIA = "media"
"""The folder in a bundle that holds the media."""

Relink = Callable[[str, str, bool, bool], Path | None]
"""From a URL, what it is for, whether it is ours, and whether a numbered picture is meant alone, to where it will lie;
None leaves it as it is."""


def relinked(document: Document, target: Path, *, portable: bool, anew: bool = False) -> tuple[Any, Collection]:
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
        collection = Collection(target.parent, room_beside(target).name)
        _relink(root, target.parent, _to_stay_reachable(document, target.parent, collection, portable), portable)
    else:
        collection = Collection(target, MEDIA, adds=is_itself(document, target))
        _relink(root, target, _to_go_inside(document, collection))
    return root, collection


def room_beside(target: Path) -> Path:
    """Where media goes that only a zip held."""
    return target.with_name(f"{target.stem}.media")


def is_itself(document: Document, target: Path) -> bool:
    return os.path.exists(target) and os.path.exists(document.path) and target.samefile(document.path)


def keep_media(document: Document, target: Path) -> None:
    """Where a target is to replace the document's own zip, have all that the document names at hand.

    Raises:
        MediaUnreadable: something cannot be unpacked.
    """
    if target.suffix.lower() != ".otioz" or not is_itself(document, target):
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
