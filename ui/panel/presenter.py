"""Between the project and the window's parts: shows in them what the project holds, and hands it what they ask for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ...core.errors import FocuspullerError
from ...core.renderer import Quality
from ...plugin.spline import Floats
from ...plugin.state import EffectState
from .disparity_track import TrackRequest
from .observing import Change, Message
from .panes import Panes, Parts
from .picture_feed import PictureFeed
from .project import Project


class Presenter(QObject):
    """Keeps the parts showing the project from now on.

    Args:
        actions: the window's, by name; those that cannot be done now are switched off.
    """

    def __init__(
        self,
        project: Project,
        feed: PictureFeed,
        parts: Parts,
        panes: Panes,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._feed = feed
        self._parts = parts
        self._panes = panes
        self._actions = actions
        self._track: Floats | None = None
        self._trouble = ""
        self._connect()

    def tell(self, text: str) -> None:
        self._parts.message_bar.show_message(Message(text))

    def _connect(self) -> None:
        project, feed, parts = self._project, self._feed, self._parts
        project.listen(parts.message_bar.show_message)
        parts.clips.chosen.connect(project.select)
        parts.clips.needed.connect(feed.ask_thumbnail)
        feed.thumbnail.connect(parts.clips.show_thumbnail)
        feed.shown.connect(parts.histogram.show_picture)
        feed.failed.connect(self.tell)
        feed.tracked.connect(self._take_track)
        for editor in (parts.curves, parts.inspector, parts.histogram):
            editor.edited.connect(project.edit)
        for seeker in (parts.curves, parts.inspector):
            seeker.sought.connect(project.seek)
        parts.inspector.quality_chosen.connect(self._set_quality)
        project.observe(self.follow)

    def follow(self, change: Change) -> None:
        """Show what has changed."""
        project, state, parts = self._project, self._project.state, self._parts
        match change:
            case Change.CLIP:
                parts.message_bar.take_back(self._trouble)
                self._trouble = project.open.trouble
                self._track = None
                parts.histogram.show_picture(None)
                if project.index < parts.clips.list.count():
                    parts.clips.show_current(project.index)
                    parts.clips.show_detail(project.index, self._detail(project.index))
                self._show_state(state)
            case Change.STATE | Change.PLAYHEAD | Change.QUALITY:
                self._show_state(state)
            case Change.CLIPS:
                if parts.clips.list.count() != len(project.timeline.clip_names):
                    names = enumerate(project.timeline.clip_names)
                    parts.clips.show_clips([(name or "unnamed", self._detail(index)) for index, name in names])
                    parts.clips.show_current(project.index)
                parts.clips.show_effects([self._effect_on(i) for i in range(len(project.timeline.clip_names))])
        if change is not Change.PLAYHEAD:
            self._enable(state)

    def _show_state(self, state: EffectState | None) -> None:
        project, playhead = self._project, self._project.transport.playhead
        self._panes.show_effect(state is not None)
        self._parts.histogram.show_state(state, playhead)
        if state is not None:
            self._parts.curves.show_state(state, playhead, project.open.media_frames, self._track)
            self._parts.inspector.show_state(state, playhead, project.quality.value)

    def _enable(self, state: EffectState | None) -> None:
        project, actions = self._project, self._actions
        has_clips = bool(project.timeline.clip_names)
        has_effect = has_clips and project.timeline.has_effect(project.index)
        for name, possible in (
            ("undo", project.can_undo),
            ("redo", project.can_redo),
            ("apply", has_clips and state is None),
            ("remove", has_effect),
            ("copy", state is not None),
            ("enable", state is not None),
            ("disparity", has_clips),
            ("export", has_clips),
            ("save", has_clips),
            ("save as", has_clips),
        ):
            actions[name].setEnabled(possible)
        actions["enable"].setChecked(state is not None and state.enabled)
        actions["loop"].setChecked(project.transport.loops)

    def _detail(self, index: int) -> str:
        """A line about a clip."""
        try:
            shown = self._project.timeline.shown_of(index)
        except FocuspullerError as error:
            return str(error)
        return f"frames {shown[0]}-{shown[-1]}"

    def _effect_on(self, index: int) -> bool | None:
        state = self._project.timeline.state_of(index)
        return state.enabled if state is not None else None

    def _take_track(self, news: tuple[TrackRequest, Floats]) -> None:
        request, track = news
        project = self._project
        if not self._feed.wants_track(request):
            return
        whole = np.full(len(project.open.media_frames), np.nan)
        whole[request.frames.start : request.frames.stop] = track
        self._track = whole
        self._show_state(project.state)

    def _set_quality(self, quality: str) -> None:
        self._project.set_quality(Quality(quality))
