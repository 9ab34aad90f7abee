"""Keys in the window: who has the focus is operated by its own, and typing ends with Return."""

import itertools
from pathlib import Path

import pytest
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane
from focuspuller.ui.panel.inspector.rows import ChoiceRow, FlagRow, NumberRow
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QSpinBox, QToolButton

from tests.ui.panel.windows import Desk, Hand

TAB = Qt.FocusReason.TabFocusReason


@pytest.fixture
def window(desk: Desk, edit: Path) -> PanelWindow:
    return desk.open(edit)


def number(window: PanelWindow, name: str) -> NumberRow:
    row = window.inspector.rows[name]
    assert isinstance(row, NumberRow)
    return row


def is_played_by_space(desk: Desk, window: PanelWindow) -> bool:
    Hand(desk, window).key(Qt.Key.Key_Space)
    was_playing = window.project.transport.is_playing
    window.project.transport.stop()
    return was_playing


def test_a_button_that_tab_reached_is_pressed_by_space(desk: Desk, window: PanelWindow) -> None:
    (loop,) = (
        button
        for button in window.picture.transport_bar.findChildren(QToolButton)
        if button.defaultAction().objectName() == "loop"
    )
    loops = window.project.transport.loops
    loop.setFocus(TAB)
    assert not is_played_by_space(desk, window)
    assert window.project.transport.loops is not loops
    row = window.inspector.rows["disparity_near_is_bright"]
    assert isinstance(row, FlagRow)
    row.box.setFocus(TAB)
    assert not is_played_by_space(desk, window)
    assert not row.box.isChecked()


@pytest.mark.parametrize(("typed", "taken"), [("61", 61.0), ("nonsense", 50.0)])
def test_what_was_typed_is_of_the_clip_in_hand_and_never_of_the_next(
    desk: Desk, window: PanelWindow, typed: str, taken: float
) -> None:
    hand, project, field = Hand(desk, window), window.project, number(window, "focal_length").field
    project.copy_effect([1])
    field.setFocus(TAB)
    hand.write(field, typed)
    hand.key(Qt.Key.Key_PageDown)
    assert project.index == 1
    field.clearFocus()
    states = [project.timeline.state_of(index) for index in range(2)]
    assert [state.lens.focal_length for state in states if state is not None] == [taken, 50.0]


def test_a_slider_that_tab_reached_is_moved_by_its_keys(desk: Desk, window: PanelWindow) -> None:
    hand, slider, project = Hand(desk, window), number(window, "focal_length").slider, window.project
    project.seek(5)
    slider.setFocus(TAB)
    places = [slider.value()]
    for name in ("End", "PageDown", "Left", "Right", "PageUp", "Home"):
        hand.key(Qt.Key[f"Key_{name}"])
        places.append(slider.value())
    assert all(before != after for before, after in itertools.pairwise(places))
    assert (project.index, project.transport.playhead) == (0, 5)
    assert is_played_by_space(desk, window)  # none of its keys


def test_a_list_that_tab_reached_is_moved_in_by_its_keys(desk: Desk, window: PanelWindow) -> None:
    row = window.inspector.rows["quality"]
    assert isinstance(row, ChoiceRow)
    window.project.seek(5)
    row.list.setFocus(TAB)
    chosen = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        Hand(desk, window).key(key)
        chosen.append(window.project.quality.value)
    assert chosen == [row.parameter.choices[0], row.parameter.choices[-1]]
    assert window.project.transport.playhead == 5


def test_what_the_mouse_presses_leaves_the_keys_to_playing(desk: Desk, window: PanelWindow) -> None:
    row = window.inspector.rows["disparity_near_is_bright"]
    assert isinstance(row, FlagRow)
    window.inspector.ensureWidgetVisible(row.box)
    for pressed in (row.box, number(window, "aperture").diamond):
        window.inspector.ensureWidgetVisible(pressed)
        desk.spin()
        Hand(desk, window).click(pressed, 8, pressed.height() / 2)
        assert window.project.can_undo
        window.project.undo()
        assert is_played_by_space(desk, window)


def field_of(window: PanelWindow, name: str) -> QLineEdit | QSpinBox:
    match name:
        case "frame":
            return window.picture.transport_bar.frame
        case "key":
            assert window.curves.canvas.pointer is not None
            window.curves.canvas.pointer.model.selection = frozenset({KeyPlace(Lane.FOCUS, 9)})
            window.curves.canvas.changed.emit()
            return window.curves.bar.frame
        case _:
            return number(window, name).field


@pytest.mark.parametrize(("name", "text"), [("frame", "8"), ("key", "10"), ("aperture", "4"), ("aperture", "")])
def test_return_ends_typing(desk: Desk, window: PanelWindow, name: str, text: str) -> None:
    hand, field = Hand(desk, window), field_of(window, name)
    field.setFocus()
    field.selectAll()
    hand.write(field, text)
    hand.key(Qt.Key.Key_Return)
    assert not field.hasFocus()
    assert is_played_by_space(desk, window)


@pytest.mark.parametrize("pointer", ["elsewhere", "over the picture"])
def test_after_return_tab_goes_on_from_the_field(desk: Desk, window: PanelWindow, pointer: str) -> None:
    hand, row = Hand(desk, window), number(window, "focal_length")
    row.field.setFocus()
    if pointer == "over the picture":
        hand.move(window.picture.viewer, 50, 50)
    hand.write(row.field, "61")
    hand.key(Qt.Key.Key_Return)
    assert row.reset_button.isEnabled()
    hand.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is row.reset_button
    hand.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() not in (row.field, row.reset_button)


def test_what_is_refused_is_still_being_typed(desk: Desk, window: PanelWindow) -> None:
    hand, field = Hand(desk, window), number(window, "aperture").field
    field.setFocus()
    field.selectAll()
    hand.write(field, "wide")
    hand.key(Qt.Key.Key_Return)
    assert field.hasFocus()


def test_after_typing_keys_act_where_the_pointer_is(desk: Desk, window: PanelWindow) -> None:
    hand, canvas = Hand(desk, window), window.curves.canvas
    field = field_of(window, "key")
    field.setFocus()
    hand.move(window.picture.viewer, 50, 50)
    hand.move(canvas, 200, 60)
    assert field.hasFocus()
    hand.key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is canvas


def test_in_the_curves_k_and_l_play_until_keys_are_selected(desk: Desk, window: PanelWindow) -> None:
    hand, canvas, project = Hand(desk, window), window.curves.canvas, window.project
    hand.move(window.picture.viewer, 50, 50)
    hand.move(canvas, 200, 60)
    assert canvas.hasFocus()
    before = project.state
    hand.key(Qt.Key.Key_L)
    assert project.transport.is_playing
    hand.key(Qt.Key.Key_K)
    assert not project.transport.is_playing
    assert project.state == before
    assert canvas.pointer is not None
    canvas.pointer.model.selection = frozenset({KeyPlace(Lane.FOCUS, 9)})
    hand.key(Qt.Key.Key_L)
    assert not project.transport.is_playing
    assert project.state != before
