"""The ruler and, below it, the buttons that play."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolButton, QVBoxLayout, QWidget

from ...plugin.state import EffectState
from .hover import end_typing
from .icons import icon
from .ruler import Ruler
from .transport import Transport


class TransportBar(QWidget):
    sought = Signal(int)

    def __init__(self, buttons: list[QAction | None]) -> None:
        """Args:
        buttons: what they do; None leaves a gap.
        """
        super().__init__()
        self.ruler = Ruler()
        self.ruler.sought.connect(self.sought)
        self.frame = QSpinBox()
        self.frame.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.frame.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.frame.setKeyboardTracking(False)
        self.frame.setMinimumWidth(self.frame.fontMetrics().horizontalAdvance("8888888") + 16)
        self.frame.setAccessibleName("Frame")
        self.frame.setToolTip("The frame at the playhead; type another to go there")
        self.frame.valueChanged.connect(self.sought)
        self.frame.lineEdit().returnPressed.connect(lambda: end_typing(self.frame))
        self._rate = QLabel()
        self._rate.setObjectName("dim")
        # Where there is little room this gives way first.
        self._rate.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._rate.setMaximumWidth(self._rate.fontMetrics().horizontalAdvance("8x backwards, 00000 dropped"))
        row = QHBoxLayout()
        row.setContentsMargins(6, 2, 6, 6)
        row.setSpacing(4)
        row.addWidget(self.frame)
        row.addStretch(1)
        for action in buttons:
            if action is None:
                row.addSpacing(10)
                continue
            button = QToolButton()
            button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addStretch(1)
        self._rate.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._rate, 1000)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.ruler)
        column.addLayout(row)
        self._icons = {True: icon("pause"), False: icon("play")}
        self._play = next(action for action in buttons if action is not None and action.objectName() == "play")

    def show_transport(self, transport: Transport, state: EffectState | None) -> None:
        keys = () if state is None else (*state.focus_distance.keys, *state.aperture.keys)
        there = sorted({round(key.frame) for key in keys})
        self.ruler.show_position(transport.frames, transport.playhead, (transport.first, transport.last), there)
        with QSignalBlocker(self.frame):
            self.frame.setRange(transport.frames[0], transport.frames[-1])
            self.frame.setValue(transport.playhead)
        self._play.setIcon(self._icons[transport.is_playing])
        self._rate.setText(_in_words(transport))


def _in_words(transport: Transport) -> str:
    if not transport.is_playing:
        return f"{float(transport.rate):.5g} fps"
    speed = "" if transport.speed == 1 else f"{abs(transport.speed)}x {'backwards' if transport.speed < 0 else ''}"
    words = [speed.strip(), f"{transport.dropped} dropped" if transport.dropped else ""]
    return ", ".join(word for word in words if word) or f"{float(transport.rate):.5g} fps"
