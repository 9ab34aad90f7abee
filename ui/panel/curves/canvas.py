"""The surface on which the curves are drawn: hands Qt's events to the pointer and the commands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid

from ..hover import HoverFocus
from .drags import Point
from .lanes import KeyPlace, Lane
from .layers import Layers
from .model import CurveModel
from .operations import applies, can, run
from .paint_grid import gutter_width, ruler_height
from .painter import draw
from .picking import Part
from .pointer import Modifiers, Pointer
from .shortcuts import SHORTCUTS, Command

NOTCH = 120.0
"""Of a wheel, in Qt's eighths of a degree."""

MENU: tuple[tuple[Command, ...], ...] = (
    (Command.INSERT,),
    (Command.CONSTANT, Command.LINEAR, Command.SMOOTH, Command.FLAT, Command.BREAK),
    (Command.CUT, Command.COPY, Command.PASTE, Command.DELETE, Command.SELECT_ALL),
    (Command.FRAME, Command.FRAME_ALL),
)

CURSORS = {
    Part.RULER: Qt.CursorShape.SizeHorCursor,
    Part.DIVIDER: Qt.CursorShape.SplitVCursor,
    Part.SCALE: Qt.CursorShape.SizeVerCursor,
    Part.KEY: Qt.CursorShape.SizeAllCursor,
    Part.HANDLE: Qt.CursorShape.PointingHandCursor,
}


class CurveCanvas(HoverFocus):
    """The drawn curves."""

    changed = Signal()
    """View or selection may be others than before; no edit."""

    entry_asked = Signal()
    """A key was double-clicked, for its numbers to be typed."""

    def __init__(self) -> None:
        super().__init__()
        self.pointer: Pointer | None = None
        self._nudging = ""
        self._layers = Layers(self)
        self._before_hover: QWidget | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 120)
        self.setAccessibleName("Curves")
        self.setAccessibleDescription("Focus distance and aperture over time. Ctrl+Right selects the next key.")

    def set_model(self, model: CurveModel) -> None:
        self.pointer = Pointer(model, self.entry_asked.emit)
        self._lay_out()
        self.update()

    def run(self, command: Command, *, held: bool = False) -> None:
        """Do a command, as its key does; `held` arrows make one step to undo."""
        if self.pointer is None:
            return
        if command is not Command.CANCEL or not self.pointer.cancel():
            if not held or not self._nudging:
                self._nudging = self.pointer.model.gesture()
            run(self.pointer.model, command, self._nudging)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        # Our keys are ours while the focus is here, whatever the window's shortcuts say.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._command(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self._command(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            self.run(command, held=event.isAutoRepeat())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.pointer and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._before_hover = None
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            pans = event.button() is Qt.MouseButton.MiddleButton
            self.pointer.press(_point(event.position()), _modifiers(event), pans=pans)
            self._refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.pointer and self.pointer.drag:
            self.pointer.move(_point(event.position()), _modifiers(event))
            self._refresh()
        elif self.pointer:
            before = self.pointer.model.lane
            hit = self.pointer.hover(_point(event.position()))
            self.setCursor(CURSORS.get(hit.part, Qt.CursorShape.ArrowCursor))
            if self.pointer.model.lane is not before:
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.pointer and self.pointer.drag:
            self.pointer.release()
            self._refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.pointer and event.button() is Qt.MouseButton.LeftButton:
            self.pointer.double_click(_point(event.position()))
            self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.pointer:
            turned = event.angleDelta()
            # With Alt, and on some systems with Shift, Qt reports the wheel as turned sideways.
            self.pointer.wheel(_point(event.position()), turned.y() / NOTCH, turned.x() / NOTCH, _modifiers(event))
            self._refresh()
            event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.pointer is None:
            return
        hit = self.pointer.hit(_point(QPointF(event.pos())))
        self.pointer.model.lane = hit.lane
        if hit.part is Part.KEY and hit.key not in self.pointer.model.selection:
            self.pointer.model.selection = frozenset({KeyPlace(hit.lane, hit.frame)})
        self._refresh()
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """The commands of the right button, with their keys."""
        menu = QMenu(self)
        keys = {command: key for key, command in reversed(list(SHORTCUTS.items()))}
        for group in MENU:
            for command in group:
                action = menu.addAction(command.value, lambda command=command: self.run(command))
                action.setShortcut(QKeySequence(keys[command]))
                action.setEnabled(self.pointer is not None and applies(self.pointer.model, command))
            menu.addSeparator()
        return menu

    def enterEvent(self, event: QEnterEvent) -> None:
        focused = QApplication.focusWidget()
        super().enterEvent(event)
        if self.hasFocus() and focused is not self:
            self._before_hover = focused

    def leaveEvent(self, event: QEvent) -> None:
        before = self._before_hover
        # The widget may be gone, with the dialog that it was in.
        if before is not None and isValid(before) and before.isVisible() and self.hasFocus():
            before.setFocus(Qt.FocusReason.MouseFocusReason)
        self._before_hover = None
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.pointer is None:
            painter.fillRect(self.rect(), self.palette().base())
        else:
            active: Lane | None = self.pointer.model.lane if self.hasFocus() else None
            draw(painter, self._layers, self.pointer, self.palette(), self.font(), active)
        painter.end()

    def _lay_out(self) -> None:
        if self.pointer:
            metrics = QFontMetricsF(self.font())
            self.pointer.model.lay_out(self.width(), self.height(), gutter_width(metrics), ruler_height(metrics))

    def _refresh(self) -> None:
        self.changed.emit()
        self.update()

    def _command(self, event: QKeyEvent) -> Command | None:
        if self.pointer is None:
            return None
        # A keypad's arrows are arrows.
        pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = QKeySequence(pressed.value | event.key()).toString(QKeySequence.SequenceFormat.PortableText)
        command = SHORTCUTS.get(key)
        drops = command is Command.CANCEL and self.pointer.drag is not None
        return command if command and (drops or can(self.pointer.model, command)) else None


def _point(position: QPointF) -> Point:
    return Point(position.x(), position.y())


def _modifiers(event: QMouseEvent | QWheelEvent) -> Modifiers:
    pressed = event.modifiers()
    return Modifiers(
        shift=bool(pressed & Qt.KeyboardModifier.ShiftModifier),
        control=bool(pressed & Qt.KeyboardModifier.ControlModifier),
        alt=bool(pressed & Qt.KeyboardModifier.AltModifier),
    )
