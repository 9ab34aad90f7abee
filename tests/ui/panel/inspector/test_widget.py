import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.params import PARAMETERS
from focuspuller.plugin.state import DisparityReference, EffectState
from focuspuller.ui.panel.inspector.binding import Keyed, value_of
from focuspuller.ui.panel.inspector.rows import ChoiceRow, FlagRow, NumberRow
from focuspuller.ui.panel.inspector.widget import InspectorWidget
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QSlider, QStyle, QStyleOptionSlider, QWidget

LEFT = Qt.MouseButton.LeftButton

STATE = EffectState(
    "id",
    Lens(),
    Curve(Scale.DIOPTRES, 2.0, (Key(10, 1.0), Key(50, 4.0))),
    Curve(Scale.STOPS, 2.8),
    DisparityReference("disparity.mkv"),
)


class Panel:
    """Shows every state that the inspector hands out."""

    def __init__(self) -> None:
        self.states, self.gestures, self.playhead, self.quality = [STATE], list[str](), 30, "final"
        self.inspector = InspectorWidget()
        self.inspector.edited.connect(self.edit)
        self.inspector.sought.connect(self.seek)
        self.inspector.quality_chosen.connect(self.choose)
        self.inspector.resize(420, 560)
        self.show()
        self.inspector.show()
        self.inspector.activateWindow()
        assert QTest.qWaitForWindowActive(self.inspector)

    @property
    def state(self) -> EffectState:
        return self.states[-1]

    def show(self) -> None:
        self.inspector.show_state(self.state, self.playhead, self.quality)

    def edit(self, state: EffectState, gesture: str) -> None:
        self.states.append(state)
        self.gestures.append(gesture)
        self.show()

    def seek(self, frame: int) -> None:
        self.playhead = frame
        self.show()

    def choose(self, quality: str) -> None:
        self.quality = quality
        self.show()

    def number(self, name: str) -> NumberRow:
        row = self.inspector.rows[name]
        assert isinstance(row, NumberRow)
        return row

    def type(self, name: str, text: str) -> None:
        field = self.number(name).field
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def message(self, name: str) -> str:
        return self.inspector.rows[name].message


@pytest.fixture
def panel(application: QApplication) -> Iterator[Panel]:
    made = Panel()
    yield made
    made.inspector.close()
    made.inspector.deleteLater()
    application.processEvents()


def test_there_is_a_row_for_every_parameter_with_its_hint(panel: Panel) -> None:
    assert list(panel.inspector.rows) == list(PARAMETERS)
    for name, row in panel.inspector.rows.items():
        assert row.toolTip() == PARAMETERS[name].hint
        assert row.label.text() == PARAMETERS[name].label
        assert row.label.buddy().accessibleName() == PARAMETERS[name].label
    for button in panel.inspector.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("focal_length", "85mm", 85.0),
        ("near", "120cm", 1.2),
        ("far", "10m", 10.0),
        ("disparity_black", "0.25", 0.25),
        ("disparity_offset", "2", 2),
        ("aperture", "f/4", 4.0),
        ("focus_distance", "inf", math.inf),
    ],
)
def test_typed_values_arrive(panel: Panel, name: str, text: str, value: float) -> None:
    panel.type(name, text)
    assert value_of(panel.state, name, panel.playhead) == value
    assert panel.gestures == [""]
    assert panel.message(name) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [("focus_distance", "close"), ("near", "inf"), ("far", "0.2"), ("focal_length", "3"), ("disparity_white", "0")],
)
def test_invalid_entry_says_why_beside_the_field_and_changes_nothing(panel: Panel, name: str, text: str) -> None:
    panel.type(name, text)
    assert panel.states == [STATE]
    assert panel.message(name)
    assert panel.number(name).field.text() == text
    QTest.keyClick(panel.number(name).field, Qt.Key.Key_Escape)
    assert panel.message(name) == ""


def test_a_slider_drag_is_one_gesture_and_the_next_another(panel: Panel) -> None:
    slider = panel.number("focal_length").slider
    for by in (40, -20):
        start = handle_of(slider)
        QTest.mousePress(slider, LEFT, pos=start)
        for step in (0.5, 1.0):
            QTest.mouseMove(slider, start + QPoint(round(by * step), 0))
        QTest.mouseRelease(slider, LEFT, pos=start + QPoint(by, 0))
    assert panel.state.lens.focal_length != STATE.lens.focal_length
    assert len(panel.gestures) > 2
    assert len(set(panel.gestures)) == 2
    assert "" not in panel.gestures


def handle_of(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    return part.center()


def test_a_slider_that_is_refused_goes_back(panel: Panel) -> None:
    panel.type("far", "1.5m")
    slider = panel.number("near").slider
    before = slider.value()
    slider.setValue(1000)
    assert slider.value() == before
    assert "beyond near" in panel.message("near")


def test_showing_a_state_edits_nothing(panel: Panel) -> None:
    for frame in range(0, 60, 7):
        panel.seek(frame)
    assert panel.states == [STATE]
    assert panel.number("focus_distance").field.text() == "4.00 m"


def test_the_diamond_follows_and_toggles(panel: Panel) -> None:
    row = panel.number("focus_distance")
    seen = [row.diamond.keyed]
    QTest.mouseClick(row.diamond, LEFT)
    seen.append(row.diamond.keyed)
    assert [key.frame for key in panel.state.focus_distance.keys] == [10, 30, 50]
    row.diamond.setFocus()
    QTest.keyClick(row.diamond, Qt.Key.Key_Space)
    seen.append(row.diamond.keyed)
    assert seen == [Keyed.ON_CURVE, Keyed.ON_KEY, Keyed.ON_CURVE]
    assert [key.frame for key in panel.state.focus_distance.keys] == [10, 50]
    assert panel.number("aperture").diamond.keyed is Keyed.NOT_ANIMATED
    assert panel.gestures == ["", ""]


def test_keys_are_walked_along(panel: Panel) -> None:
    row = panel.number("focus_distance")
    QTest.mouseClick(row.previous, LEFT)
    assert panel.playhead == 10
    assert not row.previous.isEnabled()
    QTest.mouseClick(row.next, LEFT)
    assert panel.playhead == 50
    assert not row.next.isEnabled()
    assert not panel.number("aperture").next.isEnabled()
    assert panel.gestures == []


def test_reset_is_there_only_for_what_was_changed(panel: Panel) -> None:
    row = panel.number("focus_distance")
    assert row.reset_button.isEnabled()
    assert not panel.number("near").reset_button.isEnabled()
    QTest.mouseClick(row.reset_button, LEFT)
    assert panel.state.focus_distance == Curve(Scale.DIOPTRES, 2.0)
    assert not row.reset_button.isEnabled()


def test_a_refused_entry_is_not_of_the_next_clip(panel: Panel) -> None:
    panel.type("focus_distance", "close")
    panel.edit(replace(STATE, uuid="another"), "")
    assert panel.number("focus_distance").field.text() == "1.60 m"
    assert panel.message("focus_distance") == ""


def test_an_arrow_that_is_held_is_one_gesture(panel: Panel) -> None:
    row = panel.number("focal_length")
    for widget in (row.field, row.slider):
        widget.setFocus()
        before = len(panel.gestures)
        for held in (False, True, True, False):
            plain = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Up, plain, "", held))
        first, second, third, other = panel.gestures[before:]
        assert first == second == third != other
        assert "" not in (first, other)


def test_tab_reaches_what_sets_a_row_before_its_reset(panel: Panel) -> None:
    for row in panel.inspector.rows.values():
        order, widget = list[QWidget](), row.nextInFocusChain()
        while widget is not None and row.isAncestorOf(widget):
            order.append(widget)
            widget = widget.nextInFocusChain()
        assert order[-1] is row.reset_button
        assert row.label.buddy() in order


def test_arrows_step_by_the_increment(panel: Panel) -> None:
    field = panel.number("focal_length").field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert panel.state.lens.focal_length == 61
    field = panel.number("far").field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert panel.state.lens.far == math.inf


def test_the_wheel_over_a_slider_or_a_list_without_focus_changes_nothing(panel: Panel) -> None:
    slider, choice = panel.number("focal_length").slider, panel.inspector.rows["quality"]
    assert isinstance(choice, ChoiceRow)
    panel.inspector.setFocus()
    turn = QWheelEvent(
        QPointF(9, 9),
        QPointF(9, 9),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    for widget in (slider, choice.list):
        QApplication.sendEvent(widget, turn)
    assert panel.states == [STATE]
    assert panel.quality == "final"
    for widget in (slider, choice.list):
        widget.setFocus()
        QApplication.sendEvent(widget, turn)
    assert len(panel.states) == 2
    assert panel.quality == "draft"


def test_polarity_is_a_click(panel: Panel) -> None:
    row = panel.inspector.rows["disparity_near_is_bright"]
    assert isinstance(row, FlagRow)
    assert row.box.isChecked()
    QTest.mouseClick(row.box, LEFT, pos=QPoint(8, row.box.height() // 2))
    assert panel.state.disparity
    assert not panel.state.disparity.reading.near_is_bright
    assert not row.box.isChecked()


def test_quality_is_chosen_apart_from_the_state(panel: Panel) -> None:
    row = panel.inspector.rows["quality"]
    assert isinstance(row, ChoiceRow)
    row.list.setFocus()
    QTest.keyClick(row.list, Qt.Key.Key_Up)
    assert panel.quality == "draft"
    QTest.mouseClick(row.reset_button, LEFT)
    assert panel.quality == "final"
    assert panel.states == [STATE]


def test_without_a_disparity_clip_its_rows_are_off(panel: Panel) -> None:
    panel.edit(replace(STATE, disparity=None), "")
    for name in ("disparity_black", "disparity_white", "disparity_offset"):
        assert not panel.number(name).field.isEnabled()
        assert panel.number(name).field.text() == ""
        assert not panel.number(name).reset_button.isEnabled()
    assert panel.number("near").field.isEnabled()


def test_before_a_clip_is_shown_nothing_can_be_set(panel: Panel) -> None:
    inspector = InspectorWidget()
    assert not any(row.isEnabled() for row in inspector.rows.values())
    inspector.show_state(STATE, 0, "final")
    assert all(row.isEnabled() for row in inspector.rows.values())
    inspector.deleteLater()
