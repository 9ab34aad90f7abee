"""All keys on one sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from .actions import MENUS, POINTER, native
from .curves.shortcuts import SHORTCUTS
from .looks import fitting
from .theme import ACCENT, DIM_TEXT

Rows = Sequence[tuple[str, str]]


class ShortcutsSheet(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        sheet = QTextBrowser()
        sheet.setHtml(_html(groups()))
        sheet.setAccessibleName("Keyboard shortcuts")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(sheet)
        column.addWidget(buttons)
        self.resize(fitting(QSize(860, 640), self))


def groups() -> Mapping[str, Rows]:
    """By where they act: keys as this system writes them, and what they do."""
    sheet: dict[str, Rows] = {
        title: [
            (", ".join(map(native, command.keys)), command.words)
            for command in commands
            if command is not None and command.keys
        ]
        for title, commands in MENUS.items()
        if title != "Help"
    }
    curves: dict[str, list[str]] = {}
    for key, command in SHORTCUTS.items():
        curves.setdefault(command.value, []).append(native(key))
    sheet["Mouse"] = POINTER
    sheet["With the pointer in the curves"] = [(", ".join(keys), words) for words, keys in curves.items()]
    return sheet


def _html(sheet: Mapping[str, Rows]) -> str:
    """Two columns of tables."""
    tables = [
        f"<h3 style='color:{ACCENT}'>{escape(title)}</h3><table cellpadding='3'>"
        + "".join(
            f"<tr><td style='white-space:nowrap'>{escape(key)}</td>"
            f"<td style='color:{DIM_TEXT}'>{escape(words)}</td></tr>"
            for key, words in rows
        )
        + "</table>"
        for title, rows in sheet.items()
    ]
    left, right = "".join(tables[:5]), "".join(tables[5:])
    return f"<table width='100%'><tr><td width='50%'>{left}</td><td width='50%'>{right}</td></tr></table>"
