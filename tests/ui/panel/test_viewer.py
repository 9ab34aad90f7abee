from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand


def test_the_wheel_zooms_to_the_pointer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    viewer = window.picture.viewer
    at = QPointF(200, 100)
    held, before = viewer.transform.to_picture((200, 100)), viewer.transform.zoom
    turn = QWheelEvent(
        at, viewer.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewer, turn)
    assert viewer.transform.zoom > before
    assert viewer.transform.to_picture((200, 100)) == pytest.approx(held)
    Hand(desk, window).key(Qt.Key.Key_1, CONTROL)
    assert viewer.transform.zoom == 1.0
    Hand(desk, window).key(Qt.Key.Key_F, SHIFT)
    assert viewer.transform.fits
