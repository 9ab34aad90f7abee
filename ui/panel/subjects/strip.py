"""The surface on which the lanes are drawn, over the curves and along the same frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip

from ....plugin.focus_decisions import Mode
from ....plugin.state import EffectState
from ..curves.chart import Chart
from ..hover import HoverFocus
from .lanes import Lanes
from .model import Footage, Place, SubjectsModel
from .paint import draw
from .pointer import LanePointer

MODES = {
    Mode.FOLLOW: "Follow while it shows",
    Mode.STRONG: "Follow through what hides it",
    Mode.FIXED: "Fixed distance",
}

KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape)


class LaneStrip(HoverFocus):
    """Shows the subjects of the state that it is given, and hands out new states; hidden while there are none.

    Args:
        chart: the curves' view, whose frames the lanes lie along; None before there is one.
    """

    edited = Signal(object, str)
    """A new EffectState, and the key that all edits of one gesture share; "" for a single step."""

    wheeled = Signal(object)
    """A QWheelEvent, for the curves to zoom by."""

    def __init__(self, chart: Callable[[], Chart | None]) -> None:
        super().__init__()
        self.model = SubjectsModel(self.edited.emit)
        self.pointer = LanePointer(self.model)
        self.commands: Sequence[QAction] = ()
        """What can be done to the subject in hand; they stand in the menu of the right button."""
        self._chart = chart
        self._nudging = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Followed subjects")
        self.setAccessibleDescription("A lane for each. Drag a decision to when the focus is to be on the subject.")
        self.hide()

    def show_subjects(self, state: EffectState | None, playhead: int, footage: Footage) -> None:
        self.pointer.shown(state)
        self.model.show(state, playhead, footage)
        self._refresh()

    def show_progress(self, done: float | None) -> None:
        """How much of a track under way is done, 0 to 1; None while nothing is followed."""
        self.model.done = done
        self._refresh()

    def lanes(self) -> Lanes | None:
        """As they are drawn now."""
        chart = self._chart()
        count = len(self.model.subjects) + (self.model.done is not None)
        return Lanes(chart.time, count) if chart is not None else None

    def sizeHint(self) -> QSize:
        lanes = self.lanes()
        return QSize(240, round(lanes.height) if lanes is not None else 0)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._takes(event):
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._takes(event):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.model.delete()
            case Qt.Key.Key_Escape:
                self.pointer.cancel()
            case arrow:
                if not event.isAutoRepeat():
                    self._nudging = self.model.gesture()
                self.model.nudge(1 if arrow == Qt.Key.Key_Right else -1, self._nudging)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        lanes = self.lanes()
        if lanes is not None and event.button() is Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.pointer.press(lanes, event.position().x(), event.position().y())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        lanes = self.lanes()
        if lanes is None:
            return
        if self.pointer.drag is not None:
            self.pointer.move(lanes, event.position().x())
            self.update()
        else:
            place = lanes.hit(self.model.subjects, event.position().x(), event.position().y())
            on_decision = place is not None and place.frame is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if on_decision else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        lanes = self.lanes()
        if lanes is not None and event.button() is Qt.MouseButton.LeftButton:
            self.pointer.double_click(lanes, event.position().x(), event.position().y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.wheeled.emit(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        lanes = self.lanes()
        place = lanes.hit(self.model.subjects, event.pos().x(), event.pos().y()) if lanes is not None else None
        if place is None:
            return
        self.model.selected = place
        self.update()
        menu = self.menu(place)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self, place: Place) -> QMenu:
        """What can be done to a decision, and to its subject."""
        menu = QMenu(self)
        if place.frame is not None:
            decisions = self.model.subjects[place.number].decisions
            standing = next(decision.mode for decision in decisions if decision.frame == place.frame)
            for mode, words in MODES.items():
                action = menu.addAction(words, partial(self.model.set_mode, place.number, place.frame, mode))
                action.setCheckable(True)
                action.setChecked(mode is standing)
            menu.addSeparator()
            menu.addAction("Take the decision back", self.model.delete)
            menu.addSeparator()
        menu.addActions(self.commands)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        lanes, chart = self.lanes(), self._chart()
        if lanes is None or chart is None:
            return
        painter = QPainter(self)
        draw(painter, self.pointer, lanes, chart.gutter, float(self.width()), self.palette(), self.font())
        painter.end()

    def _refresh(self) -> None:
        lanes = self.lanes()
        height = round(lanes.height) if lanes is not None else 0
        self.setVisible(height > 0)
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is the lanes' to take: arrows step the playhead where no decision is selected."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or event.key() not in KEYS:
            return False
        selected = self.model.selected
        match event.key():
            case Qt.Key.Key_Escape:
                return self.pointer.drag is not None
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                return selected is not None
            case _:
                return selected is not None and selected.frame is not None

    def _told(self, at: QPointF) -> str:
        """What lies at a point, in words."""
        lanes = self.lanes()
        place = lanes.hit(self.model.subjects, at.x(), at.y()) if lanes is not None else None
        if place is None:
            return ""
        subject = self.model.subjects[place.number]
        if place.frame is not None:
            mode = next(decision.mode for decision in subject.decisions if decision.frame == place.frame)
            return f"The focus is on subject {place.number + 1} from frame {place.frame}. {MODES[mode]}."
        return f"Subject {place.number + 1}: frames {subject.first} to {subject.last}, where {subject.ends.value}."
