"""The panel as a program: on the screen until it is closed, or off it for a picture of itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from ...core.errors import FocuspullerError, OutputExists, OutputUnwritable, ParameterError, RenderError, as_bug
from ...plugin.state import default_state
from .observing import Message
from .opened import nothing_open, open_timeline_or_clip
from .pictures import View
from .project import Project
from .split import Split
from .theme import apply_theme
from .window import PanelWindow

PATIENCE = 120.0
"""Seconds that a picture of the panel waits for the frame in it to be rendered."""

SPLIT = "split"
VIEWS = (*(view.value for view in View), SPLIT)


@dataclass(frozen=True)
class Portrait:
    """A picture of the panel.

    Args:
        frame: of the media; None takes the middle of the clip.
        view: one of VIEWS.
        size: of the window, in points; `scale` pixels each.
    """

    target: Path
    frame: int | None
    view: str
    size: tuple[int, int]
    scale: float


def run_panel(path: Path | None, disparity: Path | None, rate: Fraction | None) -> None:
    """Until the last window is closed.

    Args:
        rate: as `open_timeline_or_clip` takes it.

    Raises:
        TimelineError, MediaError: what was to be opened cannot be.
    """
    opened = nothing_open() if path is None else open_timeline_or_clip(path, rate)
    application = make_application()
    windows: list[PanelWindow] = []
    settings = QSettings("focuspuller", "panel")

    def show(window: PanelWindow) -> None:
        windows[:] = [window]
        window.opened.connect(show)
        window.attend()

    def bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        for window in windows:
            window.message_bar.show_message(Message(as_bug(error, "save your work and report it")))

    def end() -> None:
        if QApplication.activeModalWidget() is None:  # else closing is being asked about already
            for window in windows:
                window.close()

    window = PanelWindow(opened, settings)
    if disparity is not None:
        window.project.set_disparity(disparity)
        window.opener.wait()
        if not opened.is_file:
            window.project.timeline.begin_here()
    show(window)
    sys.excepthook = bug
    before = signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, end))
    # Python hears Ctrl+C only when it runs.
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(200)
    try:
        application.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        sys.excepthook = sys.__excepthook__
        heartbeat.stop()


def take_portrait(path: Path, disparity: Path | None, rate: Fraction | None, portrait: Portrait) -> None:
    """Open the panel where nobody sees it, and write a picture of it.

    Raises:
        TimelineError, MediaError, DisparityError: what was to be opened cannot be.
        ParameterError: the clip has no such frame.
        RenderError: the frame cannot be rendered, or not in time.
        OutputExists, OutputUnwritable: the picture cannot be written.
    """
    if portrait.target.exists() and portrait.target.suffix.lower() != ".png":
        raise OutputExists(f"{portrait.target} exists and is no picture of the panel; name the picture .png")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = f"{portrait.scale:g}"
    # Off the screen, Qt complains of every window that has a least size.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    opened = open_timeline_or_clip(path, rate)
    application = make_application()
    window = PanelWindow(opened, QSettings(os.devnull, QSettings.Format.IniFormat))
    troubles, failures = list[str](), list[str]()
    window.project.listen(lambda message: troubles.append(message.text) if message.is_error else None)
    window.feed.failed.connect(failures.append)
    try:
        if disparity is not None:
            window.project.set_disparity(disparity)
        window.opener.wait()
        if troubles:
            _refuse(window.project, disparity, troubles[-1])
        frames = window.project.transport.frames
        frame = frames[len(frames) // 2] if portrait.frame is None else portrait.frame
        if frame not in frames:
            raise ParameterError(f"frame {frame} is not in the clip; give one from {frames[0]} to {frames[-1]}")
        window.project.seek(frame)
        split = Split() if portrait.view == SPLIT else None
        window.picture.view_bar.show_view(View.RESULT if split else View(portrait.view), split)
        window.resize(*portrait.size)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()
        if not _is_settled(application, window):
            raise RenderError(f"no picture in {PATIENCE:g} s; see how long `focuspuller render` takes for one")
        if window.picture.viewer.shown is None and failures:
            raise RenderError(failures[-1])
        if not window.grab().save(str(portrait.target), "PNG"):
            raise OutputUnwritable(f"cannot write {portrait.target}; name a file in a folder that exists")
    finally:
        window.let_go()


def make_application() -> QApplication:
    """The one that there is, or a new one, in the panel's looks."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("focuspuller")
    application.setApplicationDisplayName("Focus Puller")
    apply_theme(application)
    return application


def _refuse(project: Project, disparity: Path | None, told: str) -> NoReturn:
    """Raises:
    MediaError, DisparityError, TimelineError: why the clip in hand, or the disparity given to it, is not open.
    """
    wanted = (project.state or default_state()) if disparity is None else project.with_disparity(disparity)
    opened = project.timeline.opening_whole(project.index, wanted)()
    if opened.session is not None:
        opened.session.close()
    raise FocuspullerError(told)


def _is_settled(application: QApplication, window: PanelWindow) -> bool:
    """Whether everything that it shows is there, after some patience."""
    give_up = time.monotonic() + PATIENCE
    settled = 0
    while settled < 5 and time.monotonic() < give_up:
        application.processEvents()
        settled = settled + 1 if window.feed.is_idle else 0
        time.sleep(0.01)
    application.processEvents()
    return settled == 5
