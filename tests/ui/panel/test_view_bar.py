from pathlib import Path

from PySide6.QtWidgets import QLabel, QToolButton

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


def test_what_a_narrow_bar_has_no_room_for_is_in_its_menu(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    bar = window.picture.view_bar
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert isinstance(more, QToolButton)
    window.resize(window.minimumSizeHint())
    desk.spin()
    assert more.isVisible()
    shown = [action.text() for action in bar.actions() if bar.widgetForAction(action).isVisible()]
    shown += [action.text() for action in more.menu().actions()]
    assert {"Result", "Split", "Follow", "Fit", "100 %"} <= {*shown}
