"""The curve editor: the bar of numbers and the followed subjects' lanes above the drawn curves."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ....plugin.spline import Floats
from ....plugin.state import EffectState
from ..subjects.strip import LaneStrip
from .canvas import CurveCanvas
from .chart import Chart
from .key_bar import KeyBar
from .model import Clipboard, CurveModel
from .shortcuts import Command


class CurveWidget(QWidget):
    """Draws the state that it is shown, and hands out new ones; it changes nothing by itself."""

    edited = Signal(object, str)
    """A new EffectState, and the key that all edits of one gesture share, a drag being one step to undo; "" for a
    single step."""

    sought = Signal(int)
    """The frame that the playhead is asked to go to."""

    def __init__(self) -> None:
        super().__init__()
        self._model: CurveModel | None = None
        self._clipboard = Clipboard()
        self.bar = KeyBar()
        self.canvas = CurveCanvas()
        self.lanes = LaneStrip(self._chart)
        self.setAccessibleName("Curve editor")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.lanes)
        column.addWidget(self.canvas, 1)
        self.canvas.changed.connect(self._refresh_bar)
        self.canvas.changed.connect(self.lanes.update)
        self.lanes.wheeled.connect(self.canvas.wheelEvent)
        self.canvas.entry_asked.connect(self.bar.edit_value)
        self.bar.asked.connect(self._run)

    def show_state(
        self, state: EffectState, playhead: int, frames: range, disparity_under_focus: Floats | None
    ) -> None:
        """Show a clip's curves.

        Args:
            playhead: the media frame in view.
            frames: of the media; keys are kept on them.
            disparity_under_focus: what lies under the focus point, for each of `frames`; NaN where it is not known.
        """
        if self._model is None or self.canvas.pointer is None:
            self._model = CurveModel(
                state,
                playhead,
                frames,
                disparity_under_focus,
                self._clipboard,
                self.edited.emit,
                self.sought.emit,
            )
            self.canvas.set_model(self._model)
        else:
            self.canvas.pointer.shown(state)
            self._model.show(state, playhead, frames, disparity_under_focus)
            self.canvas.update()
        self._refresh_bar()

    def _chart(self) -> Chart | None:
        return self._model.chart if self._model is not None else None

    def _refresh_bar(self) -> None:
        self.bar.show_model(self._model)

    def _run(self, command: Command) -> None:
        self.canvas.run(command)
