"""What the commands do to a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .observing import Change
from .project import Project
from .questions import Questions
from .transport import neighbour


class Commands:
    """Those that need no window; `slots` names them as `actions.MENUS` does."""

    def __init__(self, project: Project, questions: Questions) -> None:
        self._project = project
        self._questions = questions

    @property
    def slots(self) -> dict[str, Callable[[], None]]:
        project = self._project
        return {
            "undo": project.undo,
            "redo": project.redo,
            "apply": project.apply_effect,
            "remove": project.remove_effect,
            "copy": self.copy,
            "enable": self.enable,
            "previous clip": lambda: project.select(project.index - 1),
            "next clip": lambda: project.select(project.index + 1),
            "play": self._playing(lambda: project.transport.toggle()),
            "backwards": self._playing(lambda: project.transport.shuttle(-1)),
            "stop": self._playing(lambda: project.transport.stop()),
            "forwards": self._playing(lambda: project.transport.shuttle(1)),
            "step back": self._playing(lambda: project.transport.step(-1)),
            "step on": self._playing(lambda: project.transport.step(1)),
            "previous key": lambda: self.to_key(-1),
            "next key": lambda: self.to_key(1),
            "first": lambda: project.seek(project.transport.frames[0]),
            "last": lambda: project.seek(project.transport.frames[-1]),
            "in": self._playing(lambda: project.transport.mark_in()),
            "out": self._playing(lambda: project.transport.mark_out()),
            "clear marks": self._playing(lambda: project.transport.clear_marks()),
            "loop": self._playing(self._turn_loop),
        }

    def copy(self) -> None:
        project, names = self._project, self._project.timeline.clip_names
        if project.state is None:
            project.tell("this clip has no effect to copy; put one on it first")
            return
        others = [(index, name) for index, name in enumerate(names) if index != project.index]
        if not others:
            project.tell("the timeline has no other clip to copy to", is_error=False)
            return
        project.copy_effect(self._questions.clips_to_copy_to(names[project.index], others))

    def enable(self) -> None:
        state = self._project.state
        if state is not None:
            self._project.edit(replace(state, enabled=not state.enabled))

    def to_key(self, direction: int) -> None:
        project, state = self._project, self._project.state
        keys = () if state is None else (*state.focus_distance.keys, *state.aperture.keys)
        frame = neighbour((key.frame for key in keys), project.transport.playhead, direction)
        if frame is not None:
            project.seek(frame)

    def _turn_loop(self) -> None:
        transport = self._project.transport
        transport.loops = not transport.loops

    def _playing(self, act: Callable[[], None]) -> Callable[[], None]:
        def acted() -> None:
            act()
            self._project.changed(Change.PLAYHEAD)

        return acted
