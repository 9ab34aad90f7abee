"""Where the parts of the window stand, and how that is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from .clip_list import ClipList
from .curves.widget import CurveWidget
from .histogram_widget import HistogramWidget
from .inspector.widget import InspectorWidget
from .message_bar import MessageBar
from .nothing_here import NothingHere
from .picture_area import PictureArea

NO_CURVES = "No effect on this clip. Put it on to pull focus here."
NO_PARAMETERS = "The effect's parameters stand here."


@dataclass(frozen=True)
class Parts:
    """What the window is made of."""

    message_bar: MessageBar
    clips: ClipList
    picture: PictureArea
    curves: CurveWidget
    histogram: HistogramWidget
    inspector: InspectorWidget


class Panes(QWidget):
    """The parts, with dividers between them to drag."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._clips = parts.clips
        self._curves = _stack(parts.curves, NothingHere(NO_CURVES))
        self._inspector = _stack(parts.inspector, NothingHere(NO_PARAMETERS))
        middle = _splitter("middle", Qt.Orientation.Vertical, [parts.picture, self._curves], [520, 240])
        self._right = _splitter("right", Qt.Orientation.Vertical, [parts.histogram, self._inspector], [130, 630])
        sizes = [225, 634, parts.inspector.sizeHint().width()]
        whole = _splitter("whole", Qt.Orientation.Horizontal, [parts.clips, middle, self._right], sizes)
        whole.setStretchFactor(1, 1)
        self._splitters = (middle, self._right, whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(parts.message_bar)
        column.addWidget(whole, 1)

    def show_effect(self, there: bool) -> None:
        """Whether there is an effect for the curves and the inspector to show."""
        for stack in (self._curves, self._inspector):
            stack.setCurrentIndex(0 if there else 1)

    def show_sides(self, *, clips: bool, inspector: bool) -> None:
        self._clips.setVisible(clips)
        self._right.setVisible(inspector)

    def restore(self, settings: QSettings) -> None:
        for splitter in self._splitters:
            if state := settings.value(f"splitter/{splitter.objectName()}"):
                splitter.restoreState(state)

    def remember(self, settings: QSettings) -> None:
        for splitter in self._splitters:
            settings.setValue(f"splitter/{splitter.objectName()}", splitter.saveState())


def _splitter(name: str, way: Qt.Orientation, parts: list[QWidget], sizes: list[int]) -> QSplitter:
    splitter = QSplitter(way)
    splitter.setObjectName(name)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setSizes(sizes)
    return splitter


def _stack(*pages: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for page in pages:
        stack.addWidget(page)
    return stack
