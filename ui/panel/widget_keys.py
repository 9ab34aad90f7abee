"""The keys that a widget which Tab reached is operated with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QWidget

_PRESS = {Qt.Key.Key_Space}
_STEP = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
_KEYS = (
    (QAbstractButton, _PRESS),
    (QAbstractSlider, _STEP | {Qt.Key.Key_Left, Qt.Key.Key_Right}),
    (QComboBox, _STEP | _PRESS),
)


def is_operated_by(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether a key does something to a widget that no shortcut must take away."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    return any(isinstance(widget, kind) and event.key() in keys for kind, keys in _KEYS)
