"""A timeline out: every clip's effect rendered, playing beside its source, and still there to edit."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

from ..core.errors import EffectNotFound, MediaError
from ..core.media.codecs import CODECS
from ..core.media.numbering import is_sequence
from ..core.media.output_format import choose_format
from ..core.media.partial import remove, sweep, unwritable
from .export import Progress, RenderReport, is_rendered, render_movie
from .session import Making, Session
from .timeline import Document, add_render, effect_clips, find, save_document, separate_copies
from .timeline.clips import Clip, file_stem, label, named
from .timeline.references import drop_renders, is_render, url_in
from .timeline.saving import refuse_target

DEFAULT_EXTENSION = ".mov"
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
    made again, so an export that was killed goes on when it is run again. Bundles hold the renders inside, where those
    of a bundle that is exported again are taken from; what is made for one alone waits in `<target's name>.renders`,
    and goes.

    Args:
        codec: None takes what each clip's own sampling asks of a .mov.
        making: how each clip's session makes its pictures.

    Raises:
        EffectNotFound: no clip carries the effect; and what rendering and saving raise, of every clip before the first
            is rendered.
    """
    if not effect_clips(document):
        raise EffectNotFound(f"no clip of {document.path} has the effect; put it on with `focuspuller apply`")
    refuse_target(document, target, overwrite, anew=True)
    separate_copies(document.root)
    kept, passing = (target.with_name(f"{name}.renders") for name in (target.stem, target.name))
    into = kept if target.suffix.lower() == ".otio" else passing
    on, notes = _switched_on(document, into, codec, progress, making)
    renders = []
    for clip in on:
        with Session.of_clip(document, clip, **making) as session:
            coded = codec or _usual_codec(session)
            name = _render_name(clip, session, coded)
            # What an .otio of the same name plays stays where it is, and need not be made again.
            movie = next((folder / name for folder in (kept, into) if _is_there(folder / name)), into / name)
            played = _played(document, clip) if into is passing else None
            if played and played.suffix == movie.suffix and is_rendered(session, played, coded):
                movie = played
            with unwritable(into):
                into.mkdir(parents=True, exist_ok=True)
            report = render_movie(session, movie, codec=coded, resume=True, overwrite=overwrite, progress=progress)
            renders.append(report)
            notes += [*session.notes, *(report.notes if report.rendered else ())]
            add_render(clip, movie.absolute(), session.used, session.info)
    places = save_document(document, target, overwrite=overwrite)
    if into is passing:
        _clear(passing, renders)
        renders = [replace(each, target=places.get(each.target.absolute(), each.target)) for each in renders]
    return TimelineReport(target, tuple(renders), tuple(notes))


def _played(document: Document, clip: Clip) -> Path | None:
    """Where the clip's render lies by now."""
    for key, reference in clip.media_references().items():
        if is_render(key, reference) and (url := url_in(reference)):
            with suppress(MediaError):
                return document.locate(url, label(clip))
    return None


def _clear(passing: Path, renders: list[RenderReport]) -> None:
    """Of the folder goes what is in the bundle, and what a kill left of it; a user's own files stay."""
    with unwritable(passing):
        for movie in (report.target for report in renders if report.target.is_relative_to(passing)):
            remove(movie.parent if is_sequence(movie) else movie)
        sweep(passing)
        with suppress(OSError):
            passing.rmdir()


def _switched_on(
    document: Document, into: Path, codec: str | None, progress: Progress, making: Making
) -> tuple[list[Clip], list[str]]:
    """The clips to render, each tried as its render will begin, and a note on every other."""
    on, notes = [], []
    found = effect_clips(document)
    for number, clip in enumerate(found):
        progress("check", number, len(found))
        state = find(clip)
        if state is not None and not state.enabled:
            notes.append(f"{label(clip)}: its effect is switched off, so its source plays")
            drop_renders(clip)
            continue
        with named(clip), Session.of_clip(document, clip, **making) as session:
            session.check(session.used)
            session.prepare(session.used)
            coded = codec or _usual_codec(session)
            choose_format(coded, into / _render_name(clip, session, coded), session.info)
            on.append(clip)
    return on, notes


def _usual_codec(session: Session) -> str:
    return choose_format(None, Path(f"render{DEFAULT_EXTENSION}"), session.info).codec


def _is_there(movie: Path) -> bool:
    """Whether a render is whole: a sequence's folder appears in one step."""
    return (movie.parent if is_sequence(movie) else movie).exists()


def _render_name(clip: Clip, session: Session, codec: str) -> str:
    readable = file_stem(clip)
    made_of = hashlib.sha256(f"{session.fingerprint} {codec} {session.info.rate}".encode()).hexdigest()[:10]
    extension = CODECS[codec].extensions[0] if codec in CODECS else ".mov"
    sequence = extension in (".png", ".exr")
    return f"{readable}-{made_of}/frame.%06d{extension}" if sequence else f"{readable}-{made_of}{extension}"
