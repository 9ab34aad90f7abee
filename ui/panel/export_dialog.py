"""The export: what, where to and how; then how far it is, with a way to stop and to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import FocuspullerError
from ...core.renderer import Quality
from ...plugin.timeline import Document
from .export_job import Ended, Export, ExportJob, Reached, in_words, work_of

CODECS = (
    ("What the file's ending asks for", None),
    ("ProRes 422", "prores422"),
    ("ProRes 4444", "prores4444"),
    ("DNxHR", "dnxhr"),
    ("H.264", "h264"),
    ("H.265", "h265"),
    ("FFV1, lossless", "ffv1"),
    ("PNG, 16 bit", "png16"),
    ("OpenEXR", "exr"),
)
PHASES = {"render": "Rendering", "encode": "Encoding"}


class ExportDialog(QDialog):
    """Not modal: editing goes on, and what is exported is the work as it was when the export began.

    Args:
        edited: gives the timeline with all edits made.
        index, name: the clip in hand.
        folder: where files are suggested.
    """

    _told = Signal(object)

    def __init__(
        self, edited: Callable[[], Document], index: int, name: str, folder: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._edited = edited
        self._index = index
        self._folder = folder
        self._name = name
        self._job: ExportJob | None = None
        self._export: Export | None = None
        self.setWindowTitle("Export")
        self.setMinimumWidth(480)
        self.what = QComboBox()
        self.what.addItems([f"This clip, {name}", "The timeline, playing all of its renders"])
        self.what.currentIndexChanged.connect(self._suggest)
        self.target = QLineEdit(str(self._suggested()))
        self.target.setAccessibleName("File")
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        self.codec = QComboBox()
        for words, codec in CODECS:
            self.codec.addItem(words, codec)
        self.quality = QComboBox()
        for quality in (Quality.FINAL, Quality.DRAFT):
            self.quality.addItem(quality.value.capitalize(), quality)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1)
        self.bar.setValue(0)
        self.words = QLabel(" ")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.go = QPushButton("Export")
        self.go.setDefault(True)
        self.go.clicked.connect(self.begin)
        self.anew = QPushButton("Begin anew")
        self.anew.clicked.connect(self._begin_anew)
        self.anew.hide()
        self.stop = QPushButton("Close")
        self.stop.clicked.connect(self._stop_or_close)
        self._lay_out(browse)
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._job is not None and self._job.is_running

    def begin(self) -> None:
        index = self._index if self.what.currentIndex() == 0 else None
        target = Path(self.target.text().strip())
        self._begin(Export(target, index, self.codec.currentData(), Quality(self.quality.currentData())))

    def cancel_and_wait(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.is_running:
            self.hide()  # the export goes on; the window's menu brings this back
            event.ignore()

    def reject(self) -> None:
        self.close()

    def _begin(self, export: Export) -> None:
        try:
            if not export.target.name:
                raise FocuspullerError("name a file to export to")
            document = self._edited()
        except FocuspullerError as error:
            self.words.setText(str(error))
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
        if isinstance(news, Reached):
            self.bar.setRange(0, max(1, news.total))
            self.bar.setValue(news.done)
            phase = PHASES.get(news.phase, news.phase.capitalize())
            words = f"{phase} frame {min(news.done + 1, news.total)} of {news.total}"
            if news.remaining is not None and news.done < news.total:
                words += f", about {in_words(news.remaining)} left"
            self.words.setText(words)
            return
        if self._job is not None:
            self._job.wait()
        self._set_running(False)
        if news.error:
            self.words.setText(news.error[:1].upper() + news.error[1:])
            self.go.setText("Go on" if news.can_go_on else "Export")
            self.anew.setVisible(news.can_begin_anew)
        else:
            assert self._export is not None
            self.bar.setValue(self.bar.maximum())
            self.words.setText("\n".join([f"Done: {self._export.target}", *news.notes]))
            self.go.setText("Export")

    def _set_running(self, running: bool) -> None:
        for field in (self.what, self.target, self.codec, self.quality, self.go):
            field.setEnabled(not running)
        self.stop.setText("Stop" if running else "Close")

    def _stop_or_close(self) -> None:
        if self.is_running and self._job is not None:
            self.words.setText("Stopping after this frame…")
            self._job.cancel()
        else:
            self.close()

    def _suggest(self) -> None:
        self.target.setText(str(self._suggested()))

    def _suggested(self) -> Path:
        safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in self._name) or "clip"
        return self._folder / (f"{safe}.focus.mov" if self.what.currentIndex() == 0 else "edit.rendered.otio")

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export to", self.target.text())
        if chosen:
            self.target.setText(chosen)

    def _lay_out(self, browse: QPushButton) -> None:
        place = QHBoxLayout()
        place.addWidget(self.target, 1)
        place.addWidget(browse)
        form = QFormLayout()
        form.addRow("What", self.what)
        form.addRow("File", place)
        form.addRow("Codec", self.codec)
        form.addRow("Quality", self.quality)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.anew, self.stop, self.go):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addLayout(buttons)
