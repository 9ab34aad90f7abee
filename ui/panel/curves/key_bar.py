"""The bar above the curves: the selected key in numbers, its interpolation and handles, and framing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ....core.errors import CurveError
from ....plugin.curve import Interpolation, Key
from ..fields.field import Field
from ..fields.stroke_button import StrokeButton
from ..fields.value_text import read, shown
from ..theme import ERROR
from .lanes import Lane, selected_keys
from .model import CurveModel
from .operations import enter_frame, enter_value
from .shortcuts import SHORTCUTS, Command

BUTTONS = (Command.CONSTANT, Command.LINEAR, Command.SMOOTH, Command.FLAT, Command.BREAK)
KINDS = {
    Command.CONSTANT: Interpolation.CONSTANT,
    Command.LINEAR: Interpolation.LINEAR,
    Command.SMOOTH: Interpolation.BEZIER,
}
FRAMINGS = (Command.FRAME, Command.FRAME_ALL)


STROKES = {
    Command.CONSTANT: "M 2 14 L 11 14 L 11 4 L 16 4",
    Command.LINEAR: "M 3 15 L 15 3",
    Command.SMOOTH: "M 2 15 C 10 15 8 3 16 3",
    Command.FLAT: "M 3 14 C 5 6 6 6 9 6 C 12 6 13 6 15 14 M 2 6 L 16 6",
    Command.BREAK: "M 2 6 L 9 13 L 16 3",
    Command.FRAME: (
        "M 2 6 L 2 2 L 6 2 M 12 2 L 16 2 L 16 6 M 16 12 L 16 16 L 12 16 M 6 16 L 2 16 L 2 12 "
        "M 9 6.5 L 11.5 9 L 9 11.5 L 6.5 9 L 9 6.5"
    ),
    Command.FRAME_ALL: "M 2 2 L 16 2 L 16 16 L 2 16 L 2 2 M 4 12 C 9 12 9 6 14 6",
}
"""What each button does to a curve, drawn."""


class KeyBar(QWidget):
    """Numbers and buttons; what it does goes through the model, as the keys do."""

    asked = Signal(object)
    """A `Command`."""

    def __init__(self) -> None:
        super().__init__()
        self._model: CurveModel | None = None
        self._which = QLabel("No key selected")
        self._which.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # the first to give way
        self.frame = Field(self._enter_frame)
        self.frame.setAccessibleName("Frame of the selected key")
        self.value = Field(self._enter_value)
        self.value.setAccessibleName("Value of the selected keys")
        self._message = QLabel()
        self._message.setStyleSheet(f"color: {ERROR}")
        self._message.setWordWrap(True)
        self._message.hide()
        self._buttons = {command: self._button(command) for command in (*BUTTONS, *FRAMINGS)}
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for label, field in (("Frame", self.frame), ("Value", self.value)):
            caption = QLabel(label)
            caption.setBuddy(field)
            row.addWidget(caption)
            row.addWidget(field)
            row.addSpacing(4)
            field.refused.connect(self._say)
        for command in BUTTONS:
            row.addWidget(self._buttons[command])
        row.addSpacing(8)
        row.addWidget(self._which, 1)
        for command in FRAMINGS:
            row.addWidget(self._buttons[command])
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._message)
        self._size_fields()
        self.show_model(None)

    def show_model(self, model: CurveModel | None) -> None:
        """What is selected now."""
        self._model = model
        keys = _selected(model) if model else []
        lanes = {lane for lane, _ in keys}
        self._show_frame([key for _, key in keys])
        self._show_value(lanes, {key.value for _, key in keys})
        kinds = {key.interpolation for _, key in keys}
        for command, kind in KINDS.items():
            self._buttons[command].setChecked(kinds == {kind})
        self._buttons[Command.BREAK].setChecked(any(model.breaks(*key) for key in keys) if model else False)
        for command in BUTTONS:
            self._buttons[command].setEnabled(bool(keys))
        for command in FRAMINGS:
            self._buttons[command].setEnabled(model is not None)
        self._which.setText(_described(lanes, len(keys)))

    def edit_value(self) -> None:
        """Let the value be typed."""
        self.value.setFocus()
        self.value.selectAll()

    def _show_frame(self, keys: list[Key]) -> None:
        self.frame.setEnabled(len(keys) == 1)
        self.frame.show_text(f"{keys[0].frame:g}" if len(keys) == 1 else "")

    def _show_value(self, lanes: set[Lane], values: set[float]) -> None:
        """The value that the selected keys share, when they are of one lane."""
        shared = lanes.copy() if len(lanes) == 1 else set()
        self.value.setEnabled(bool(shared))
        self.value.setPlaceholderText("mixed" if shared and len(values) > 1 else "")
        self.value.show_text(shown(shared.pop().parameter, values.pop()) if shared and len(values) == 1 else "")

    def _enter_frame(self, text: str) -> None:
        if not text.strip().removeprefix("-").isdecimal():
            raise CurveError(f"'{text.strip()[:24]}' is no frame; give a whole number, such as 48")
        if self._model:
            enter_frame(self._model, int(text))

    def _enter_value(self, text: str) -> None:
        if self._model and len(self._model.selected_lanes) == 1:
            (lane,) = self._model.selected_lanes
            enter_value(self._model, lane, read(lane.parameter, text))

    def _say(self, message: str) -> None:
        self._message.setText(message)
        self._message.setVisible(bool(message))

    def _button(self, command: Command) -> StrokeButton:
        keys = " or ".join(key for key, bound in SHORTCUTS.items() if bound is command)
        button = StrokeButton(STROKES[command], f"{command.value} ({keys})")
        button.setAccessibleName(command.value)
        button.setCheckable(command in BUTTONS and command is not Command.FLAT)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button

    def _size_fields(self) -> None:
        for field, widest in ((self.frame, "000000"), (self.value, "000.000 m")):
            field.setFixedWidth(_width(field, widest))


def _width(field: QLineEdit, widest: str) -> int:
    field.ensurePolished()  # with the font that the style sheet gives
    return field.fontMetrics().horizontalAdvance(widest) + 22


def _selected(model: CurveModel) -> list[tuple[Lane, Key]]:
    return [(lane, key) for lane in Lane for key in selected_keys(model.selection, model.state, lane)]


def _described(lanes: set[Lane], count: int) -> str:
    if not count:
        return "No key selected"
    which = next(iter(lanes)).parameter.label if len(lanes) == 1 else "Focus and aperture"
    return f"{which} key" if count == 1 else f"{which}: {count} keys"
