"""Above the picture: which view of it, and how large."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel

from .button_bar import ButtonBar
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


class ViewBar(ButtonBar):
    chosen = Signal(object, object)
    """A View, and a Split or None."""

    def __init__(self, actions: Mapping[str, QAction], sides: SplitSides) -> None:
        super().__init__()
        self._actions = actions
        self._sides = sides
        sides.chosen.connect(self._choose)
        self._group = QActionGroup(self)
        for name in (*ACTIONS, SPLIT):
            self._group.addAction(actions[name])
        for name in (*ACTIONS, SPLIT, "follow"):
            self.add(actions[name])
        self.add_stretch()
        self._zoom = QLabel()
        self._zoom.setObjectName("dim")
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance("8888 %"))
        self._zoom.setContentsMargins(0, 0, 4, 0)
        self.addWidget(self._zoom)
        for name in ("fit", "actual"):
            self.add(actions[name])
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
        self._sides.set_visible(is_split)
        if is_split:
            split = self._sides.split
            self.chosen.emit(split.right, split)
        else:
            view = next(view for name, view in ACTIONS.items() if self._actions[name].isChecked())
            self.chosen.emit(view, None)
