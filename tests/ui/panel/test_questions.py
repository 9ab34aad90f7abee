from pathlib import Path

import pytest
from focuspuller.ui.panel.clip_list import ClipList
from focuspuller.ui.panel.questions import TIMELINES, Questions
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QWidget

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
