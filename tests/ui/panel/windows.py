"""The panel's window under a person's hands: real mouse and key events, through the window system."""

import time
from collections.abc import Callable
from pathlib import Path

from focuspuller.core.renderer import Quality
from focuspuller.ui.panel.opened import nothing_open, open_timeline_or_clip
from focuspuller.ui.panel.questions import Answer, Questions
from focuspuller.ui.panel.viewer import Viewer
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SIZE = (1200, 760)


class Answers(Questions):
    """Somebody who knows what to say; every question that was asked is noted."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.save = self.over = Answer.DISCARD
        self.takes_up = True
        self.stops = self.gives_up = self.replaces = True
        self.path: Path | None = None
        self.copies: list[int] = []

    def save_changes(self, name: str) -> Answer:
        self.asked.append(f"save {name}")
        return self.save

    def save_over(self, name: str) -> Answer:
        self.asked.append(f"save over {name}")
        return self.over

    def recover(self, name: str, when: str, *, changed: bool) -> bool:
        self.asked.append(f"recover {name}{' changed' if changed else ''}")
        return self.takes_up

    def give_up_opening(self, what: str) -> bool:
        self.asked.append(f"give up {what}")
        return self.gives_up

    def stop_export(self) -> bool:
        self.asked.append("stop export")
        return self.stops

    def replace(self, target: Path) -> bool:
        self.asked.append(f"replace {target.name}")
        return self.replaces

    def file_to_export(self, suggested: Path) -> Path | None:
        self.asked.append(f"export to {suggested.name}")
        return self.path

    def file_to_open(self, folder: Path) -> Path | None:
        return self.path

    def timeline_to_save(self, suggested: Path) -> Path | None:
        self.asked.append(f"save as {suggested.name}")
        return self.path

    def disparity_file(self, clip: str, folder: Path) -> Path | None:
        self.asked.append(f"disparity of {clip}")
        return self.path

    def clips_to_copy_to(self, source: str, clips: list[tuple[int, str]]) -> list[int]:
        return self.copies


class Desk:
    """Windows, the person in front of them, and the settings that outlive a window."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self.application = application
        self.answers = Answers()
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self._windows: list[PanelWindow] = []

    def open(self, path: Path | None, quality: Quality = Quality.DRAFT) -> PanelWindow:
        """A window with its first picture in it."""
        opened = nothing_open() if path is None else open_timeline_or_clip(path)
        window = PanelWindow(opened, self.settings, lambda parent: self.answers)
        window.project.set_quality(quality)
        return self.adopt(window)

    def adopt(self, window: PanelWindow) -> PanelWindow:
        """Show a window, until its first picture is in it."""
        self._adopt(window)
        self.settle(window)
        return window

    def close(self) -> None:
        self.answers.save, self.answers.stops, self.answers.gives_up = Answer.DISCARD, True, True
        for window in filter(isValid, self._windows):
            assert window.close()
            window.deleteLater()
        self._windows.clear()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.spin()

    @property
    def newest(self) -> PanelWindow:
        return self._windows[-1]

    def spin(self) -> None:
        """Until what was asked for has been done, but for pictures."""
        for _ in range(3):
            self.application.processEvents()
        for window in self._windows:
            window.other_opener.wait()
            window.opener.wait()
        self._windows = list(filter(isValid, self._windows))

    def wait_until(self, condition: Callable[[], bool], patience: float = 30.0) -> None:
        give_up = time.monotonic() + patience
        while not condition():
            if time.monotonic() > give_up:
                raise AssertionError("it never came about")
            self.application.processEvents()
            time.sleep(0.001)
        self.spin()

    def settle(self, window: PanelWindow) -> None:
        """Until the picture is there."""
        self.spin()
        self.wait_until(lambda: window.feed.shows_newest)

    def _adopt(self, window: PanelWindow) -> None:
        self._windows.append(window)
        window.opened.connect(self._adopt)
        if not self.settings.contains("geometry"):
            window.resize(*SIZE)
        window.attend()
        QTest.qWaitForWindowExposed(window)
        window.activateWindow()
        self.spin()


class Hand:
    """A mouse and a keyboard over one window."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self._desk = desk
        self._window = window

    def move(self, widget: QWidget, x: float, y: float) -> None:
        QTest.mouseMove(self._window.windowHandle(), self._place(widget, x, y))
        self._desk.spin()

    def press(self, widget: QWidget, x: float, y: float, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.move(widget, x, y)
        QTest.mousePress(self._window.windowHandle(), LEFT, keys, self._place(widget, x, y))
        self._desk.spin()

    def release(self, widget: QWidget, x: float, y: float, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseRelease(self._window.windowHandle(), LEFT, keys, self._place(widget, x, y))
        self._desk.spin()

    def click(self, widget: QWidget, x: float, y: float, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.press(widget, x, y, keys)
        self.release(widget, x, y, keys)

    def drag(self, widget: QWidget, start: tuple[float, float], end: tuple[float, float], steps: int = 5) -> None:
        self.press(widget, *start)
        for step in range(1, steps + 1):
            part = step / steps
            self.move(widget, start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        self.release(widget, *end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(self._window.windowHandle(), key, modifiers)
        self._desk.spin()

    def write(self, widget: QWidget, text: str) -> None:
        QTest.keyClicks(widget, text)
        self._desk.spin()

    def _place(self, widget: QWidget, x: float, y: float) -> QPoint:
        return widget.mapTo(self._window, QPoint(round(x), round(y)))


def over(viewer: Viewer, column: float, row: float) -> tuple[float, float]:
    """Where a place in the picture lies in the viewer."""
    return viewer.transform.to_widget((column, row))


def focus_of(window: PanelWindow, frame: int) -> float:
    assert window.project.state is not None
    return window.project.state.focus_distance.value(frame)


def drop(window: PanelWindow, path: Path) -> None:
    """Let a file fall on the window, and wait until it is open."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *how))
    window.other_opener.wait()
    window.opener.wait()
