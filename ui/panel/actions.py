"""Every command of the panel, with its key: what the menus, the buttons and the shortcuts sheet are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from .icons import SHAPES, icon


@dataclass(frozen=True, slots=True)
class Command:
    """`keys` are Qt's portable names; the first is written in menus. `checks`: it is on or off."""

    name: str
    words: str
    keys: tuple[str, ...] = ()
    hint: str = ""
    checks: bool = False


MENUS: Mapping[str, tuple[Command | None, ...]] = {
    "File": (
        Command("open", "Open…", ("Ctrl+O",)),
        Command("save", "Save", ("Ctrl+S",)),
        Command("save as", "Save as…", ("Ctrl+Shift+S",)),
        None,
        Command("export", "Export…", ("Ctrl+E",)),
        None,
        Command("quit", "Close", ("Ctrl+Q",)),
    ),
    "Edit": (
        Command("undo", "Undo", ("Ctrl+Z",)),
        Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ),
    "Clip": (
        Command("apply", "Apply", hint="Put the effect on this clip"),
        Command("remove", "Remove", hint="Take the effect off this clip"),
        Command("copy", "Copy to…", hint="Put this clip's effect on others too"),
        Command("enable", "Effect on", ("E",), "Switch the effect on this clip off and on", checks=True),
        None,
        Command("disparity", "Disparity clip…", ("Ctrl+D",), "Choose this clip's disparity; or drop its file here"),
        None,
        Command("previous clip", "Previous clip", ("PgUp",)),
        Command("next clip", "Next clip", ("PgDown",)),
    ),
    "Focus": (
        Command("follow", "Follow", ("T",), "Click a subject in the picture, for the focus to follow", checks=True),
        Command("retrack", "Re-track from here", ("Shift+T",), "Click the subject again, from here on", checks=True),
        Command("decide", "Focus on it from here", ("D",), "From the playhead on the focus is on the subject in hand"),
        None,
        Command("forget", "Remove the subject", hint="Take the subject in hand away; the focus goes by the others"),
        Command("detach", "Detach to keys", ("Shift+D",), "Follow nothing any more; the keys stay, to edit by hand"),
        None,
        Command("give up", "Stop following", ("Esc",), "Give up a track under way, or the click that it waits for"),
    ),
    "View": (
        Command("result", "Result", ("1",), "The picture with its focus pull", checks=True),
        Command("source", "Source", ("2",), "The footage as it was shot", checks=True),
        Command("disparity view", "Disparity", ("3",), "Bright is near", checks=True),
        Command("defocus", "Defocus", ("4",), "What is in front of focus, what behind, and how much", checks=True),
        Command("matte", "Matte", ("5",), "White where the picture is in focus", checks=True),
        Command("split", "Split", ("6",), "Two views, with a line between them to drag", checks=True),
        None,
        Command("fit", "Fit", ("Shift+F",), "All of the picture"),
        Command("actual", "100 %", ("Ctrl+1",), "A pixel of the picture on a pixel of the screen"),
        Command("zoom in", "Zoom in", ("Ctrl++", "Ctrl+=")),
        Command("zoom out", "Zoom out", ("Ctrl+-",)),
        None,
        Command("show clips", "Clips", ("F2",), "Show the clips", checks=True),
        Command("show inspector", "Inspector", ("F3",), "Show the inspector", checks=True),
    ),
    "Play": (
        Command("play", "Play", ("Space",), "Play or pause"),
        Command("backwards", "Play backwards, faster each time", ("J",)),
        Command("stop", "Stop", ("K",)),
        Command("forwards", "Play forwards, faster each time", ("L",)),
        None,
        Command("step back", "Previous frame", ("Left", ",")),
        Command("step on", "Next frame", ("Right", ".")),
        Command("previous key", "Previous key", ("Ctrl+Left",)),
        Command("next key", "Next key", ("Ctrl+Right",)),
        Command("first", "First frame", ("Home",)),
        Command("last", "Last frame", ("End",)),
        None,
        Command("in", "Set in", ("I",), "Play from here"),
        Command("out", "Set out", ("O",), "Play up to here"),
        Command("clear marks", "Clear in and out", ("Alt+X",)),
        Command("loop", "Loop", ("Ctrl+L",), "Play round and round", checks=True),
    ),
    "Help": (Command("shortcuts", "Keyboard shortcuts", ("?", "F1")),),
}

TRANSPORT = ("in", "previous key", "step back", "play", "step on", "next key", "out", None, "loop")
"""The buttons that play, in their order; None is a gap."""

POINTER = (
    ("Click in the picture", "Focus there, with a key at the playhead"),
    ("Shift+click in the picture", "Focus there without a key, where focus is not animated"),
    ("Drag a decision in a lane", "Move the frame from which the focus is on a subject"),
    ("Double-click in a lane", "Put the focus on the subject from there on"),
    ("Right-click in a lane", "How a decision follows; re-track, remove, detach"),
    ("Wheel in the picture", "Zoom to the pointer"),
    ("Middle drag, Alt+drag", "Pan the picture"),
    ("Drag in the histogram", "Move the focal plane; its edges set the aperture"),
    ("Double-click in the curves", "Add a key; on a key, type its numbers"),
    ("Drag a key, Shift+drag", "Move the selected keys; along one axis"),
    ("Ctrl+drag one of several keys", "Stretch the selected keys in time"),
    ("Ctrl+drag a handle", "Break it from the opposite one"),
    ("Wheel, Ctrl+wheel in the curves", "Zoom time; zoom values"),
)


def make_actions(owner: QObject, slots: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """An action for every command, by its name.

    Args:
        slots: what they do; the views' are heard of from their group.
    """
    actions = {}
    for commands in MENUS.values():
        for command in filter(None, commands):
            action = QAction(command.words, owner)
            action.setObjectName(command.name)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checks)
            keys = f" ({', '.join(native(key) for key in command.keys)})" if command.keys else ""
            action.setToolTip(f"{command.hint or command.words}{keys}")
            if command.name in SHAPES:
                action.setIcon(icon(command.name))
                action.setIconVisibleInMenu(False)
            if command.name in slots:
                action.triggered.connect(slots[command.name])
            actions[command.name] = action
    return actions


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
