"""The panel's window on one timeline: its parts, its commands, opening and closing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, QThread, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ...core.errors import FocuspullerError
from ...plugin.timeline.location import is_timeline
from .actions import MENUS, make_actions, native
from .clip_list import ClipList
from .commands import Commands
from .curves.widget import CurveWidget
from .export_dialog import ExportDialog
from .fields.field import after_typing
from .files import Files
from .histogram_widget import HistogramWidget
from .hover import HoverWindow
from .inspector.widget import InspectorWidget
from .looks import remember_looks, restore_looks, show_sides
from .media_opener import MediaOpener
from .message_bar import MessageBar
from .observing import Change
from .opened import Opened, as_it_is_now, open_timeline_or_clip
from .opening import Opening
from .panes import Panes, Parts
from .picture_area import PictureArea
from .picture_feed import PictureFeed
from .presenter import Presenter
from .project import Project
from .questions import Questions
from .shortcuts_sheet import ShortcutsSheet
from .subjects.following import Following
from .widget_keys import is_operated_by


class PanelWindow(HoverWindow):
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
        self.opener, self.other_opener = MediaOpener(self), MediaOpener(self)
        """Of the clip in hand's media, and of what is to take this window's place."""
        self.project = Project(opened, retire=self.feed.worker.retire, opener=self.opener.put)
        self.message_bar = MessageBar()
        self._settings = settings
        self._ask = questions
        self.questions = questions(self)
        self.actions_by_name = make_actions(self, self._slots())
        self.picture = PictureArea(self.project, self.feed, self.actions_by_name)
        self.clips = ClipList([self.actions_by_name[name] for name in ("apply", "remove", "copy")])
        self.histogram = HistogramWidget()
        self.curves = CurveWidget()
        self.inspector = InspectorWidget()
        parts = Parts(self.message_bar, self.clips, self.picture, self.curves, self.histogram, self.inspector)
        self.panes = Panes(parts)
        self._export: ExportDialog | None = None
        self._sheet: ShortcutsSheet | None = None
        self._is_agreed = False  # that what closing loses may be lost
        self._lay_out()
        self._presenter = Presenter(self.project, self.feed, parts, self.panes, self.actions_by_name, self)
        self.following = Following(self.project, self.picture, self.curves.lanes, self.actions_by_name, self)
        self.project.observe(self._follow)
        for opener in (self.opener, self.other_opener):
            opener.slow.connect(self.message_bar.show_doing)
            opener.ended.connect(self.message_bar.take_back)
        self._not_kept.connect(self._presenter.tell)
        self.files = Files(self.project, self.questions, lambda error: self._not_kept.emit(str(error)))
        if opened.notes:
            self.project.tell("\n".join(opened.notes), is_error=False)
        self.feed.follow(self.project)
        self.project.changed(*Change)
        if self.project.open.trouble:
            self._presenter.tell(self.project.open.trouble)

    def attend(self) -> None:
        """Show the window to somebody who works in it, and look after the work."""
        self.show()
        self.files.attend()

    def open_path(self, path: Path) -> None:
        """Open another timeline or clip in this window's place."""
        self.other_opener.put(
            Opening(
                f"opening {path.name}…",
                lambda: open_timeline_or_clip(path),
                self._give_way,
                lambda error: self._presenter.tell(str(error)),
                lambda opened: opened.document.close(),
            )
        )

    def _give_way(self, opened: Opened) -> None:
        if not self._may_close():
            opened.document.close()
            return
        try:
            opened = as_it_is_now(opened)  # it may have been open here, and just been saved
        except FocuspullerError as error:
            self._presenter.tell(str(error))
            return
        remember_looks(self._settings, self, self.panes, self.actions_by_name)
        other = PanelWindow(opened, self._settings, self._ask)  # where that fails, this one is still there
        self._is_agreed = True
        self.close()
        self.opened.emit(other)
        if QThread.currentThread().loopLevel() <= 1:  # further in, a dialog of this window's may be up
            self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_agreed and not self._may_close():
            event.ignore()
            return
        remember_looks(self._settings, self, self.panes, self.actions_by_name)
        self.let_go()

    def let_go(self) -> None:
        """End its threads and close its media; what is unsaved is lost."""
        if self._export is not None:
            self._export.cancel_and_wait()
        self.project.transport.stop()
        self.files.close()
        self.following.close()
        self.opener.close()
        self.other_opener.close()
        self.feed.close()
        self.project.close()

    def event(self, event: QEvent) -> bool:
        # Comes here last: whatever has the focus has not asked for the key.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_operated_by(QApplication.focusWidget(), event)
        ):
            event.accept()
            return True
        return super().event(event)

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

    def _may_close(self) -> bool:
        """Ask about what closing would lose; whether it goes on."""
        exporting = self._export is not None and self._export.is_running
        return (not exporting or self.questions.stop_export()) and self.files.may_close()

    def _slots(self) -> dict[str, Callable[[], object]]:
        commands = Commands(self.project, self.questions).slots
        for name in ("undo", "redo", "previous clip", "next clip"):  # after which another clip may be in hand
            commands[name] = after_typing(commands[name])
        return {
            **commands,
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
            "shortcuts": self._show_shortcuts,
        }

    def _lay_out(self) -> None:
        for title, commands in MENUS.items():
            menu = self.menuBar().addMenu(title)
            for command in commands:
                if command is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self.actions_by_name[command.name])
        self.setCentralWidget(self.panes)
        self.setAcceptDrops(True)
        restore_looks(self._settings, self, self.panes, self.actions_by_name)

    def _follow(self, change: Change) -> None:
        if change is Change.DOCUMENT:
            self.setWindowTitle(f"{self.files.name}[*] - focuspuller")
            self.setWindowModified(self.project.timeline.is_dirty)

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
        timeline, index = self.project.timeline, self.project.index
        if self._export is None:
            self._export = ExportDialog(timeline.edited, self.questions, self)
            self._export.ended.connect(self._tell_export)
        if not (self._export.is_running or self._export.has_news):
            self._export.offer(index, timeline.clip_names[index], self.files.place)
        self._export.show()
        self._export.raise_()

    def _show_shortcuts(self) -> None:
        if self._sheet is None:
            self._sheet = ShortcutsSheet(self)
        self._sheet.show()
        self._sheet.raise_()
        self._sheet.activateWindow()

    def _tell_export(self, words: str, is_error: bool) -> None:
        over = f"the export in the background is over ({native('Ctrl+E')} shows it)."
        self.project.tell(f"{over} {words}", is_error=is_error)

    def _show_sides(self) -> None:
        show_sides(self.panes, self.actions_by_name)
