"""The timeline's file: opening, saving, what was left unsaved, and closing without losing anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ...core.errors import FocuspullerError
from .autosave import autosave_of, drop_autosave, read_autosave, set_aside
from .autosaver import Autosaver
from .observing import Change
from .project import Project
from .questions import Answer, Questions


class Files:
    """Args:
    failed: called, perhaps in a thread, when unsaved work cannot be kept beside the timeline.
    """

    def __init__(self, project: Project, questions: Questions, failed: Callable[[FocuspullerError], None]) -> None:
        self._project = project
        self._questions = questions
        self._failed = failed
        self._autosaver: Autosaver | None = None

    @property
    def place(self) -> Path:
        """Its file, or the clip that it was made of."""
        timeline = self._project.timeline
        return (timeline.path or timeline.document.path).absolute()

    @property
    def folder(self) -> Path:
        return self.place.parent

    @property
    def name(self) -> str:
        return self.place.name

    def attend(self) -> None:
        """Ask about work that an earlier run left unsaved, and from now on keep what is unsaved safe."""
        if not self._project.timeline.clip_names:
            return
        saver = Autosaver(self._project, self._failed)
        try:
            if saver.is_in_charge:
                self._offer_recovery()
        except OSError as error:
            saver.give_up()
            self._project.tell(
                f"unsaved work of an earlier run is in the way, and can be neither read nor moved ({error}); move it "
                "away and open this again: until then nothing is saved by itself"
            )
            return
        self._autosaver = saver
        self._project.changed(Change.DOCUMENT)

    def save(self) -> bool:
        """Whether the timeline is saved now."""
        timeline = self._project.timeline
        if timeline.path is None:
            return self.save_as()
        answer = self._questions.save_over(self.name) if timeline.is_changed_on_disk else Answer.SAVE
        if answer is Answer.SAVE_AS:
            return self.save_as()
        return answer is Answer.SAVE and self._project.save(timeline.path)

    def save_as(self) -> bool:
        timeline = self._project.timeline
        suggested = timeline.path or timeline.document.path.with_suffix(".otio")
        target = self._questions.timeline_to_save(suggested)
        return target is not None and self._project.save(target)

    def may_close(self) -> bool:
        """Ask about what closing would lose; whether it goes on."""
        under_way = self._project.edit_under_way
        if under_way and not self._questions.give_up_opening(under_way):
            return False
        if not self._project.timeline.is_dirty:
            return True
        answer = self._questions.save_changes(self.name)
        return answer is Answer.DISCARD or (answer is Answer.SAVE and self.save())

    def close(self) -> None:
        """What is unsaved now is given up on purpose."""
        if self._autosaver is not None:
            self._autosaver.close()

    def _offer_recovery(self) -> None:
        """Raises:
        OSError: what was left is in the way.
        """
        project, timeline = self._project, self._project.timeline
        place = timeline.document.path
        try:
            left = read_autosave(place, len(timeline.clip_names), timeline.digest)
        except FocuspullerError as error:
            kept = set_aside(place)
            project.tell(f"{error}; it is kept as {kept}: rename it back to try it where it belongs")
            return
        if left is None:
            return
        when = time.strftime("%H:%M, %d %B", time.localtime(autosave_of(place).stat().st_mtime))
        if self._questions.recover(place.name, when, changed=not left.is_of_this):
            project.recover(left.edits)
        else:
            drop_autosave(place)
