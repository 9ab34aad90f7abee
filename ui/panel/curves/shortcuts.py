"""The curve editor's keys. They act while the pointer or the keyboard's focus is in the curves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Command(Enum):
    """What a key does, in the words of a menu."""

    INSERT = "Add a key at the playhead"
    DELETE = "Delete the selected keys"
    COPY = "Copy"
    CUT = "Cut"
    PASTE = "Paste at the playhead"
    SELECT_ALL = "Select all keys"
    CANCEL = "Cancel the drag, or select nothing"
    CONSTANT = "Constant"
    LINEAR = "Linear"
    SMOOTH = "Smooth, with automatic handles"
    FLAT = "Flat handles"
    BREAK = "Break or join the handles"
    EARLIER = "Move a frame earlier"
    LATER = "Move a frame later"
    MUCH_EARLIER = "Move 10 frames earlier"
    MUCH_LATER = "Move 10 frames later"
    UP = "Move up a little"
    DOWN = "Move down a little"
    FAR_UP = "Move up"
    FAR_DOWN = "Move down"
    PREVIOUS_KEY = "Select the previous key"
    NEXT_KEY = "Select the next key"
    FOCUS_LANE = "Go to the focus lane"
    APERTURE_LANE = "Go to the aperture lane"
    FRAME = "Frame the selected keys"
    FRAME_ALL = "Frame everything"


SHORTCUTS: Mapping[str, Command] = MappingProxyType(
    {
        "I": Command.INSERT,
        "Del": Command.DELETE,
        "Backspace": Command.DELETE,
        "Ctrl+C": Command.COPY,
        "Ctrl+X": Command.CUT,
        "Ctrl+V": Command.PASTE,
        "Ctrl+A": Command.SELECT_ALL,
        "Esc": Command.CANCEL,
        "K": Command.CONSTANT,
        "L": Command.LINEAR,
        "Z": Command.SMOOTH,
        "H": Command.FLAT,
        "X": Command.BREAK,
        "Left": Command.EARLIER,
        "Right": Command.LATER,
        "Shift+Left": Command.MUCH_EARLIER,
        "Shift+Right": Command.MUCH_LATER,
        "Up": Command.UP,
        "Down": Command.DOWN,
        "Shift+Up": Command.FAR_UP,
        "Shift+Down": Command.FAR_DOWN,
        "Ctrl+Left": Command.PREVIOUS_KEY,
        "Ctrl+Right": Command.NEXT_KEY,
        "Ctrl+Up": Command.FOCUS_LANE,
        "Ctrl+Down": Command.APERTURE_LANE,
        "F": Command.FRAME,
        "Home": Command.FRAME_ALL,
        "A": Command.FRAME_ALL,
    }
)
"""Qt's portable names of keys; K, L, Z, H, X, F and A are those of Nuke and Natron."""

NUDGES: Mapping[Command, tuple[float, float]] = MappingProxyType(
    {
        Command.EARLIER: (-1, 0),
        Command.LATER: (1, 0),
        Command.MUCH_EARLIER: (-10, 0),
        Command.MUCH_LATER: (10, 0),
        Command.UP: (0, -1),
        Command.DOWN: (0, 1),
        Command.FAR_UP: (0, -10),
        Command.FAR_DOWN: (0, 10),
    }
)
"""Frames, and steps down the screen. Without selected keys they are none of ours: arrows then step the playhead."""
