from pathlib import Path

from PySide6.QtWidgets import QLabel

from tests.ui.panel.windows import Desk


def test_the_zoom_is_told_once_there_is_a_picture_and_never_cut(desk: Desk, edit: Path) -> None:
    window = desk.open(None)
    (zoom,) = window.picture.view_bar.findChildren(QLabel)
    assert zoom.text() == ""
    window = desk.open(edit)
    (zoom,) = window.picture.view_bar.findChildren(QLabel)
    assert zoom.text().endswith(" %")
    window.picture.viewer.zoom_to(32)
    desk.spin()
    assert zoom.text() == "3200 %"
    assert zoom.width() >= zoom.sizeHint().width()
