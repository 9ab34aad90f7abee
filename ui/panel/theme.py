"""The panel's looks: a dark ground that leaves the eye to the picture, and one accent."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ... import resources

ACCENT = "#4fc3b0"
"""Selection, playhead, focus: what the editor is holding."""

GROUND = "#1d1e21"
RAISED = "#282a2f"
SUNKEN = "#131416"
LINE = "#3d4047"
TEXT = "#e3e4e7"
DIM_TEXT = "#a3a7af"
FAINT_TEXT = "#6b6f77"
ERROR = "#e8837a"


def apply_theme(application: QApplication) -> None:
    application.setStyle("Fusion")
    application.setPalette(_palette())
    application.setStyleSheet(_style_sheet())


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (GROUND, (role.Window, role.AlternateBase)),
        (SUNKEN, (role.Base, role.HighlightedText, role.Dark, role.Shadow)),
        (RAISED, (role.Button, role.ToolTipBase)),
        (LINE, (role.Mid, role.Midlight, role.Light)),
        (TEXT, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText)),
        (ACCENT, (role.Highlight, role.Accent, role.Link, role.LinkVisited)),
        (DIM_TEXT, (role.PlaceholderText,)),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(FAINT_TEXT))
    return palette


def _style_sheet() -> str:
    text = (files(resources) / "panel" / "dark.qss").read_text(encoding="utf-8")
    named = {"ground": GROUND, "raised": RAISED, "sunken": SUNKEN, "line": LINE, "accent": ACCENT, "text": TEXT}
    for name, colour in {**named, "dim": DIM_TEXT, "faint": FAINT_TEXT, "error": ERROR}.items():
        text = text.replace(f"@{name};", f"{colour};")
    return text
