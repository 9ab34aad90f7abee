"""Follows a project and keeps its unsaved work safe, from a thread of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...core.errors import FocuspullerError, OutputError, as_bug
from .autosave import autosave_of, drop_autosave, with_absolute_disparity, write_autosave
from .autosave_hold import AutosaveHold, hold_autosave
from .observing import Change
from .project import Project

INTERVAL = 2.0
"""Seconds from an edit to the file that holds it, at most, and the time of writing it."""


class Autosaver:
    """Args:
    project: observed from now on.
    failed: called, perhaps in a thread of its own, when the work cannot be written; once, until it can be again.
    """

    def __init__(
        self, project: Project, failed: Callable[[FocuspullerError], None], interval: float = INTERVAL
    ) -> None:
        self._project = project
        self._place = project.timeline.path or project.timeline.document.path
        self._failed = failed
        self._interval = interval
        self._pending: Callable[[], None] | None = None
        self._has_work = threading.Event()
        self._closing = threading.Event()
        self._handing_over, self._writing = threading.Lock(), threading.Lock()
        self._works = True
        self._hold: AutosaveHold | None = None
        self._asked_for_hold = 0.0
        self._take_hold()
        self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
        self._thread.start()
        project.observe(self._follow)

    @property
    def place(self) -> Path:
        """The timeline or clip that the work is kept beside."""
        return self._place

    @property
    def is_in_charge(self) -> bool:
        """Whether no other window keeps its own work there."""
        return self._hold is not None

    def close(self) -> None:
        """The editor is done: what is unsaved now is meant to be. Waits for a write under way."""
        self._forget()
        self.give_up()

    def give_up(self) -> None:
        """Keep nothing from now on, and leave alone what lies there."""
        self._closing.set()
        self._has_work.set()
        self._thread.join()
        self._let_go()

    def _follow(self, change: Change) -> None:
        if change is not Change.DOCUMENT or self._closing.is_set():
            return
        project = self._project
        if project.timeline.path is not None and project.timeline.path != self._place:
            self._forget()
            self._let_go()
            self._place = project.timeline.path
            self._take_hold()
        if not self.is_in_charge:
            self._take_hold_of_the_closed()
        if not self.is_in_charge:
            return
        if not project.timeline.is_dirty:
            self._forget()
            return
        timeline = project.timeline
        place, digest, count = self._place, timeline.digest, len(timeline.clip_names)
        document, edits = timeline.document, timeline.edits

        def write() -> None:
            write_autosave(place, with_absolute_disparity(document, edits), count, digest)

        with self._handing_over:
            self._pending = write
        self._has_work.set()

    def _forget(self) -> None:
        with self._handing_over:
            self._pending = None
        with self._writing, suppress(OSError):  # what cannot be removed is offered again
            if self.is_in_charge:
                drop_autosave(self._place)

    def _take_hold(self) -> None:
        self._asked_for_hold = time.monotonic()
        try:
            self._hold = hold_autosave(self._place)
        except OutputError as error:
            self._failed(error)

    def _take_hold_of_the_closed(self) -> None:
        """Where the window that had it is closed by now, and did not die over work that is yet to be offered."""
        now = time.monotonic()
        if now - self._asked_for_hold < self._interval:
            return
        self._asked_for_hold = now
        with suppress(OutputError):
            self._hold = hold_autosave(self._place)
        if os.path.lexists(autosave_of(self._place)):
            self._let_go()

    def _let_go(self) -> None:
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def _run(self) -> None:
        while True:
            self._has_work.wait()
            if self._closing.wait(self._interval):
                return
            with self._writing:
                with self._handing_over:
                    self._has_work.clear()
                    write, self._pending = self._pending, None
                if write is not None:
                    self._write(write)

    def _write(self, write: Callable[[], None]) -> None:
        try:
            write()
            self._works = True
        except Exception as error:  # the thread must live on, and the person be told
            if self._works:
                bug = FocuspullerError(as_bug(error, "save your work and report it"))
                self._failed(error if isinstance(error, FocuspullerError) else bug)
            self._works = False
