"""What the panel asks the person in front of it. Tests answer in its place."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from .actions import native

MEDIA = "Media (*.mov *.mp4 *.mkv *.mxf *.avi *.webm *.exr *.png *.tif *.tiff);;All files (*)"
OPENABLE = "Timelines and media (*.otio *.otioz *.otiod *.mov *.mp4 *.mkv *.mxf *.exr *.png);;All files (*)"
TIMELINES = {
    "OpenTimelineIO (*.otio)": ".otio",
    "Bundle, zipped (*.otioz)": ".otioz",
    "Bundle, a folder (*.otiod)": ".otiod",
}


class Answer(Enum):
    SAVE = auto()
    SAVE_AS = auto()
    DISCARD = auto()
    CANCEL = auto()


class Questions:
    """Args:
    parent: the window that the questions belong to.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def save_changes(self, name: str) -> Answer:
        box = self._box(f"Save the changes to {name}?", "They are lost if you don't.")
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        given = button(box.exec())
        return {button.Save: Answer.SAVE, button.Discard: Answer.DISCARD}.get(given, Answer.CANCEL)

    def save_over(self, name: str) -> Answer:
        """Whether to save over a timeline that another application has written since it was opened."""
        box = self._box(
            f"{name} was changed on disk since it was opened here. Save over it?",
            "What was changed there is lost if you do.",
        )
        save = box.addButton("Save anyway", QMessageBox.ButtonRole.DestructiveRole)
        save_as = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save_as)
        box.setEscapeButton(cancel)
        box.exec()
        answers: dict[QAbstractButton, Answer] = {save: Answer.SAVE, save_as: Answer.SAVE_AS}
        return answers.get(box.clickedButton(), Answer.CANCEL)

    def recover(self, name: str, when: str, *, changed: bool) -> bool:
        """Whether to take up work that was never saved; closing the question takes it up, since that can be undone.

        Args:
            when: the time it was kept.
            changed: the timeline was written by somebody since.
        """
        since = "The timeline has been changed since; taken up, this work goes on top of it. " if changed else ""
        question = f"{name} has work from {when} that was never saved. Take it up again?"
        box = self._box(question, f"{since}You can undo it.")
        take = box.addButton("Take it up", QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton("Throw it away", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(take)
        box.setEscapeButton(take)
        box.exec()
        return box.clickedButton() is not drop

    def give_up_opening(self, what: str) -> bool:
        """Whether to close without what is being opened for a clip; `what` says it, as in "opening a.mkv…"."""
        box = self._box(f"Still {what} Close without it?", "It is put on its clip as soon as it is open.")
        close = box.addButton("Close without it", QMessageBox.ButtonRole.DestructiveRole)
        wait = box.addButton("Wait for it", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        box.exec()
        return box.clickedButton() is close

    def stop_export(self) -> bool:
        """Whether to stop an export that is under way, to close."""
        box = self._box(
            "An export is under way. Stop it and close?",
            "What is finished is kept: exporting to the same file again goes on from there.",
        )
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
        go_on = box.addButton("Go on exporting", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.exec()
        return box.clickedButton() is stop

    def replace(self, target: Path) -> bool:
        """Whether what is there may be lost."""
        box = self._box(
            f"{target.name} exists. Replace it?", f"What is in {target.parent} under this name is lost if you do."
        )
        yes = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.exec()
        return box.clickedButton() is yes

    def file_to_open(self, folder: Path) -> Path | None:
        return _path(QFileDialog.getOpenFileName(self._parent, "Open a timeline or a clip", str(folder), OPENABLE))

    def timeline_to_save(self, suggested: Path) -> Path | None:
        """A name that the person has agreed to replace."""
        kinds = ";;".join(TIMELINES)
        name, kind = QFileDialog.getSaveFileName(self._parent, "Save the timeline", str(suggested), kinds)
        chosen = _path((name, kind))
        if chosen is None or chosen.suffix:
            return chosen
        named = chosen.with_suffix(TIMELINES.get(kind, ".otio"))  # of which nobody has been asked yet
        return named if not named.exists() or self.replace(named) else None

    def file_to_export(self, suggested: Path) -> Path | None:
        """A name that the person has agreed to replace."""
        return _path(QFileDialog.getSaveFileName(self._parent, "Export to", str(suggested)))

    def disparity_file(self, clip: str, folder: Path) -> Path | None:
        return _path(QFileDialog.getOpenFileName(self._parent, f"The disparity of {clip}", str(folder), MEDIA))

    def clips_to_copy_to(self, source: str, clips: list[tuple[int, str]]) -> list[int]:
        """Which of these clips, by number and name, are to have the effect too."""
        dialog = QDialog(self._parent)
        dialog.setWindowTitle("Copy the effect")
        listed = QListWidget()
        listed.setAccessibleName("Clips to copy to")
        listed.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        for index, name in clips:
            item = QListWidgetItem(name, listed)
            item.setData(Qt.ItemDataRole.UserRole, index)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.AcceptRole)
        copy.setEnabled(False)
        listed.itemSelectionChanged.connect(lambda: copy.setEnabled(bool(listed.selectedItems())))
        buttons.accepted.connect(dialog.accept)
        buttons.rejected.connect(dialog.reject)
        column = QVBoxLayout(dialog)
        words = QLabel(
            f"Select the clips that are to have the effect of {source} too; {native('Ctrl+A')} selects all. "
            "Their own disparity stays with them."
        )
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(listed)
        column.addWidget(buttons)
        listed.setFocus()
        dialog.resize(380, 360)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = sorted(int(item.data(Qt.ItemDataRole.UserRole)) for item in listed.selectedItems())
        dialog.deleteLater()
        return chosen if accepted else []

    def _box(self, question: str, more: str) -> QMessageBox:
        box = QMessageBox(self._parent)
        box.setTextFormat(Qt.TextFormat.PlainText)  # names may look like markup
        box.setText(question)
        box.setInformativeText(more)
        for label in box.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)
        return box


def _path(chosen: tuple[str, str]) -> Path | None:
    return Path(chosen[0]) if chosen[0] else None
