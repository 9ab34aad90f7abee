"""Keys act where the pointer is: a widget that takes the focus when the pointer enters, and gives it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget


def end_typing(field: QWidget) -> None:
    """Leave a field: keys act where the pointer is again."""
    field.clearFocus()
    for widget in field.window().findChildren(HoverFocus):
        if widget.underMouse():
            widget.setFocus(Qt.FocusReason.MouseFocusReason)


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
