"""Where the panel speaks: one line or more, until it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from .observing import Message


class MessageBar(QFrame):
    """Hidden while there is nothing to say. An error stays until it is closed or the next one comes; a note stands
    under it, and gives way to the next message. What is going on stands under both."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._error = self._note = self._doing = ""
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName("Message")
        self.close_button = QToolButton()
        self.close_button.setText("Close")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_message(self, message: Message) -> None:
        if message.is_error:
            self._error, self._note = message.text, ""
        else:
            self._note = message.text
        self._show()

    def show_doing(self, text: str) -> None:
        """What is going on, until it is taken back or something else is."""
        self._doing = text
        self._show()

    def take_back(self, text: str) -> None:
        """What was said is not so any more; anything else stays."""
        if text == self._error:
            self._error = ""
        if text == self._note:
            self._note = ""
        if text == self._doing:
            self._doing = ""
        self._show()

    def _close(self) -> None:
        self._error = self._note = self._doing = ""
        self._show()

    def _show(self) -> None:
        lines = [line for said in (self._error, self._note, self._doing) for line in said.splitlines() if line]
        self.text.setText("\n".join(map(_sentence, lines)))
        self.setProperty("error", "true" if self._error else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        self.setVisible(bool(lines))


def _sentence(text: str) -> str:
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?", "…")) else f"{begun}."
