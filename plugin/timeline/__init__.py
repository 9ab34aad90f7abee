"""The edit: OpenTimelineIO files, their clips, and our effect on them. The only home of opentimelineio."""

from ..media_clock import exact_rate
from .clips import clips, find_clip, names
from .document import Document, open_document
from .effects import add_render, apply, effect_clips, find, remove, separate_copies
from .media_time import lacking, media_clock, media_range
from .new import document_of_media, document_of_movie, new_document
from .notes import notes_on
from .picture_rate import picture_rate
from .reattach import recovered
from .references import media_path, source_key
from .saving import save_document
from .uneven import length_of

__all__ = [
    "Document",
    "add_render",
    "apply",
    "clips",
    "document_of_media",
    "document_of_movie",
    "effect_clips",
    "exact_rate",
    "find",
    "find_clip",
    "lacking",
    "length_of",
    "media_clock",
    "media_path",
    "media_range",
    "names",
    "new_document",
    "notes_on",
    "open_document",
    "picture_rate",
    "recovered",
    "remove",
    "save_document",
    "separate_copies",
    "source_key",
]
