from pathlib import Path

import pytest
from focuspuller.ui.panel.clip_list import ClipList
from focuspuller.ui.panel.questions import TIMELINES, Questions
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QListWidget, QMessageBox, QPushButton, QWidget

MARKUP = "<img src='a.png'>"


def test_a_name_is_no_markup(application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[QMessageBox] = []

    def execute(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", execute)
    parent = QWidget()
    Questions(parent).save_changes(MARKUP)
    Questions(parent).replace(tmp_path / MARKUP / MARKUP)
    labels = [label for box in asked for label in box.findChildren(QLabel)]
    assert sum(MARKUP in label.text() for label in labels) == 3
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    clips = ClipList([])
    clips.show_clips([(MARKUP, "frames 0-11")])
    assert "<img" not in clips.list.item(0).toolTip()
    clips.deleteLater()
    parent.deleteLater()


@pytest.mark.parametrize("kind", TIMELINES)
def test_a_name_gets_the_ending_of_the_kind_that_was_chosen(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "edit"), kind))
    parent = QWidget()
    assert Questions(parent).timeline_to_save(tmp_path) == tmp_path / f"edit{TIMELINES[kind]}"
    parent.deleteLater()


@pytest.mark.parametrize(("selects_all", "chosen"), [(False, [3]), (True, [0, 3, 4])])
def test_the_effect_is_copied_to_the_clips_that_are_selected(
    application: QApplication, monkeypatch: pytest.MonkeyPatch, selects_all: bool, chosen: list[int]
) -> None:
    def execute(dialog: QDialog) -> QDialog.DialogCode:
        (clips,) = dialog.findChildren(QListWidget)
        (copy,) = (button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
        assert not copy.isEnabled()
        clips.setCurrentRow(1)
        if selects_all:
            QTest.keySequence(clips, QKeySequence(QKeySequence.StandardKey.SelectAll))
        copy.click()
        return QDialog.DialogCode(dialog.result())

    monkeypatch.setattr(QDialog, "exec", execute)
    parent = QWidget()
    assert Questions(parent).clips_to_copy_to("b", [(0, "a"), (3, "d"), (4, "e")]) == chosen
    parent.deleteLater()
