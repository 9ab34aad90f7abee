from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from focuspuller.plugin.curve import Interpolation, Key
from focuspuller.plugin.spline import Floats
from focuspuller.plugin.state import EffectState
from focuspuller.ui.panel.curves import painter
from focuspuller.ui.panel.curves.chart import Chart
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane
from focuspuller.ui.panel.curves.layers import Layers
from focuspuller.ui.panel.curves.model import CurveModel
from focuspuller.ui.panel.curves.paint_lane import draw_curve
from focuspuller.ui.panel.curves.widget import CurveWidget
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from tests.ui.panel.curves.states import MEDIA, frames, state_of, values

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Panel(QWidget):
    """A window with the curves and a field of its own; it shows every state that the curves hand out."""

    def __init__(self, state: EffectState) -> None:
        super().__init__()
        self.states, self.gestures, self.playhead = [state], list[str](), 50
        self.curves = CurveWidget()
        self.name = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.name)
        column.addWidget(self.curves)
        self.curves.edited.connect(self.edit)
        self.curves.sought.connect(self.seek)
        self.resize(900, 560)
        self.show_all()
        self.show()
        self.activateWindow()
        assert QTest.qWaitForWindowActive(self)

    @property
    def state(self) -> EffectState:
        return self.states[-1]

    @property
    def model(self) -> CurveModel:
        assert self.curves.canvas.pointer
        return self.curves.canvas.pointer.model

    @property
    def chart(self) -> Chart:
        return self.model.chart

    def show_all(self, disparity: Floats | None = None) -> None:
        self.curves.show_state(self.state, self.playhead, MEDIA, disparity)

    def edit(self, state: EffectState, gesture: str) -> None:
        self.states.append(state)
        self.gestures.append(gesture)
        self.show_all()

    def seek(self, frame: int) -> None:
        self.playhead = frame
        self.show_all()

    def at(self, lane: Lane, frame: float, value: float | None = None) -> QPoint:
        value = lane.curve(self.state).value(frame) if value is None else value
        x, y = self.chart.place(lane, frame, lane.parameter.scale.encoded(value))
        return QPoint(round(x), round(y))

    def drag(self, start: QPoint, by: QPoint, button: Qt.MouseButton = LEFT) -> None:
        canvas = self.curves.canvas
        QTest.mousePress(canvas, button, pos=start)
        for step in range(1, 5):
            QTest.mouseMove(canvas, start + by * step / 4)
        QTest.mouseRelease(canvas, button, pos=start + by)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.curves.canvas, key, modifiers)


@pytest.fixture
def panel(application: QApplication) -> Iterator[Panel]:
    made = Panel(state_of())
    yield made
    made.close()
    made.deleteLater()
    application.processEvents()


def test_a_key_is_dragged_with_the_mouse_in_one_gesture(panel: Panel) -> None:
    by = round(10 / panel.chart.time.per_pixel)
    panel.drag(panel.at(Lane.FOCUS, 40), QPoint(by, 30))
    assert frames(panel.state.focus_distance) == [50, 120]
    assert panel.state.focus_distance.keys[0].value < 1.25
    assert len(panel.gestures) > 1
    assert len(set(panel.gestures)) == 1


def test_a_whole_session_by_keys(panel: Panel) -> None:
    QTest.mouseClick(panel.curves.canvas, LEFT, pos=panel.at(Lane.FOCUS, 40))
    for key in (Qt.Key.Key_L, Qt.Key.Key_K, Qt.Key.Key_Z):
        panel.press(key)
    kinds = [state.focus_distance.keys[0].interpolation for state in panel.states]
    assert kinds == [*(Interpolation.BEZIER, Interpolation.LINEAR, Interpolation.CONSTANT, Interpolation.BEZIER)]
    panel.press(Qt.Key.Key_Right, SHIFT)
    assert frames(panel.state.focus_distance) == [50, 120]
    panel.press(Qt.Key.Key_C, CONTROL)
    panel.seek(80)
    panel.press(Qt.Key.Key_V, CONTROL)
    assert frames(panel.state.focus_distance) == [50, 80, 120]
    panel.press(Qt.Key.Key_Delete)
    panel.press(Qt.Key.Key_I)
    assert frames(panel.state.focus_distance) == [50, 80, 120]
    panel.press(Qt.Key.Key_A, CONTROL)
    panel.press(Qt.Key.Key_Backspace)
    assert panel.state.focus_distance.keys == panel.state.aperture.keys == ()
    assert panel.gestures.count("") == 7


def test_a_held_arrow_is_one_step_to_undo(panel: Panel) -> None:
    canvas = panel.curves.canvas
    panel.model.selection = frozenset({KeyPlace(Lane.FOCUS, 40)})
    for held in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, "", autorep=held)
        QApplication.sendEvent(canvas, event)
    assert frames(panel.state.focus_distance) == [37, 120]
    assert len(set(panel.gestures)) == 1
    panel.press(Qt.Key.Key_Left)
    assert len(set(panel.gestures)) == 2


def test_escape_during_a_drag_takes_it_back(panel: Panel) -> None:
    start = panel.at(Lane.FOCUS, 40)
    QTest.mousePress(panel.curves.canvas, LEFT, pos=start)
    QTest.mouseMove(panel.curves.canvas, start + QPoint(40, 40))
    assert panel.state != panel.states[0]
    panel.press(Qt.Key.Key_Escape)
    assert panel.state == panel.states[0]
    QTest.mouseRelease(panel.curves.canvas, LEFT, pos=start)


def test_a_double_click_adds_a_key_and_one_on_a_key_lets_its_value_be_typed(panel: Panel) -> None:
    canvas = panel.curves.canvas
    at = panel.at(Lane.FOCUS, 80, 1.0)
    QTest.mouseClick(canvas, LEFT, pos=at)
    QTest.mouseDClick(canvas, LEFT, pos=at)
    assert frames(panel.state.focus_distance) == [40, 80, 120]
    QTest.mouseDClick(canvas, LEFT, pos=panel.at(Lane.FOCUS, 80))
    assert panel.curves.bar.value.hasFocus()
    QTest.keyClicks(panel.curves.bar.value, "inf")
    QTest.keyClick(panel.curves.bar.value, Qt.Key.Key_Return)
    assert values(panel.state.focus_distance)[1] == float("inf")
    assert panel.curves.bar.value.text() == "∞"


def test_numbers_are_typed_in_the_bar_and_refused_in_words(panel: Panel) -> None:
    bar = panel.curves.bar
    assert not bar.frame.isEnabled()
    QTest.mouseClick(panel.curves.canvas, LEFT, pos=panel.at(Lane.APERTURE, 60))
    assert (bar.frame.text(), bar.value.text()) == ("60", "f/5.6")
    for field, text in ((bar.frame, "72"), (bar.value, "f/4")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.state.aperture.keys[1] == Key(72, 4.0)
    reasons: list[str] = []
    bar.frame.refused.connect(reasons.append)
    bar.value.refused.connect(reasons.append)
    for field, text in ((bar.frame, "20"), (bar.frame, "1.5"), (bar.frame, "9999"), (bar.value, "wide")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert "; " in reasons[-1]
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert panel.state.aperture.keys[1] == Key(72, 4.0)


def test_a_box_selects_and_the_bar_counts(panel: Panel) -> None:
    panel.drag(QPoint(70, 40), QPoint(700, panel.curves.canvas.height() - 42))
    assert len(panel.model.selection) == 5
    assert not panel.curves.bar.frame.isEnabled()
    assert not panel.curves.bar.value.isEnabled()
    assert panel.gestures == []


def test_the_ruler_scrubs(panel: Panel) -> None:
    QTest.mouseClick(panel.curves.canvas, LEFT, pos=QPoint(round(panel.chart.time.pixel(90.0)), 5))
    assert panel.playhead == 90


def test_the_wheel_zooms_to_the_pointer(panel: Panel) -> None:
    canvas = panel.curves.canvas
    at, before = QPointF(panel.at(Lane.FOCUS, 40)), panel.chart
    turn = QWheelEvent(
        at,
        QPointF(canvas.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, turn)
    assert panel.chart.time.per_pixel < before.time.per_pixel
    assert panel.chart.time.value(at.x()) == pytest.approx(before.time.value(at.x()))
    panel.press(Qt.Key.Key_Home)
    assert panel.chart == before


def test_the_keys_are_ours_where_the_pointer_is_and_the_fields_where_one_types(panel: Panel) -> None:
    canvas = panel.curves.canvas

    def enter() -> None:
        QApplication.sendEvent(canvas, QEnterEvent(QPointF(9, 9), QPointF(9, 9), QPointF(9, 9)))

    panel.name.setFocus()
    enter()
    assert panel.name.hasFocus()
    button = panel.curves.bar.findChildren(QToolButton)[-1]
    button.setFocus()
    enter()
    assert canvas.hasFocus()
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert button.hasFocus()


def test_a_widget_that_is_gone_gets_no_focus_back(panel: Panel) -> None:
    canvas, passing = panel.curves.canvas, QToolButton(panel)
    passing.show()
    passing.setFocus()
    QApplication.sendEvent(canvas, QEnterEvent(QPointF(9, 9), QPointF(9, 9), QPointF(9, 9)))
    passing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.hasFocus()


@pytest.mark.parametrize(
    ("key", "selects", "ours"),
    [
        (Qt.Key.Key_K, True, True),
        (Qt.Key.Key_K, False, False),
        (Qt.Key.Key_L, False, False),
        (Qt.Key.Key_Escape, True, True),
        (Qt.Key.Key_Escape, False, False),
        (Qt.Key.Key_I, False, True),
        (Qt.Key.Key_Left, True, True),
        (Qt.Key.Key_Left, False, False),
        (Qt.Key.Key_Space, True, False),
        (Qt.Key.Key_J, True, False),
    ],
)
def test_only_our_keys_are_kept_from_the_window(panel: Panel, key: Qt.Key, selects: bool, ours: bool) -> None:
    panel.model.selection = frozenset({KeyPlace(Lane.FOCUS, 40)} if selects else ())
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(panel.curves.canvas, event)
    assert event.isAccepted() == ours


def test_every_command_of_the_menu_runs(panel: Panel) -> None:
    panel.model.selection = frozenset({KeyPlace(Lane.FOCUS, 40)})
    menu = panel.curves.canvas.menu()
    for action in menu.actions():
        action.trigger()
    assert panel.gestures
    menu.deleteLater()


def test_everything_stays_in_view_when_the_window_grows_and_a_close_view_stays_close(panel: Panel) -> None:
    def margin() -> float:
        return panel.chart.time.pixel(0.0) - panel.chart.gutter

    for width in (700, 1100):
        panel.resize(width, 500)
        assert margin() == pytest.approx(22)
        assert panel.chart.width == panel.curves.canvas.width()
    panel.model.chart = panel.chart.zoomed_time(300, 0.2)
    before = panel.chart.time
    panel.resize(800, 500)
    assert (panel.chart.time.start, panel.chart.time.end) == (before.start, before.end)


def test_nothing_is_changed_but_by_the_panel(panel: Panel) -> None:
    panel.curves.edited.disconnect(panel.edit)
    panel.drag(panel.at(Lane.FOCUS, 40), QPoint(60, 30))
    panel.press(Qt.Key.Key_Delete)
    assert panel.model.state is panel.states[0]


def test_before_a_clip_is_shown_nothing_happens(panel: Panel) -> None:
    curves = CurveWidget()
    curves.edited.connect(panel.edit)
    curves.resize(600, 300)
    canvas = curves.canvas
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(200, 200))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    curves.grab()
    assert panel.gestures == []
    curves.deleteLater()


def pixels(panel: Panel, near: QPoint) -> set[str]:
    image: QImage = panel.curves.canvas.grab().toImage()
    scale = image.devicePixelRatio()
    middle = near * scale
    reach = range(-4, 5)
    return {QColor(image.pixel(middle.x() + dx, middle.y() + dy)).name() for dx in reach for dy in reach}


def test_keys_are_drawn_where_they_are_found_and_selected_ones_stand_out(panel: Panel) -> None:
    at = panel.at(Lane.FOCUS, 120)
    assert "#f2b134" in pixels(panel, at)
    QTest.mouseClick(panel.curves.canvas, LEFT, pos=at)
    palette = panel.curves.palette()
    assert {palette.highlight().color().name(), palette.text().color().name()} <= pixels(panel, at)
    assert "#f2b134" not in pixels(panel, panel.at(Lane.FOCUS, 80, 1.0))


def test_the_subject_is_drawn_where_the_disparity_says(panel: Panel) -> None:
    distance = 1.6
    disparity = (1 / distance) / panel.state.lens.dioptre_range
    at = panel.at(Lane.FOCUS, 150, distance)
    bare = pixels(panel, at)
    panel.show_all(np.full(len(MEDIA), disparity))
    assert pixels(panel, at) != bare


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Lane]:
    """Every lane that is drawn anew, in turn."""
    lanes: list[Lane] = []
    draw = draw_curve

    def noted(*args: Any) -> None:
        lanes.append(args[2])
        draw(*args)

    monkeypatch.setattr(painter, "draw_curve", noted)
    return lanes


def test_a_drag_draws_its_own_lane_anew_and_no_other(drawn: list[Lane], panel: Panel) -> None:
    start = panel.at(Lane.APERTURE, 60)
    panel.drag(start, QPoint(0, 12))
    QApplication.processEvents()
    assert Lane.APERTURE in drawn
    drawn.clear()
    start = panel.at(Lane.FOCUS, 40)
    QTest.mousePress(panel.curves.canvas, LEFT, pos=start)
    QApplication.processEvents()
    drawn.clear()
    QTest.mouseMove(panel.curves.canvas, start + QPoint(0, 9))
    QApplication.processEvents()
    QTest.mouseRelease(panel.curves.canvas, LEFT, pos=start)
    assert set(drawn) == {Lane.FOCUS}


def test_the_playhead_moves_over_what_is_drawn_already(drawn: list[Lane], panel: Panel) -> None:
    QApplication.processEvents()
    drawn.clear()
    before = panel.curves.canvas.grab().toImage()
    panel.seek(70)
    assert panel.curves.canvas.grab().toImage() != before
    assert drawn == []


def test_what_is_kept_looks_as_if_drawn_anew(panel: Panel) -> None:
    panel.drag(panel.at(Lane.FOCUS, 40), QPoint(0, 15))
    kept = panel.curves.canvas.grab().toImage()
    panel.curves.canvas._layers = Layers(panel.curves.canvas)
    assert panel.curves.canvas.grab().toImage() == kept
