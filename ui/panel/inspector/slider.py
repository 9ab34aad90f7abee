"""A parameter's slider, whose drags and held keys are each one gesture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QSlider

from .slider_scale import STEPS


class Slider(QSlider):
    """Turned by the wheel only while it has the focus, so that scrolling past changes nothing."""

    begun = Signal()
    """It is taken hold of, or moved by a key that may be held down."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._is_keyed = False
        self.sliderPressed.connect(self.begun)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(60)

    @property
    def is_held(self) -> bool:
        return self.isSliderDown() or self._is_keyed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.begun.emit()
        self._is_keyed = True
        super().keyPressEvent(event)
        self._is_keyed = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
