"""What an editor changed, apart from the timeline as it was opened, and both together as a document.

The opened document is never written into. Without edits it is itself, whatever was done and undone in between.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...core.errors import TimelineError
from ...core.media.info import MediaInfo
from ...plugin.state import EffectState
from ...plugin.timeline import Document, apply, clips, find, remove
from ...plugin.timeline.clips import Clip
from ...plugin.timeline.effects import effects_on

Edits = Mapping[int, EffectState | None]
"""By the clip's number in the timeline: its new effect, or None where the effect was taken off."""


def edited_document(opened: Document, edits: Edits, media: Mapping[int, MediaInfo]) -> Document:
    """A document of its own: the opened one with the edits made. Close it before that one.

    Args:
        media: what the sources say of themselves, where they have been opened.

    Raises:
        TimelineError, CurveError, MediaNotFound: an edit that its clip cannot take.
    """
    document = opened.copy()
    found = clips(document)
    for index, state in edits.items():
        clip = found[index]
        if state is not None:
            _put(clip, state, media.get(index))
        elif carries_effect(clip):
            remove(clip)
    return document


def _put(clip: Clip, state: EffectState, media: MediaInfo | None) -> None:
    try:
        find(clip)
    except TimelineError:  # what was there cannot be used, and the editor chose to begin anew
        remove(clip)
    apply(clip, state, media)


def carries_effect(clip: Clip) -> bool:
    """Whether the clip has our effect, usable or not."""
    return bool(effects_on(clip))
