"""The panel's window on one timeline: where everything stands, and which signal goes where."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ...core.errors import FocuspullerError
from ...core.renderer import Quality
from ...plugin.state import EffectState
from ..commands.inputs import is_timeline
from .actions import MENUS, make_actions
from .clip_list import ClipList
from .commands import Commands
from .curves.widget import CurveWidget
from .disparity_track import TrackRequest
from .export_dialog import ExportDialog
from .files import Files
from .histogram_widget import HistogramWidget
from .inspector.widget import InspectorWidget
from .message_bar import MessageBar
from .nothing_here import NothingHere
from .observing import Change, Message
from .opening import Opened, open_timeline_or_clip
from .picture_area import PictureArea
from .picture_feed import PictureFeed
from .pictures import Shown
from .project import Project
from .questions import Questions
from .shortcuts_sheet import ShortcutsSheet

SIZE = (1280, 800)
NO_CURVES = "No effect on this clip. Put it on to pull focus here."
NO_PARAMETERS = "The effect's parameters stand here."


class PanelWindow(QMainWindow):
    """Args:
    settings: where the window's looks are remembered.
    questions: who is asked; None asks the person.
    """

    opened = Signal(object)
    """Another PanelWindow, which takes this one's place."""

    _not_kept = Signal(str)

    def __init__(self, opened: Opened, settings: QSettings, questions: Callable[[QWidget], Questions] = Questions):
        super().__init__()
        self.feed = PictureFeed(self)
        self.project = Project(opened, retire=self.feed.worker.retire)
        self.message_bar = MessageBar()
        self.project.listen(self.message_bar.show_message)
        self._settings = settings
        self._ask = questions
        self.questions = questions(self)
        self.actions_by_name = make_actions(self, self._slots())
        self.picture = PictureArea(self.project, self.feed, self.actions_by_name)
        self.clips = ClipList([self.actions_by_name[name] for name in ("apply", "remove", "copy")])
        self.histogram = HistogramWidget()
        self.curves = CurveWidget()
        self.inspector = InspectorWidget()
        self._track: Sequence[float] | None = None
        self._trouble = ""
        self._export: ExportDialog | None = None
        self._lay_out()
        self._connect()
        self._not_kept.connect(self._tell)
        self.files = Files(self.project, self.questions, lambda error: self._not_kept.emit(str(error)))
        for note in opened.notes:
            self.project.tell(note, is_error=False)
        self.feed.follow(self.project)
        for change in Change:
            self._follow(change)
        if self.project.open.trouble:
            self._tell(self.project.open.trouble)

    def attend(self) -> None:
        """Show the window to somebody who works in it, and look after the work."""
        self.show()
        self.files.attend()

    def open_path(self, path: Path) -> None:
        """Open another timeline or clip in this window's place."""
        try:
            opened = open_timeline_or_clip(path)
        except FocuspullerError as error:
            self._tell(str(error))
            return
        if not self.close():
            opened.document.close()
            return
        self.opened.emit(PanelWindow(opened, self._settings, self._ask))

    def closeEvent(self, event: QCloseEvent) -> None:
        exporting = self._export is not None and self._export.is_running
        if (exporting and not self.questions.stop_export()) or not self.files.may_close():
            event.ignore()
            return
        if self._export is not None:
            self._export.cancel_and_wait()
        self._settings.setValue("geometry", self.saveGeometry())
        for splitter in self.findChildren(QSplitter):
            self._settings.setValue(f"splitter/{splitter.objectName()}", splitter.saveState())
        for name in ("show clips", "show inspector"):
            self._settings.setValue(name, self.actions_by_name[name].isChecked())
        self._settings.setValue("folder", str(self.files.folder))
        self.project.transport.stop()
        self.files.close()
        self.feed.close()
        self.project.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A timeline is opened; anything else is the disparity of the clip in hand, or a clip to begin with."""
        path = next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if is_timeline(path) or not self.project.timeline.clip_names:
            self.open_path(path)
        else:
            self.project.set_disparity(path)

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            **Commands(self.project, self.questions).slots,
            "open": self._open,
            "save": lambda: self.files.save(),
            "save as": lambda: self.files.save_as(),
            "export": self._show_export,
            "quit": self.close,
            "disparity": self._choose_disparity,
            "fit": lambda: self.picture.viewer.fit(),
            "actual": lambda: self.picture.viewer.zoom_to(1.0),
            "zoom in": lambda: self.picture.viewer.zoom_by(1.25),
            "zoom out": lambda: self.picture.viewer.zoom_by(0.8),
            "show clips": self._show_sides,
            "show inspector": self._show_sides,
            "shortcuts": lambda: ShortcutsSheet(self).show(),
        }

    def _lay_out(self) -> None:
        for title, commands in MENUS.items():
            menu = self.menuBar().addMenu(title)
            for command in commands:
                if command is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self.actions_by_name[command.name])
        self._curves = _stack(self.curves, NothingHere(NO_CURVES))
        self._inspector = _stack(self.inspector, NothingHere(NO_PARAMETERS))
        middle = _splitter("middle", Qt.Orientation.Vertical, [self.picture, self._curves], [520, 240])
        self._right = _splitter("right", Qt.Orientation.Vertical, [self.histogram, self._inspector], [130, 630])
        whole = _splitter("whole", Qt.Orientation.Horizontal, [self.clips, middle, self._right], [210, 770, 300])
        whole.setStretchFactor(1, 1)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message_bar)
        column.addWidget(whole, 1)
        self.setCentralWidget(centre)
        self.setAcceptDrops(True)
        for name in ("show clips", "show inspector"):
            self.actions_by_name[name].setChecked(bool(self._settings.value(name, True, bool)))
        self._show_sides()
        self.resize(*SIZE)
        if geometry := self._settings.value("geometry"):
            self.restoreGeometry(geometry)
        for splitter in self.findChildren(QSplitter):
            if state := self._settings.value(f"splitter/{splitter.objectName()}"):
                splitter.restoreState(state)

    def _connect(self) -> None:
        project = self.project
        self.clips.chosen.connect(project.select)
        self.clips.needed.connect(self.feed.ask_thumbnail)
        self.feed.thumbnail.connect(self.clips.show_thumbnail)
        self.feed.shown.connect(self._show_picture)
        self.feed.failed.connect(self._tell)
        self.feed.tracked.connect(self._take_track)
        for editor in (self.curves, self.inspector, self.histogram):
            editor.edited.connect(project.edit)
        for seeker in (self.curves, self.inspector):
            seeker.sought.connect(project.seek)
        self.inspector.quality_chosen.connect(self._set_quality)
        project.observe(self._follow)

    def _follow(self, change: Change) -> None:
        project, state = self.project, self.project.state
        match change:
            case Change.CLIP:
                self.message_bar.take_back(self._trouble)
                self._trouble = project.open.trouble
                self._track = None
                self.histogram.show_picture(None)
                self.clips.show_current(project.index)
                self._show_state(state)
            case Change.STATE | Change.PLAYHEAD | Change.QUALITY:
                self._show_state(state)
            case Change.CLIPS:
                if self.clips.list.count() != len(project.timeline.clip_names):
                    self.clips.show_clips(self._described_clips())
                    self.clips.show_current(project.index)
                self.clips.show_effects([self._effect_on(i) for i in range(len(project.timeline.clip_names))])
            case Change.DOCUMENT:
                self.setWindowTitle(f"{self.files.name}[*] - focuspuller")
                self.setWindowModified(project.timeline.is_dirty)
        if change is not Change.PLAYHEAD:
            self._enable(state)

    def _show_state(self, state: EffectState | None) -> None:
        project, playhead = self.project, self.project.transport.playhead
        self._curves.setCurrentIndex(0 if state is not None else 1)
        self._inspector.setCurrentIndex(0 if state is not None else 1)
        self.histogram.show_state(state, playhead)
        if state is not None:
            self.curves.show_state(state, playhead, project.open.media_frames, self._track)
            self.inspector.show_state(state, playhead, project.quality.value)

    def _enable(self, state: EffectState | None) -> None:
        project, actions = self.project, self.actions_by_name
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

    def _described_clips(self) -> list[tuple[str, str]]:
        timeline = self.project.timeline
        described = []
        for index, name in enumerate(timeline.clip_names):
            try:
                shown = timeline.shown_of(index)
                described.append((name or "unnamed", f"frames {shown[0]}-{shown[-1]}"))
            except FocuspullerError as error:
                described.append((name or "unnamed", str(error)))
        return described

    def _effect_on(self, index: int) -> bool | None:
        state = self.project.timeline.state_of(index)
        return state.enabled if state is not None else None

    def _show_picture(self, shown: Shown) -> None:
        self.histogram.show_picture(shown)

    def _take_track(self, news: tuple[TrackRequest, list[float]]) -> None:
        request, track = news
        project = self.project
        if project.session is None or request.media != project.session.info.path:
            return
        whole = [math.nan] * len(project.open.media_frames)
        whole[request.frames.start : request.frames.stop] = track
        self._track = whole
        self._show_state(project.state)

    def _set_quality(self, quality: str) -> None:
        self.project.set_quality(Quality(quality))

    def _open(self) -> None:
        path = self.questions.file_to_open(self.files.folder)
        if path is not None:
            self.open_path(path)

    def _choose_disparity(self) -> None:
        names = self.project.timeline.clip_names
        path = self.questions.disparity_file(names[self.project.index], self.files.folder)
        if path is not None:
            self.project.set_disparity(path)

    def _show_export(self) -> None:
        project = self.project
        if self._export is None or not self._export.is_running:
            name = project.timeline.clip_names[project.index]
            self._export = ExportDialog(project.timeline.edited, project.index, name, self.files.folder, self)
        self._export.show()
        self._export.raise_()

    def _show_sides(self) -> None:
        self.clips.setVisible(self.actions_by_name["show clips"].isChecked())
        self._right.setVisible(self.actions_by_name["show inspector"].isChecked())

    def _tell(self, text: str) -> None:
        self.message_bar.show_message(Message(text))


def _splitter(name: str, way: Qt.Orientation, parts: list[QWidget], sizes: list[int]) -> QSplitter:
    splitter = QSplitter(way)
    splitter.setObjectName(name)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setSizes(sizes)
    return splitter


def _stack(*pages: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for page in pages:
        stack.addWidget(page)
    return stack
