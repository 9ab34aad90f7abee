"""The edit: OpenTimelineIO files, their clips, and our effect on them. The only home of opentimelineio."""

from .clips import clips, find_clip, names
from .document import Document, document_of_movie, new_document, open_document
from .effects import add_render, apply, effect_clips, find, remove, separate_copies
from .media_time import lacking, media_clock, media_range
from .reattach import Outcome, Reattachment, reattach
from .references import media_path, source_key
from .saving import save_document

__all__ = [
    "Document",
    "Outcome",
    "Reattachment",
    "add_render",
    "apply",
    "clips",
    "document_of_movie",
    "effect_clips",
    "find",
    "find_clip",
    "lacking",
    "media_clock",
    "media_path",
    "media_range",
    "names",
    "new_document",
    "open_document",
    "reattach",
    "remove",
    "save_document",
    "separate_copies",
    "source_key",
]
