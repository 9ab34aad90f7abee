"""What stands where there is nothing to show yet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


class NothingHere(QLabel):
    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setObjectName("dim")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(16, 16, 16, 16)
