"""A row for each kind of parameter: its label, what sets it, its keys, its reset."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from ....core.errors import ParameterError
from ....plugin.params import Kind, Parameter
from ..fields.choice_list import ChoiceList
from ..fields.field import Field
from ..fields.stroke_button import StrokeButton
from ..fields.value_text import read, shown
from ..theme import ERROR
from .diamond import KeyDiamond
from .slider import Slider
from .slider_scale import step_of, value_at

RESET = "M 4 3 L 4 8 L 9 8 M 4 8 C 8 2 16 5 15 11 C 14 16 7 17 4 13"
PREVIOUS, NEXT = "M 11 4 L 6 9 L 11 14", "M 7 4 L 12 9 L 7 14"
MIDDLE = Qt.AlignmentFlag.AlignVCenter

Enter = Callable[[float | bool | str, bool], None]


class ParameterRow(QWidget):
    """What all rows have. It holds no value: it asks for another than it shows, and says so when that is refused.

    Args:
        enter: takes a value, and whether it is one of a gesture; raises ParameterError.
        reset: takes the parameter back to its default; raises ParameterError.
    """

    def __init__(self, parameter: Parameter, enter: Enter, reset: Callable[[], None]) -> None:
        super().__init__()
        self.parameter = parameter
        self._enter = enter
        self.label = QLabel(parameter.label)
        self.label.setToolTip(parameter.hint)
        self.reset_button = StrokeButton(RESET, f"Reset {parameter.label.lower()} to {_default(parameter)}")
        self.reset_button.clicked.connect(lambda: self._try(reset))
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setStyleSheet(f"color: {ERROR}")
        self._message.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self.label, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._message, 1, 0, 1, 5)
        self.setToolTip(parameter.hint)

    @property
    def message(self) -> str:
        return self._message.text()

    def show_message(self, message: str) -> None:
        """Why the last entry was refused; empty when that is over."""
        self._message.setText(message)
        self._message.setVisible(bool(message))

    def forget_entry(self) -> None:
        """What was typed or refused was meant for another clip."""
        self.show_message("")

    def show_default(self, is_default: bool) -> None:
        self.reset_button.setEnabled(not is_default)

    def _try(self, ask: Callable[[], None]) -> bool:
        try:
            ask()
        except ParameterError as error:
            self.show_message(str(error))
            return False
        self.show_message("")
        return True

    def _place(self, control: QWidget, column: int = 1, span: int = 1) -> None:
        control.setToolTip(self.parameter.hint)
        control.setAccessibleName(self.parameter.label)
        control.setAccessibleDescription(self.parameter.hint)
        self._grid.addWidget(control, 0, column, 1, span, MIDDLE)

    def _place_reset(self) -> None:
        """Last of all, so that Tab comes to what sets the value first."""
        self._grid.addWidget(self.reset_button, 0, 4)


class NumberRow(ParameterRow):
    """A slider along the display range, a field for any value within the range, and the keys of what animates."""

    key_toggled = Signal()
    sought = Signal(int)

    gesture_begun = Signal()
    """A drag of the slider, or an arrow that may be held down: what it sets is one step to undo."""

    def __init__(self, parameter: Parameter, enter: Enter, reset: Callable[[], None]) -> None:
        super().__init__(parameter, enter, reset)
        self._value: float | None = None
        self.slider = Slider()
        self.field = Field(lambda text: enter(read(parameter, text), False))
        self.field.ensurePolished()  # with the font that the style sheet gives
        self.field.setFixedWidth(self.field.fontMetrics().horizontalAdvance("000.000 mm") + 16)
        self.field.refused.connect(self.show_message)
        self.field.stepped.connect(self._step)
        self.label.setBuddy(self.field)
        self._place(self.slider)
        self._place(self.field, 2)
        self.slider.setAccessibleName(f"{parameter.label}, slider")
        self.slider.valueChanged.connect(self._slide)
        self.slider.begun.connect(self.gesture_begun)
        self.diamond = KeyDiamond(parameter.label)
        self.previous = StrokeButton(PREVIOUS, f"{parameter.label}: go to the previous key")
        self.next = StrokeButton(NEXT, f"{parameter.label}: go to the next key")
        self._previous_frame: int | None = None
        self._next_frame: int | None = None
        keys = QWidget()
        row = QHBoxLayout(keys)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self.previous, self.diamond, self.next):
            row.addWidget(button)
        # Rows that do not animate keep the room, so that all columns stand in line.
        policy = keys.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        keys.setSizePolicy(policy)
        keys.setVisible(parameter.animates)
        self._grid.addWidget(keys, 0, 3)
        self._place_reset()
        self.diamond.clicked.connect(self.key_toggled)
        self.previous.clicked.connect(lambda: self._seek(self._previous_frame))
        self.next.clicked.connect(lambda: self._seek(self._next_frame))

    def forget_entry(self) -> None:
        super().forget_entry()
        self.field.revert()

    def show_value(self, value: float | None) -> None:
        """None disables the row."""
        self._value = value
        for control in (self.slider, self.field):
            control.setEnabled(value is not None)
        self.field.show_text("" if value is None else shown(self.parameter, value))
        if value is not None and not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(step_of(self.parameter, value))

    def show_neighbours(self, previous: int | None, following: int | None) -> None:
        self._previous_frame, self._next_frame = previous, following
        self.previous.setEnabled(previous is not None)
        self.next.setEnabled(following is not None)

    def _slide(self, step: int) -> None:
        value, is_of_gesture = value_at(self.parameter, step), self.slider.is_held
        if not self._try(lambda: self._enter(value, is_of_gesture)):
            self.show_value(self._value)

    def _step(self, steps: int, is_held: bool) -> None:
        parameter = self.parameter
        if not is_held:
            self.gesture_begun.emit()
        if self._value is not None:
            raised = round(self._value + steps * parameter.increment, 6)
            value = min(max(raised, parameter.minimum), parameter.maximum)
            self._try(lambda: self._enter(int(value) if parameter.kind is Kind.INTEGER else value, True))

    def _seek(self, frame: int | None) -> None:
        if frame is not None:
            self.sought.emit(frame)


class FlagRow(ParameterRow):
    """A check box."""

    def __init__(self, parameter: Parameter, enter: Enter, reset: Callable[[], None]) -> None:
        super().__init__(parameter, enter, reset)
        self.box = QCheckBox()
        self.box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._place(self.box, 1, 3)
        self._place_reset()
        self.label.setBuddy(self.box)
        self.box.clicked.connect(lambda on: self._try(lambda: enter(bool(on), False)))

    def show_value(self, value: bool | None) -> None:
        """None disables the row."""
        self.box.setEnabled(value is not None)
        self.box.setChecked(bool(value))


class ChoiceRow(ParameterRow):
    """A list of choices."""

    def __init__(self, parameter: Parameter, enter: Enter, reset: Callable[[], None]) -> None:
        super().__init__(parameter, enter, reset)
        self.list = ChoiceList()
        self.list.addItems([choice.capitalize() for choice in parameter.choices])
        self._place(self.list, 1, 3)
        self._place_reset()
        self.label.setBuddy(self.list)
        self.list.activated.connect(lambda at: self._try(lambda: enter(parameter.choices[at], False)))

    def show_value(self, value: str) -> None:
        self.list.setCurrentIndex(self.parameter.choices.index(value))


def _default(parameter: Parameter) -> str:
    match parameter.default:
        case bool():
            return "on" if parameter.default else "off"
        case str():
            return parameter.default
        case number:
            return shown(parameter, number)
