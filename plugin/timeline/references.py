"""A clip's media references: the source stays under its own key, our render stands beside it under ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.errors import MediaNotFound
from ...core.media.numbering import numbered_name, sequence_files
from ..state import METADATA_KEY
from .clips import Clip, label
from .document import Document

RENDER_KEY = "focuspuller_render"

MOST_DIGITS = 99
"""Of a number in a file's name."""

Reference = Any
"""An otio.core.MediaReference, which carries no types."""


def source_key(clip: Clip) -> str:
    """The key of the footage that the effect renders from: what plays, or, where that is our render, what it was of.

    Raises:
        MediaNotFound: only our render is left.
    """
    references = clip.media_references()
    active = clip.active_media_reference_key
    noted = [noted_source(reference) for key, reference in references.items() if is_render(key, reference)]
    for key in (active, *noted, clip.DEFAULT_MEDIA_KEY, *sorted(references)):
        if key in references and not is_render(key, references[key]):
            return str(key)
    raise MediaNotFound(
        f"{label(clip)} has only our render left and no source; reattach the effect from the timeline's "
        ".focuspuller.json, or relink the clip"
    )


def source_reference(clip: Clip) -> Reference:
    return clip.media_references()[source_key(clip)]


def is_render(key: str, reference: Reference) -> bool:
    """Whether a reference is ours: by its key, or by its metadata where an application renamed the key."""
    return key == RENDER_KEY or METADATA_KEY in reference.metadata


def plays_render(clip: Clip) -> bool:
    """Whether our render is what plays."""
    references, active = clip.media_references(), clip.active_media_reference_key
    return active in references and is_render(active, references[active])


def noted_source(render: Reference) -> str | None:
    """The key under which the source stood when our render was put beside it."""
    noted = render.metadata.get(METADATA_KEY)
    key = noted.get("source_reference") if isinstance(noted, Mapping) else None
    return key if isinstance(key, str) else None


def put_render(clip: Clip, render: Reference) -> None:
    """Stand `render` beside the source and let it play, in place of an earlier one of ours."""
    references = {key: kept for key, kept in clip.media_references().items() if not is_render(key, kept)}
    clip.set_media_references({**references, RENDER_KEY: render}, RENDER_KEY)


def drop_renders(clip: Clip) -> bool:
    """Take our renders off the clip, and let the source play if one of them did; whether there were any.

    Raises:
        MediaNotFound: nothing else is left.
    """
    references = clip.media_references()
    kept = {key: reference for key, reference in references.items() if not is_render(key, reference)}
    if len(kept) == len(references):
        return False
    active = clip.active_media_reference_key
    clip.set_media_references(kept, active if active in kept else source_key(clip))
    return True


def media_path(document: Document, clip: Clip) -> Path:
    """Where the clip's source lies: a movie, the first file of an image sequence, or its pattern where more than the
    ending follows the number.

    Raises:
        MediaNotFound: none is named, or it is at none of the places that were tried.
        MediaUnreadable: a sequence with gaps, or damaged in its bundle.
    """
    source = source_reference(clip)
    url = url_in(source)
    if not url:
        raise MediaNotFound(f"{label(clip)} has no media; relink it to its footage")
    found = document.locate(url, label(clip))
    if not isinstance(source, otio.schema.ImageSequenceReference):
        return found
    # Of the name that was found, which may be the reference's decoded.
    first = found.with_name(numbered_name(found.name, source.start_frame))
    if not first.is_file():
        raise MediaNotFound(f"{label(clip)}: its sequence has no {first}; relink it, or put the file there")
    if source.frame_step != 1:
        raise MediaNotFound(
            f"{label(clip)}: its sequence plays one in {source.frame_step} files of {found}; relink it to all of them"
        )
    if first.suffix == source.name_suffix:
        return first
    # Named by its first file, "a.0001.beauty.exr" would be one picture.
    if (earlier := sequence_files(found)[0]) != first:
        raise MediaNotFound(
            f"{label(clip)}: its sequence begins with {first.name}, but {earlier.name} lies before that; move it away"
        )
    return found


def url_in(reference: Reference) -> str | None:
    """What a reference points at, a sequence as a pattern; None when it points at no file."""
    if isinstance(reference, otio.schema.ImageSequenceReference):
        base = reference.target_url_base
        slash = "" if not base or base.endswith(("/", "\\")) else "/"
        return f"{base}{slash}{_pattern(reference)}"
    if isinstance(reference, otio.schema.ExternalReference):
        return str(reference.target_url) or None
    return None


def _pattern(sequence: Reference) -> str:
    digits = f"0{min(sequence.frame_zero_padding, MOST_DIGITS)}" if sequence.frame_zero_padding > 0 else ""
    return f"{sequence.name_prefix}%{digits}d{sequence.name_suffix}"
