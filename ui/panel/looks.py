"""The window's looks, kept for the next one: where it stands, its dividers, and which sides are shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from .panes import Panes

SIZE = (1280, 800)
"""Of the first window, in points."""

CLIPS, INSPECTOR = "show clips", "show inspector"


def restore_looks(settings: QSettings, window: QMainWindow, panes: Panes, actions: Mapping[str, QAction]) -> None:
    for name in (CLIPS, INSPECTOR):
        actions[name].setChecked(bool(settings.value(name, True, bool)))
    show_sides(panes, actions)
    window.resize(*SIZE)
    if geometry := settings.value("geometry"):
        window.restoreGeometry(geometry)
    panes.restore(settings)


def remember_looks(settings: QSettings, window: QMainWindow, panes: Panes, actions: Mapping[str, QAction]) -> None:
    settings.setValue("geometry", window.saveGeometry())
    panes.remember(settings)
    for name in (CLIPS, INSPECTOR):
        settings.setValue(name, actions[name].isChecked())


def show_sides(panes: Panes, actions: Mapping[str, QAction]) -> None:
    """Those that are switched on."""
    panes.show_sides(clips=actions[CLIPS].isChecked(), inspector=actions[INSPECTOR].isChecked())
