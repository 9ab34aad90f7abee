"""The export: how far it is, with a way to stop and to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...core.errors import FocuspullerError, UsageError
from ...plugin.timeline import Document
from .export_form import ExportForm
from .export_job import Ended, Export, ExportJob, Reached, in_words, work_of
from .questions import Questions

PHASES = {"check": "Looking at clip", "render": "Rendering frame", "encode": "Encoding frame"}


class ExportDialog(QDialog):
    """Not modal: editing goes on, and what is exported is the work as it was when the export began.

    Args:
        edited: gives the timeline with all edits made.
    """

    ended = Signal(str, bool)
    """Out of sight: how, in words, and whether something went wrong."""

    _told = Signal(object)

    def __init__(self, edited: Callable[[], Document], questions: Questions, parent: QWidget) -> None:
        super().__init__(parent)
        self._edited = edited
        self._questions = questions
        self._place = Path()
        self._job: ExportJob | None = None
        self._export: Export | None = None
        self.has_news = False
        """It ended, and nobody has looked since."""
        self.setWindowTitle("Export")
        self.setMinimumWidth(480)
        self.form = ExportForm(questions)
        self.bar = QProgressBar()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.go = QPushButton()
        self.go.setDefault(True)
        self.go.clicked.connect(self.begin)
        self.anew = QPushButton("Begin anew")
        self.anew.clicked.connect(self._begin_anew)
        self.stop = QPushButton("Close")
        self.stop.clicked.connect(self._stop_or_close)
        self._lay_out()
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def offer(self, index: int, name: str, place: Path) -> None:
        """Be ready for another export, as `ExportForm.offer` asks for it."""
        self._place = place
        self.form.offer(index, name, place)
        self.bar.setRange(0, 1)
        self.bar.setValue(0)
        self.words.setText(" ")
        self.go.setText("Export")
        self.anew.hide()

    def begin(self) -> None:
        self._begin(self.form.export)

    def cancel_and_wait(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    def showEvent(self, event: QShowEvent) -> None:
        self.has_news = False
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.is_running:
            self.hide()  # the export goes on; the window's menu brings this back
            event.ignore()

    def reject(self) -> None:
        self.close()

    def _begin(self, export: Export) -> None:
        try:
            export.check_name()
            if export.target.resolve() == self._place.resolve():
                raise UsageError(f"{export.target} is what is open here; export under another name")
            document = self._edited()
        except FocuspullerError as error:
            self.words.setText(_sentence(str(error)))
            return
        self._export = export
        self.anew.hide()
        self._set_running(True)
        self.words.setText("Beginning…")
        self._job = ExportJob(work_of(document, export), self._told.emit)

    def _begin_anew(self) -> None:
        assert self._export is not None
        self._begin(replace(self._export, anew=True))

    def _hear(self, news: Reached | Ended) -> None:
        if self._job is None:
            return  # the window is closed
        if isinstance(news, Reached):
            self.bar.setRange(0, max(1, news.total))
            self.bar.setValue(news.done)
            phase = PHASES.get(news.phase, news.phase.capitalize())
            words = f"{phase} {min(news.done + 1, news.total)} of {news.total}"
            if news.remaining is not None and news.done < news.total:
                words += f", about {in_words(news.remaining)} left"
            self.words.setText(words)
            return
        self._job.wait()
        self._job = None
        self._set_running(False)
        assert self._export is not None
        if news.can_replace and not self._export.replaces:
            self._ask_to_replace(self._export)
            return
        if news.error:
            self.words.setText(_sentence(news.error))
            self.go.setText("Go on" if news.can_go_on else "Export")
            self.anew.setVisible(news.can_begin_anew)
        else:
            self.form.replaced = None
            self.bar.setValue(self.bar.maximum())
            self.words.setText("\n".join([f"Done: {self._export.target}", *news.notes]))
            self.go.setText("Export")
        if self.isHidden():
            self.has_news = True
            self.ended.emit(self.words.text(), bool(news.error))

    def _ask_to_replace(self, export: Export) -> None:
        if self._questions.replace(export.target):
            self.form.replaced = export.target
            self._begin(replace(export, replaces=True))
        else:
            self.words.setText(f"{export.target} stays as it was; export under another name")

    def _set_running(self, running: bool) -> None:
        for part in (self.form, self.go):
            part.setEnabled(not running)
        self.stop.setText("Stop" if running else "Close")

    def _stop_or_close(self) -> None:
        if self._job is not None:
            self.words.setText("Stopping after this frame…")
            self._job.cancel()
        else:
            self.close()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.anew, self.stop, self.go):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.form)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addLayout(buttons)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
