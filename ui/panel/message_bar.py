"""Where the panel speaks: one line or more, until it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from .observing import Message


class MessageBar(QFrame):
    """Hidden while there is nothing to say. An error stays until it is closed; a note gives way to the next message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._message: Message | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName("Message")
        self.close_button = QToolButton()
        self.close_button.setText("Close")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_message(self, message: Message) -> None:
        self._message = message
        text = message.text[:1].upper() + message.text[1:]
        self.text.setText(text if text.endswith((".", "!", "?", "…")) else f"{text}.")
        self.setProperty("error", "true" if message.is_error else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()

    def take_back(self, text: str) -> None:
        """What was said is not so any more; anything else stays."""
        if self._message is not None and self._message.text == text:
            self.hide()
