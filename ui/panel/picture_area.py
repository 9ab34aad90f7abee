"""The picture and what belongs to it: its views, focus by clicks, the read-out, and playing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontDatabase
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from .actions import TRANSPORT
from .focus_pick import focused_on, in_words, picked_disparity, rectangle_around
from .observing import Change
from .picture_feed import PictureFeed
from .pictures import Shown, View
from .project import Project
from .readout import readout
from .split import Split
from .split_sides import SplitSides
from .subjects.aim import Aiming
from .transport_bar import TransportBar
from .view_bar import ViewBar
from .viewer import Viewer


class PictureArea(QWidget):
    aimed = Signal(object, float, float, int)
    """A click that was not to focus: what for, where, in picture widths and heights, and on which frame."""

    def __init__(self, project: Project, feed: PictureFeed, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._project = project
        self._feed = feed
        self._place: tuple[float, float] | None = None
        self._pointer: tuple[int, int] | None = None
        self.aiming = Aiming()
        self.viewer = Viewer()
        self.sides = SplitSides(self.viewer)
        self.view_bar = ViewBar(actions, self.sides)
        self.transport_bar = TransportBar([actions[name] if name else None for name in TRANSPORT])
        self.read_out = QLabel(" ")
        self.read_out.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.read_out.setObjectName("dim")
        self.read_out.setContentsMargins(8, 3, 8, 3)
        self.read_out.setMinimumWidth(1)
        self._offer = QPushButton(self.viewer)
        self._offer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._offer.clicked.connect(lambda: actions["disparity" if project.state is not None else "apply"].trigger())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view_bar)
        column.addWidget(self.viewer, 1)
        column.addWidget(self.read_out)
        column.addWidget(self.transport_bar)
        self.view_bar.chosen.connect(self._show_view)
        self.viewer.zoomed.connect(self.view_bar.show_zoom)
        self.viewer.picked.connect(self._pick)
        self.viewer.hovered.connect(self._hover)
        self.transport_bar.sought.connect(project.seek)
        feed.shown.connect(self._show_picture)
        feed.ready.connect(self.transport_bar.ruler.show_readiness)
        self._ticks = QTimer(self)
        self._ticks.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        project.observe(self._follow)
        self._follow(Change.CLIP)
        self._follow(Change.PLAYHEAD)

    def _show_view(self, view: View, split: Split | None) -> None:
        held = self.viewer.split
        if split is not None and held is not None:
            split = split.dragged(held.at)
        self.viewer.show_view(view, split)
        self._feed.set_views(self.viewer.views)

    def _show_picture(self, shown: Shown) -> None:
        info = shown.request.session.info
        aspect = 1 / info.pixel_aspect if info.rotation % 180 else info.pixel_aspect
        self.viewer.show_pictures(shown, float(aspect))
        self._show_mark()
        self._show_read_out()

    def _follow(self, change: Change) -> None:
        project = self._project
        match change:
            case Change.CLIP:
                self.viewer.clear()
                self.transport_bar.ruler.show_readiness(None)
                self._place = None
                self._show_what_is_missing()
            case Change.STATE:
                self._show_mark()
                self._show_what_is_missing()
            case Change.PLAYHEAD:
                self._run_ticks()
                self._show_mark()
            case _:
                return
        self.transport_bar.show_transport(project.transport, project.state)

    def _show_what_is_missing(self) -> None:
        project = self._project
        if project.session is None:
            self.viewer.show_note(project.open.note)
            self._offer.hide()
            return
        self.viewer.show_note("")
        offer = project.state is None or not project.open.has_disparity
        self._offer.setText("Put the effect on this clip" if project.state is None else "Choose its disparity clip…")
        self._offer.setVisible(offer)
        self._offer.adjustSize()
        self._offer.move(12, 52)

    def _show_mark(self) -> None:
        state = self._project.state
        if self._place is None or state is None:
            self.viewer.show_mark(None)
            return
        focus = state.focus_distance.value(self._project.transport.playhead)
        self.viewer.show_mark((*self._place, in_words(focus)))

    def _pick(self, column: int, row: int, keyed: bool, gesture: str) -> None:
        project, shown = self._project, self.viewer.shown
        if shown is None or project.state is None or shown.disparity is None or self.aiming.has_taken(gesture):
            return
        if project.transport.playhead != shown.request.frame:
            project.seek(shown.request.frame)  # what the person sees is what becomes sharp
        height, width = shown.disparity.shape
        place = (column + 0.5) / width, (row + 0.5) / height
        aim = self.aiming.takes(gesture)
        if aim is not None:
            self.aimed.emit(aim, *place, shown.request.frame)
            return
        self._place = place
        disparity = picked_disparity(shown.disparity, rectangle_around((column, row), (height, width)))
        project.edit(focused_on(project.state, shown.request.frame, disparity, keyed=keyed), gesture)
        self._feed.track(place)
        self._show_mark()

    def _hover(self, pixel: tuple[int, int] | None) -> None:
        self._pointer = pixel
        self._show_read_out()

    def _show_read_out(self) -> None:
        shown, pixel, viewer = self.viewer.shown, self._pointer, self.viewer
        if shown is None or pixel is None:
            self.read_out.setText(" ")
            return
        across = (pixel[0] + 0.5) / viewer.transform.picture[0]
        view = viewer.view if viewer.split is None else viewer.split.view_at(across)
        self.read_out.setText(readout(shown, self._project.state, view, pixel))

    def _run_ticks(self) -> None:
        transport = self._project.transport
        if transport.is_playing and not self._ticks.isActive():
            self._ticks.start(max(5, round(500 / float(transport.rate * max(1, abs(transport.speed))))))
        elif not transport.is_playing:
            self._ticks.stop()

    def _tick(self) -> None:
        transport = self._project.transport
        before = transport.playhead, transport.is_playing
        transport.tick()
        if (transport.playhead, transport.is_playing) != before:
            self._project.changed(Change.PLAYHEAD)
