"""A row of buttons that takes whatever room there is; those that have none wait in a menu at its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from .fields.stroke_button import stroke_icon

MORE = "M 5 4 L 9 9 L 5 14 M 10 4 L 14 9 L 10 14"


class ButtonBar(QToolBar):
    def __init__(self) -> None:
        super().__init__()
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        more = self.findChild(QToolButton, "qt_toolbar_ext_button")  # what Qt puts at the end
        assert isinstance(more, QToolButton)
        more.setIcon(stroke_icon(MORE, self.palette()))
        more.setToolTip("More")
        more.setAccessibleName("More")

    def add(self, action: QAction) -> None:
        self.addAction(action)
        self.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def add_stretch(self) -> None:
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(stretch)
