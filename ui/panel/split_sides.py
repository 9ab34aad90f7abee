"""In the picture's upper corners while it is split: which view is on which side of the line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from .pictures import View
from .split import Split


class SplitSides(QWidget):
    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.left, self.right = self._side("Left of the line"), self._side("Right of the line")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 10, 10, 10)
        row.addWidget(self.left)
        row.addStretch(1)
        row.addWidget(self.right)
        self.show_split(Split())
        self.hide()

    @property
    def split(self) -> Split:
        return Split(View(self.left.currentData()), View(self.right.currentData()))

    def show_split(self, split: Split) -> None:
        for side, view in ((self.left, split.left), (self.right, split.right)):
            side.blockSignals(True)
            side.setCurrentIndex(side.findData(view.value))
            side.blockSignals(False)

    def _side(self, words: str) -> QComboBox:
        side = QComboBox()
        for view in View:
            side.addItem(view.value.capitalize(), view.value)
        side.setToolTip(words)
        side.setAccessibleName(words)
        side.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        side.currentIndexChanged.connect(self.chosen)
        return side
