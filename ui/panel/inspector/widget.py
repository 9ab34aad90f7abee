"""The inspector: the effect's parameters, page by page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ....plugin.params import PAGES, PARAMETERS, Kind, Page, Parameter
from ....plugin.state import EffectState
from . import binding
from .rows import ChoiceRow, FlagRow, NumberRow, ParameterRow


class InspectorWidget(QScrollArea):
    """Shows the state that it is given, and hands out new ones; it changes nothing by itself."""

    edited = Signal(object, str)
    """A new EffectState, and the key that all edits of one gesture share; "" for a single step."""

    sought = Signal(int)
    """The frame that the playhead is asked to go to."""

    quality_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._state: EffectState | None = None
        self._playhead = 0
        self._gestures = 0
        self.rows: dict[str, ParameterRow] = {name: self._row(parameter) for name, parameter in PARAMETERS.items()}
        self._headings: dict[str, QLabel] = {}
        widest = max(row.label.sizeHint().width() for row in self.rows.values())
        for row in self.rows.values():
            row.label.setFixedWidth(widest + 4)
        self._inside = inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(10, 6, 10, 10)
        column.setSpacing(4)
        for page in PAGES.values():
            self._headings[page.name] = _heading(page)
            column.addWidget(self._headings[page.name])
            for row in self.rows.values():
                if row.parameter.parent == page.name:
                    column.addWidget(row)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(inside.minimumSizeHint().width() // 2)
        self.setAccessibleName("Inspector")
        inside.setEnabled(False)

    def show_state(self, state: EffectState, playhead: int, quality: str) -> None:
        """Show the values at a media frame.

        Args:
            quality: one of the parameter's choices.
        """
        if self._state is None or state.uuid != self._state.uuid:
            for row in self.rows.values():
                row.forget_entry()
        self._state, self._playhead = state, playhead
        self._inside.setEnabled(True)
        missing = "" if state.disparity else ": no disparity clip"
        self._headings["disparity"].setText(PAGES["disparity"].label + missing)
        for name, row in self.rows.items():
            match row:
                case ChoiceRow():
                    row.show_value(quality)
                    row.show_default(quality == row.parameter.default)
                    continue
                case NumberRow():
                    row.show_value(binding.value_of(state, name, playhead))
                    if row.parameter.animates:
                        row.diamond.show_keyed(binding.keyed(state, name, playhead))
                        row.show_neighbours(*binding.neighbours(state, name, playhead))
                case FlagRow():
                    value = binding.value_of(state, name, playhead)
                    row.show_value(None if value is None else bool(value))
            row.show_default(binding.is_default(state, name) or binding.value_of(state, name, playhead) is None)

    def _row(self, parameter: Parameter) -> ParameterRow:
        name = parameter.name
        enter, reset = partial(self._enter, name), partial(self._reset, name)
        match parameter.kind:
            case Kind.CHOICE:
                return ChoiceRow(parameter, enter, reset)
            case Kind.BOOLEAN:
                return FlagRow(parameter, enter, reset)
            case Kind.DOUBLE | Kind.INTEGER:
                row = NumberRow(parameter, enter, reset)
                row.key_toggled.connect(partial(self._toggle_key, name))
                row.sought.connect(self.sought)
                row.gesture_begun.connect(self._begin_gesture)
                return row

    def _begin_gesture(self) -> None:
        self._gestures += 1

    def _enter(self, name: str, value: float | bool | str, is_of_gesture: bool) -> None:
        """Raises:
        ParameterError: a value out of range, or one that does not go with the others.
        """
        if isinstance(value, str):
            self.quality_chosen.emit(value)
        elif self._state is not None:
            gesture = f"inspector {id(self):x} {self._gestures}" if is_of_gesture else ""
            self._hand_out(binding.with_value(self._state, name, value, self._playhead), gesture)

    def _reset(self, name: str) -> None:
        default = PARAMETERS[name].default
        if isinstance(default, str):
            self.quality_chosen.emit(default)
        elif self._state is not None:
            self._hand_out(binding.with_default(self._state, name))

    def _toggle_key(self, name: str) -> None:
        if self._state is not None:
            self._hand_out(binding.with_key_toggled(self._state, name, self._playhead))

    def _hand_out(self, state: EffectState, gesture: str = "") -> None:
        if state != self._state:
            self.edited.emit(state, gesture)


def _heading(page: Page) -> QLabel:
    heading = QLabel(page.label)
    heading.setToolTip(page.hint)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    heading.setContentsMargins(0, 8, 0, 2)
    return heading
