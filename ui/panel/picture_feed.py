"""Between the project and the workers: asks for what is to be seen, and brings it to the UI thread."""

from __future__ import annotations

import itertools
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from ...core.errors import FocuspullerError
from ...plugin.session import Session
from ...plugin.state import EffectState
from .disparity_track import TrackRequest, disparity_track
from .full_radius import full_radius
from .latest import Latest
from .observing import Change
from .pictures import Detail, Effects, Request, Shown, View, effects_of
from .project import Project
from .readiness import readiness
from .render_worker import RenderWorker
from .thumbnails import ThumbnailRequest, Thumbnails

READY_REST, TRACK_REST = 0.1, 0.3

ASK = QEvent.Type(QEvent.registerEventType())


class PictureFeed(QObject):
    """Everything that takes long happens in threads of its own; its signals come on the UI thread."""

    shown = Signal(object)
    """A Shown, the newest there is."""

    failed = Signal(str)
    ready = Signal(object)
    """A Readiness."""

    tracked = Signal(object)
    """The disparity under the focus point, for every frame of the clip in the edit."""

    thumbnail = Signal(int, object)

    _made = Signal(object)
    _not_made = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._views = frozenset([View.RESULT])
        self._newest: Request | None = None
        self._last: Shown | None = None
        self._last_failure = ""
        self._effects: tuple[Session, EffectState, Effects] | None = None
        self._serials = itertools.count()
        queued = Qt.ConnectionType.QueuedConnection
        self._made.connect(self._take, queued)
        self._not_made.connect(self._take_failure, queued)
        self.worker = RenderWorker(self._made.emit, self._not_made.emit)
        self._readiness = Latest("readiness", self._find_ready, READY_REST)
        self._tracks = Latest("track", self._read_track, TRACK_REST)
        self._thumbnails = Thumbnails(self.thumbnail.emit)
        self._is_asking = False

    def follow(self, project: Project) -> None:
        """Show what this project has in hand."""
        self._project = project
        self._newest = self._last = None
        project.observe(self._follow)
        self._ask_soon()

    def set_views(self, views: frozenset[View]) -> None:
        self._views = views
        self._ask_soon()

    def track(self, place: tuple[float, float]) -> None:
        """Read the disparity under a place, in picture widths and heights."""
        project = self._project
        session, state = (project.session, project.state) if project is not None else (None, None)
        if session is None or session.disparity_path is None or state is None or state.disparity is None:
            return
        reading = state.disparity.reading
        self._tracks.put(TrackRequest(session.info.path, session.disparity_path, state, reading, place, session.used))

    def wants_track(self, request: TrackRequest) -> bool:
        """Whether it is the newest, of the clip in hand."""
        return self._tracks.is_newest(request)

    def ask_thumbnail(self, index: int) -> None:
        assert self._project is not None
        timeline = self._project.timeline
        try:
            shown = timeline.shown_of(index)
        except FocuspullerError:
            return  # a clip that shows nothing has none
        find_media = partial(timeline.media_of, index)
        self._thumbnails.request(ThumbnailRequest(index, shown[len(shown) // 2], find_media))

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is there."""
        return self.shows_newest and all(w.is_idle for w in (self._readiness, self._tracks, self._thumbnails))

    @property
    def shows_newest(self) -> bool:
        """Whether the picture is there, as well as it can be."""
        return not self._is_asking and self.worker.is_idle

    def close(self) -> None:
        self._project = None
        for worker in (self._readiness, self._tracks, self._thumbnails, self.worker):
            worker.close()

    def _follow(self, change: Change) -> None:
        if change in (Change.CLIP, Change.QUALITY):
            self._last_failure = ""
        if change is Change.CLIP:
            self._newest = self._last = self._effects = None
            self._tracks.drop()
        if change in (Change.CLIP, Change.STATE, Change.PLAYHEAD, Change.QUALITY):
            self._ask_soon()

    def _ask_soon(self) -> None:
        """Once, however much changes at a time, and before anything is painted: meanwhile it is being made."""
        if not self._is_asking:
            self._is_asking = True
            QCoreApplication.postEvent(self, QEvent(ASK), Qt.EventPriority.HighEventPriority.value)

    def customEvent(self, event: QEvent) -> None:
        self._is_asking = False
        self._ask()

    def _ask(self) -> None:
        project = self._project
        if project is None or project.session is None:
            return
        state, session = project.state, project.session
        scale = full_radius(state, project.open.shown, session.info.width) if state is not None else 1.0
        self._newest = Request(
            session,
            self._effects_of(session, state or session.state),
            state,
            project.transport.playhead,
            self._views,
            Detail.of(project.quality),
            scale,
            next(self._serials),
        )
        self.worker.request(self._newest)
        self._ask_ready()

    def _effects_of(self, session: Session, state: EffectState) -> Effects:
        """The same ones as long as the state is the same, since a new one has the whole shot to look at first."""
        if self._effects is None or self._effects[0] is not session or self._effects[1] is not state:
            self._effects = session, state, effects_of(session, state, self.worker.final_is_stale)
        return self._effects[2]

    def _ask_ready(self) -> None:
        if self._newest is not None and self._project is not None:
            self._readiness.put((self._newest.effects, self._project.open.shown))

    def _take(self, shown: Shown) -> None:
        """Show it, unless what is on the screen is newer or better."""
        project = self._project
        if project is None or shown.request.session is not project.session:
            return
        if self._last is not None and shown.rank < self._last.rank:
            return
        self._last = shown
        project.transport.present()
        self.shown.emit(shown)
        self._ask_ready()

    def _take_failure(self, request: Request, reason: str) -> None:
        """Tell it, once for as long as nothing else happens."""
        if request is self._newest and reason != self._last_failure:
            self._last_failure = reason
            self.failed.emit(reason)

    def _find_ready(self, request: tuple[Effects, range]) -> None:
        try:
            self.ready.emit(readiness(*request))
        except FocuspullerError:
            return  # whoever renders the frame says so

    def _read_track(self, request: TrackRequest) -> None:
        try:
            for track in disparity_track(request, lambda: self._tracks.is_newest(request)):
                self.tracked.emit((request, track))
        except FocuspullerError:
            return  # whoever renders the frame says so
