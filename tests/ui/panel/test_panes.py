from pathlib import Path

import pytest
from focuspuller.ui.panel.opened import nothing_open
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


def test_it_fits_on_a_laptop_at_twice_the_scale_with_all_its_parts(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    least = window.minimumSizeHint()
    assert least.width() <= 800
    assert least.height() <= 500
    window.resize(least)
    desk.spin()
    for row in window.inspector.rows.values():
        window.inspector.ensureWidgetVisible(row.reset_button, 0, 0)
        middle = row.reset_button.mapTo(window.inspector.viewport(), row.reset_button.rect().center())
        assert window.inspector.viewport().rect().contains(middle)


def test_the_first_window_is_no_larger_than_its_screen(desk: Desk) -> None:
    window = PanelWindow(nothing_open(), desk.settings, lambda parent: desk.answers)
    window.show()
    desk.spin()
    assert window.screen().availableGeometry().contains(window.frameGeometry())
    assert window.close()
    window.deleteLater()


def divided(window: PanelWindow) -> QSplitter:
    """Picture above curves."""
    splitter = window.findChild(QSplitter, "middle")
    assert isinstance(splitter, QSplitter)
    return splitter
