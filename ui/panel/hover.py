"""Keys act where the pointer is: a widget that takes the focus when the pointer enters, and gives it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QMainWindow, QWidget


def end_typing(field: QWidget) -> None:
    """Leave a field: keys act where the pointer is again."""
    window = field.window()
    field.clearFocus()
    for widget in window.findChildren(HoverFocus):
        if widget.underMouse():
            widget.setFocus(Qt.FocusReason.MouseFocusReason)
    if isinstance(window, HoverWindow):
        window.typing_ended(field)


class HoverWindow(QMainWindow):
    """In it Tab goes on from the field in which typing ended, until the focus is taken elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_in: QWidget | None = None
        self._since: QWidget | None = None

    def typing_ended(self, field: QWidget) -> None:
        self._typed_in, self._since = field, self.focusWidget()

    def focusNextPrevChild(self, onward: bool) -> bool:
        if self._typed_in is not None and self.focusWidget() is self._since:
            self._typed_in.setFocus()
        self._typed_in = None
        return super().focusNextPrevChild(onward)


class HoverFocus(QWidget):
    """Leaves the focus alone while somebody is typing."""

    def enterEvent(self, event: QEnterEvent) -> None:
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.left()
        super().leaveEvent(event)

    def left(self) -> None:
        """The pointer is elsewhere."""
