"""Whatever is done, in whatever order: nothing fails, the timeline loads, and undo leads back to the first byte."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from focuspuller.plugin.timeline import open_document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.ui.panel.projects import content, rack, timeline
from tests.ui.panel.windows import CONTROL, PLAIN, SHIFT, Desk, Hand

KEYS = [
    *(Qt.Key(ord(letter)) for letter in "123456EIOJKLFHXZ,."),
    Qt.Key.Key_Space,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Return,
]
CONTROLLED = [*(Qt.Key(ord(letter)) for letter in "ZYSACVX1L"), Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Plus]
COMMANDS = ["apply", "remove", "copy", "enable", "undo", "redo", "disparity", "clear marks", "loop", "fit", "save"]


@pytest.mark.parametrize("seed", [1])
def test_40_random_actions(desk: Desk, tmp_path: Path, seed: int) -> None:
    play(desk, tmp_path, seed, 40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_2000_random_actions(desk: Desk, tmp_path: Path, seed: int) -> None:
    play(desk, tmp_path, seed, 2000)


def play(desk: Desk, folder: Path, seed: int, actions: int) -> None:
    edit = timeline(folder, [rack(), None, rack("gone.mkv")])
    before = edit.read_bytes()
    window = desk.open(edit)
    project = window.project
    as_opened = content(project)
    desk.answers.path, desk.answers.copies = folder / "b.disparity.mkv", [1, 2]
    choose, hand = random.Random(seed), Hand(desk, window)
    parts: list[Callable[[], QWidget]] = [
        lambda: window.picture.viewer,
        lambda: window.curves.canvas,
        lambda: window.histogram,
        lambda: window.picture.transport_bar.ruler,
        lambda: window.clips.list.viewport(),
        lambda: window.inspector.viewport(),
        lambda: window.picture.transport_bar,
        lambda: window.picture.view_bar,
    ]

    def place(widget: QWidget) -> tuple[float, float]:
        return choose.uniform(1, widget.width() - 2), choose.uniform(1, widget.height() - 2)

    for _ in range(actions):
        match choose.randrange(8):
            case 0 | 1:
                widget = choose.choice(parts)()
                if widget.isVisible():
                    hand.click(widget, *place(widget), choose.choice([PLAIN, PLAIN, SHIFT, CONTROL]))
            case 2 | 3:
                widget = choose.choice(parts)()
                if widget.isVisible():
                    hand.drag(widget, place(widget), place(widget), steps=choose.randrange(1, 5))
            case 4:
                hand.key(choose.choice(CONTROLLED), CONTROL | choose.choice([PLAIN, SHIFT]))
            case 5:
                window.actions_by_name[choose.choice(COMMANDS)].trigger()
            case 6:
                project.seek(choose.randrange(-3, 20))
            case _:
                hand.key(choose.choice(KEYS), choose.choice([PLAIN, PLAIN, SHIFT]))
    project.transport.stop()
    desk.settle(window)

    assert project.save(edit)
    with open_document(edit) as document:
        assert len(project.timeline.clip_names) == len(document.root.find_clips())
    while project.can_undo:
        project.undo()
    assert content(project) == as_opened
    assert not project.can_undo
    assert project.save(edit)
    assert edit.read_bytes() == before
