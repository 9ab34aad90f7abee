from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.clips import textured, write_clip
from tests.ui.panel.projects import LENGTH
from tests.ui.panel.windows import CONTROL, SHIFT, Desk, Hand, over


def test_the_wheel_zooms_to_the_pointer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    viewer = window.picture.viewer
    at = QPointF(200, 100)
    held, before = viewer.transform.to_picture((200, 100)), viewer.transform.zoom
    QApplication.sendEvent(viewer, turned(viewer, at))
    assert viewer.transform.zoom > before
    assert viewer.transform.to_picture((200, 100)) == pytest.approx(held)
    Hand(desk, window).key(Qt.Key.Key_1, CONTROL)
    assert viewer.transform.zoom == 1.0
    Hand(desk, window).key(Qt.Key.Key_F, SHIFT)
    assert viewer.transform.fits


def turned(widget: QWidget, at: QPointF) -> QWheelEvent:
    return QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_the_lists_of_the_split_leave_the_rest_of_the_picture_to_the_viewer(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, viewer, sides = Hand(desk, window), window.picture.viewer, window.picture.sides
    hand.key(Qt.Key.Key_6)
    desk.settle(window)
    upper = sides.left.geometry().center().y()
    hand.move(viewer, viewer._line(), upper)
    assert viewer.cursor().shape() is Qt.CursorShape.SplitHCursor
    assert window.picture.read_out.text().strip()
    hand.move(sides.left, 5, 5)
    assert not window.picture.read_out.text().strip()
    split, turn = sides.split, turned(sides.left, QPointF(5, 5))
    QApplication.sendEvent(sides.left, turn)
    assert sides.split == split
    assert not turn.isAccepted()  # it is the viewer's
    window.resize(window.minimumSizeHint())
    desk.spin()
    assert viewer.rect().contains(sides.right.geometry())


def test_a_pointer_at_rest_reads_the_smaller_clip_that_comes_under_it(desk: Desk, edit: Path) -> None:
    write_clip(edit.parent / "b.mkv", [picture[:36, :48].copy() for picture in textured(LENGTH)])
    window = desk.open(edit)
    hand, viewer, read_out = Hand(desk, window), window.picture.viewer, window.picture.read_out
    hand.move(viewer, *over(viewer, 63.5, 47.5))
    assert "63,   47" in read_out.text()
    window.project.select(1)
    desk.settle(window)
    assert "47,   35" in read_out.text()
