"""Above the picture: which view of it, and how large."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from .pictures import View
from .split import Split
from .split_sides import SplitSides

ACTIONS = {
    "result": View.RESULT,
    "source": View.SOURCE,
    "disparity view": View.DISPARITY,
    "defocus": View.DEFOCUS,
    "matte": View.MATTE,
}
SPLIT = "split"


class ViewBar(QWidget):
    chosen = Signal(object, object)
    """A View, and a Split or None."""

    def __init__(self, actions: Mapping[str, QAction], sides: SplitSides, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._sides = sides
        sides.chosen.connect(self._choose)
        self._group = QActionGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 5, 1, 5)
        row.setSpacing(2)
        for name in (*ACTIONS, SPLIT):
            self._group.addAction(actions[name])
            row.addWidget(_button(actions[name]))
        row.addWidget(_button(actions["follow"]))
        row.addStretch(1)
        self._zoom = QLabel()
        self._zoom.setObjectName("dim")
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance("8888 %"))
        row.addWidget(self._zoom)
        row.addSpacing(3)
        for name in ("fit", "actual"):
            row.addWidget(_button(actions[name]))
        actions["result"].setChecked(True)
        self._group.triggered.connect(self._choose)

    def show_view(self, view: View, split: Split | None) -> None:
        """Say which view is chosen."""
        name = SPLIT if split is not None else next(name for name, named in ACTIONS.items() if named is view)
        if split is not None:
            self._sides.show_split(split)
        self._actions[name].setChecked(True)
        self._choose()

    def show_zoom(self, zoom: float) -> None:
        self._zoom.setText(f"{100 * zoom:.0f} %")

    def _choose(self) -> None:
        is_split = self._actions[SPLIT].isChecked()
        self._sides.setVisible(is_split)
        if is_split:
            split = self._sides.split
            self.chosen.emit(split.right, split)
        else:
            view = next(view for name, view in ACTIONS.items() if self._actions[name].isChecked())
            self.chosen.emit(view, None)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
