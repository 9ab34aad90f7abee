"""The window's looks, kept for the next one: where it stands, its dividers, and which sides are shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from .panes import Panes

SIZE = QSize(1280, 800)
"""Of the first window, in points, where the screen has room for it."""

FRAME = QSize(16, 40)
"""About what the window system draws around a window, in points; it is not known before."""

CLIPS, INSPECTOR = "show clips", "show inspector"


def restore_looks(settings: QSettings, window: QMainWindow, panes: Panes, actions: Mapping[str, QAction]) -> None:
    for name in (CLIPS, INSPECTOR):
        actions[name].setChecked(bool(settings.value(name, True, bool)))
    show_sides(panes, actions)
    window.resize(fitting(SIZE, window))
    if geometry := settings.value("geometry"):
        window.restoreGeometry(geometry)
    panes.restore(settings)


def remember_looks(settings: QSettings, window: QMainWindow, panes: Panes, actions: Mapping[str, QAction]) -> None:
    settings.setValue("geometry", window.saveGeometry())
    panes.remember(settings)
    for name in (CLIPS, INSPECTOR):
        settings.setValue(name, actions[name].isChecked())


def fitting(size: QSize, window: QWidget) -> QSize:
    """A window's size, or as much of it as its screen has room for."""
    return size.boundedTo(window.screen().availableSize() - FRAME)


def show_sides(panes: Panes, actions: Mapping[str, QAction]) -> None:
    """Those that are switched on."""
    panes.show_sides(clips=actions[CLIPS].isChecked(), inspector=actions[INSPECTOR].isChecked())
