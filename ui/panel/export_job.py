"""An export under way in a thread of its own: how far it is, how long it will take, and a way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import (
    Cancelled,
    FocuspullerError,
    OutputExists,
    OutputUnwritable,
    ResumeMismatch,
    UsageError,
    as_bug,
)
from ...core.media.pieces import has_pieces
from ...core.renderer import Quality
from ...plugin.export import Progress, check_ending, render_movie
from ...plugin.export_timeline import export_timeline
from ...plugin.session import Session
from ...plugin.timeline import Document, clips

Work = Callable[[Progress], tuple[str, ...]]
"""Does the export, and gives what its reader should know of it."""


@dataclass(frozen=True, slots=True)
class Export:
    """What to export.

    Args:
        index: the clip, for its own picture; None for the timeline, with all of its clips' renders.
        codec: None takes what the target's ending asks for.
        anew: drop what lies there of another export instead of going on with it.
        replaces: the person has agreed to lose what is finished there.
    """

    target: Path
    index: int | None
    codec: str | None = None
    quality: Quality = Quality.FINAL
    anew: bool = False
    replaces: bool = False

    def check_name(self) -> None:
        """Raises:
        UsageError: no name, or one that does not say what the file will be.
        """
        if not self.target.name:
            raise UsageError("name a file to export to")
        if self.index is not None:
            check_ending(self.target, self.codec)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far it is; `remaining` is in seconds, None as long as nothing tells."""

    phase: str
    done: int
    total: int
    remaining: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """`error` is empty when it is done. `can_go_on`: what is finished is kept, for the same export to go on from.
    `can_begin_anew`: what lies at the target is of another export. `can_replace`: it is finished, and nothing was done.
    """

    error: str = ""
    can_go_on: bool = False
    can_begin_anew: bool = False
    can_replace: bool = False
    notes: tuple[str, ...] = ()


def work_of(document: Document, export: Export) -> Work:
    """Args:
    document: of the export's own, with all edits made; closed at the end.
    """

    def work(progress: Progress) -> tuple[str, ...]:
        with document:
            if export.index is None:
                timeline = export_timeline(
                    document,
                    export.target,
                    codec=export.codec,
                    quality=export.quality,
                    overwrite=export.replaces,
                    progress=progress,
                )
                return timeline.notes
            # Whoever began what is unfinished there has agreed to what it replaces.
            goes_on = not export.anew and has_pieces(export.target)
            with Session.of_clip(document, clips(document)[export.index], quality=export.quality) as session:
                report = render_movie(
                    session,
                    export.target,
                    codec=export.codec,
                    resume=goes_on,
                    overwrite=export.replaces or export.anew or goes_on,
                    progress=progress,
                )
                return report.notes

    return work


class ExportJob:
    """Args:
    told: called in the job's thread with every step, and at the end.
    """

    def __init__(
        self, work: Work, told: Callable[[Reached | Ended], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._work = work
        self._told = told
        self._clock = clock
        self._stop = threading.Event()
        self._phase = ""
        self._begun_at, self._begun_done = 0.0, 0
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Stop after the frame under way; what is finished stays, for the export to go on from."""
        self._stop.set()

    def wait(self) -> None:
        self._thread.join()

    def _progress(self, phase: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled("stopped; exporting to the same file goes on from here")
        if phase != self._phase or done < self._begun_done:
            self._phase, self._begun_at, self._begun_done = phase, self._clock(), done
        ran, elapsed = done - self._begun_done, self._clock() - self._begun_at
        self._told(Reached(phase, done, total, elapsed / ran * (total - done) if ran else None))

    def _run(self) -> None:
        try:
            ended = Ended(notes=self._work(self._progress))
        except Cancelled as error:
            ended = Ended(str(error), can_go_on=True)
        except OutputUnwritable as error:
            ended = Ended(f"{error}; exporting to the same file again goes on from what is finished", can_go_on=True)
        except FocuspullerError as error:
            ended = Ended(
                str(error),
                can_begin_anew=isinstance(error, ResumeMismatch),
                can_replace=isinstance(error, OutputExists),
            )
        except Exception as error:  # the person must hear of it, whatever it is
            ended = Ended(as_bug(error))
        self._told(ended)


def in_words(seconds: float) -> str:
    """A remaining time, as long as it is worth knowing."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
