"""A timeline out: every clip's effect rendered, playing beside its source, and still there to edit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from ..core.errors import EffectNotFound
from ..core.media.codecs import CODECS
from ..core.media.partial import remove
from .export import Progress, RenderReport, render_movie
from .session import Making, Session
from .timeline import Document, add_render, effect_clips, save_document, separate_copies
from .timeline.clips import Clip, file_stem, label
from .timeline.saving import refuse_target

DEFAULT_CODEC = "prores422"
"""An intermediate that every editor plays and cuts on any frame."""


@dataclass(frozen=True, slots=True)
class TimelineReport:
    target: Path
    renders: tuple[RenderReport, ...]
    notes: tuple[str, ...]


def export_timeline(
    document: Document,
    target: Path,
    *,
    codec: str | None = None,
    overwrite: bool = False,
    progress: Progress = lambda phase, done, total: None,
    **making: Unpack[Making],
) -> TimelineReport:
    """Render each clip's effect into `<target's stem>.renders` beside the target, and save the timeline with them.

    A render is named after its clip and all that its pixels depend on: one that is there already is current and is not
    made again, so an export that was killed goes on when it is run again. Bundles hold the renders inside.

    Args:
        making: how each clip's session makes its pictures.

    Raises:
        EffectNotFound: no clip carries the effect; and what rendering and saving raise.
    """
    if not effect_clips(document):
        raise EffectNotFound(f"no clip of {document.path} has the effect; put it on with `focuspuller apply`")
    refuse_target(document, target, overwrite)
    separate_copies(document)
    folder = target.with_name(f"{target.stem}.renders")
    folder.mkdir(parents=True, exist_ok=True)
    renders, notes = [], []
    for clip in effect_clips(document):
        with Session.of_clip(document, clip, **making) as session:
            if not session.state.enabled:
                notes.append(f"{label(clip)}: its effect is switched off, so its source plays")
                continue
            movie = folder / _render_name(clip, session, codec or DEFAULT_CODEC)
            report = render_movie(session, movie, codec=codec or DEFAULT_CODEC, resume=True, progress=progress)
            renders.append(report)
            notes += session.notes
            add_render(clip, movie.absolute(), session.used, session.info)
    save_document(document, target, overwrite=overwrite)
    if target.suffix.lower() != ".otio":
        remove(folder)  # all of it is in the bundle
    return TimelineReport(target, tuple(renders), tuple(notes))


def _render_name(clip: Clip, session: Session, codec: str) -> str:
    readable = file_stem(clip)
    made_of = hashlib.sha256(f"{session.fingerprint} {codec}".encode()).hexdigest()[:10]
    extension = CODECS[codec].extensions[0] if codec in CODECS else ".mov"
    sequence = extension in (".png", ".exr")
    return f"{readable}-{made_of}/frame.%06d{extension}" if sequence else f"{readable}-{made_of}{extension}"
