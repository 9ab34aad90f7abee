from pathlib import Path

import pytest
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from tests.ui.panel.windows import Desk, Hand


def test_the_window_is_remembered(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    Hand(desk, window).key(Qt.Key.Key_F2)
    assert not window.clips.isVisible()
    divided(window).setSizes([350, 350])
    assert window.close()
    again = desk.open(edit)
    assert not again.clips.isVisible()
    upper, lower = divided(again).sizes()
    assert upper == pytest.approx(lower, abs=10)


def test_it_fits_on_a_laptop_at_twice_the_scale(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3):
        Hand(desk, window).key(key)
    least = window.minimumSizeHint()
    assert least.width() <= 960
    assert least.height() <= 540


def divided(window: PanelWindow) -> QSplitter:
    """Picture above curves."""
    splitter = window.findChild(QSplitter, "middle")
    assert isinstance(splitter, QSplitter)
    return splitter
