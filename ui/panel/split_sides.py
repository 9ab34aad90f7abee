"""In the picture's upper corners while it is split: which view is on which side of the line."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent

from .fields.choice_list import ChoiceList
from .pictures import View
from .split import Split
from .viewer import Viewer

MARGIN = 10
"""Points to the picture's edges."""


class SplitSides(QObject):
    """Two lists that lie on the viewer."""

    chosen = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self.left, self.right = _Side("Left of the line", viewer), _Side("Right of the line", viewer)
        for side in (self.left, self.right):
            side.currentIndexChanged.connect(self.chosen)
        self.show_split(Split())
        self.set_visible(False)
        viewer.resized.connect(self._place)

    @property
    def split(self) -> Split:
        return Split(View(self.left.currentData()), View(self.right.currentData()))

    def show_split(self, split: Split) -> None:
        for side, view in ((self.left, split.left), (self.right, split.right)):
            side.blockSignals(True)
            side.setCurrentIndex(side.findData(view.value))
            side.blockSignals(False)

    def set_visible(self, visible: bool) -> None:
        for side in (self.left, self.right):
            side.setVisible(visible)
        self._place()

    def _place(self) -> None:
        for side in (self.left, self.right):
            side.adjustSize()
        self.left.move(MARGIN, MARGIN)
        self.right.move(self._viewer.width() - MARGIN - self.right.width(), MARGIN)


class _Side(ChoiceList):
    def __init__(self, words: str, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self.setParent(viewer)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        for view in View:
            self.addItem(view.value.capitalize(), view.value)
        self.setToolTip(words)
        self.setAccessibleName(words)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._viewer.left()  # which hears of nothing: the pointer is still within it
        super().enterEvent(event)
