"""A field to type a value in, which says in words when it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from ....core.errors import ParameterError
from ..hover import end_typing
from ..theme import ERROR

INVALID_STYLE = f'QLineEdit[invalid="true"] {{ border: 1px solid {ERROR}; }}'


def after_typing(act: Callable[[], None]) -> Callable[[], None]:
    """An act before which what is being typed goes where it was meant for."""

    def acted() -> None:
        focused = QApplication.focusWidget()
        if isinstance(focused, Field):
            focused.settle()
        act()

    return acted


class Field(QLineEdit):
    """Takes what was typed with Enter, or when the focus leaves; Esc brings back what was shown.

    What cannot be taken stays, to be mended, as long as the focus does.

    Args:
        enter: takes the text; raises ParameterError where it cannot.
    """

    refused = Signal(str)
    """Why an entry was refused, in words; empty when that is over."""

    stepped = Signal(int, bool)
    """Up or Down: that many steps, ten with Shift; and whether the key is being held down."""

    def __init__(self, enter: Callable[[str], None]) -> None:
        super().__init__()
        self._enter = enter
        self._shown = ""
        self._is_invalid = False
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setStyleSheet(INVALID_STYLE)
        self.returnPressed.connect(self._finish)
        self.textEdited.connect(lambda: self._refuse(""))

    def show_text(self, text: str) -> None:
        """Show a value, unless another one is being typed."""
        if text == self._shown:
            return
        self._shown = text
        if self._is_invalid or not (self.hasFocus() and self.isModified()):
            self.revert()

    def revert(self) -> None:
        """Back to the value that stands."""
        self.setText(self._shown)
        self._refuse("")

    def settle(self) -> None:
        """Take what was typed, or where it cannot be taken go back to the value that stands."""
        if not self._is_invalid:
            self._take()
        if self._is_invalid:
            self.revert()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.settle()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.revert()
            self.selectAll()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            steps = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.stepped.emit(steps if event.key() == Qt.Key.Key_Up else -steps, event.isAutoRepeat())
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        self._take()
        if not self._is_invalid:
            end_typing(self)

    def _take(self) -> None:
        if not self.isModified() or self.text() == self._shown:
            return
        try:
            self._enter(self.text())
        except ParameterError as error:
            self._refuse(str(error))
            return
        # What was typed may mean what stood there already, and then nothing new is shown.
        self.revert()

    def _refuse(self, reason: str) -> None:
        if not reason and not self._is_invalid:
            return
        self._is_invalid = bool(reason)
        self.setProperty("invalid", "true" if reason else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        self.setToolTip(reason)
        self.refused.emit(reason)
