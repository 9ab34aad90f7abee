"""How quickly the panel answers: off the screen, with real mouse events, on the UI thread's own clock."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ...core.renderer import Quality
from ...plugin.curve import Curve, Key, Scale
from ...plugin.state import EffectState, default_state
from .application import make_application
from .curves.widget import CurveWidget
from .export_job import Ended, Export, ExportJob, Reached, work_of
from .opened import open_timeline_or_clip
from .pictures import View
from .window import PanelWindow

MANY_KEYS = 2000
EXPORTED_FOR = 8.0
"""Seconds of an export during which gaps between UI events are looked for."""

WAITING = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
"""As an idle program waits: a loop that never sleeps would take the workers' time."""

GOLDEN = 0.618034
LEFT = Qt.MouseButton.LeftButton
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PanelFigure:
    """`milliseconds` is the median, of a gap the longest; `limit` is what the panel promises."""

    what: str
    milliseconds: float
    most: float
    runs: int
    limit: float


def benchmark_panel(clip: Path, disparity: Path, repeat: int, progress: Progress) -> list[PanelFigure]:
    """Args:
    clip, disparity: at 540p.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    figures = []
    measures = (_key_drag, _overlay, _click, _export_gap)
    with _window(clip, disparity) as window:
        for done, measure in enumerate(measures):
            progress("panel", done, len(measures) + 1)
            figures.append(measure(application, window, repeat))
    progress("panel", len(measures), len(measures) + 1)
    figures.append(_many_keys(application, repeat))
    progress("panel", len(measures) + 1, len(measures) + 1)
    return figures


@contextmanager
def _window(clip: Path, disparity: Path) -> Iterator[PanelWindow]:
    window = PanelWindow(open_timeline_or_clip(clip), QSettings(os.devnull, QSettings.Format.IniFormat))
    try:
        window.project.set_disparity(disparity)
        window.opener.wait()
        state, last = window.project.state, window.project.transport.frames[-1]
        assert state is not None
        window.project.edit(replace(state, focus_distance=_rack(range(0, last, 4))))
        window.show()
        _settle(window)
        yield window
    finally:
        window.let_go()


def _rack(frames: range) -> Curve:
    return Curve(Scale.DIOPTRES, 2.0, tuple(Key(frame, 1.2 + frame % 7) for frame in frames))


def _key_drag(application: QApplication, window: PanelWindow, repeat: int) -> PanelFigure:
    state = window.project.state
    assert state is not None
    return _drag_of(window.curves, state, "a key drag redraws the curve", repeat)


def _many_keys(application: QApplication, repeat: int) -> PanelFigure:
    frames = range(2 * MANY_KEYS)
    state = replace(default_state(), focus_distance=_rack(frames[::2]))
    curves = CurveWidget()
    curves.edited.connect(lambda edited, gesture: curves.show_state(edited, 0, frames, None))
    curves.resize(900, 300)
    curves.show()
    curves.show_state(state, 0, frames, None)
    application.processEvents()
    return _drag_of(curves, state, f"a key drag redraws a curve of {MANY_KEYS} keys", repeat)


def _drag_of(curves: CurveWidget, state: EffectState, what: str, repeat: int) -> PanelFigure:
    """Of the key in the middle, up and down."""
    canvas = curves.canvas
    assert canvas.pointer is not None
    model = canvas.pointer.model
    key = state.focus_distance.keys[len(state.focus_distance.keys) // 2]
    x, y = map(round, model.chart.place(model.lane, key.frame, 1 / key.value))
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def move(step: int) -> None:
        QTest.mouseMove(canvas, QPoint(x, y + 4 + step % 9))
        canvas.repaint()

    figure = _timed(what, move, repeat, 16.0)
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(x, y))
    return figure


def _overlay(application: QApplication, window: PanelWindow, repeat: int) -> PanelFigure:
    window.picture.view_bar.show_view(View.DEFOCUS, None)
    _settle(window)

    def edit(step: int) -> None:
        state = window.project.state
        assert state is not None
        window.project.edit(replace(state, focus_distance=state.focus_distance.insert(0, 1.5 + step / 10)), "drag")
        _wait_for_picture(application, window)

    return _timed("a key drag redraws the defocus map at 540p", edit, repeat, 50.0)


def _click(application: QApplication, window: PanelWindow, repeat: int) -> PanelFigure:
    window.picture.view_bar.show_view(View.RESULT, None)
    _settle(window)
    viewer = window.picture.viewer

    def click(step: int) -> None:
        # Never twice on the same disparity: its picture would be at hand.
        _press(viewer, viewer.width() * (0.1 + 0.8 * (step * GOLDEN % 1)), viewer.height() / 2)
        _wait_for_picture(application, window)

    return _timed("a click shows its draft picture at 540p", click, repeat, 200.0)


def _export_gap(application: QApplication, window: PanelWindow, repeat: int) -> PanelFigure:
    """The longest time between two events while an export runs; the person does nothing."""
    _settle(window)
    news: list[Reached | Ended] = []
    target = window.files.folder / "benchmark.export.mkv"
    export = Export(target, 0, "ffv1", Quality.FINAL, anew=True)
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(1000 * (now - last))
        last = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(1)
    job = ExportJob(work_of(window.project.timeline.edited(), export), news.append)
    last = begun = time.perf_counter()
    while job.is_running and time.perf_counter() - begun < EXPORTED_FOR:
        application.processEvents(WAITING)
    job.cancel()
    job.wait()
    timer.stop()
    what = "the longest gap between UI events during an export"
    return PanelFigure(what, max(gaps), max(gaps), len(gaps), 100.0)


def _timed(what: str, work: Callable[[int], None], repeat: int, limit: float) -> PanelFigure:
    taken = []
    for step in range(10 * repeat + 3):
        start = time.perf_counter()
        work(step)
        taken.append(1000 * (time.perf_counter() - start))
    warm = taken[3:]
    return PanelFigure(what, statistics.median(warm), max(warm), len(warm), limit)


def _press(widget: QWidget, x: float, y: float) -> None:
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y)))


def _wait_for_picture(application: QApplication, window: PanelWindow) -> None:
    """Until the newest request has a picture, and it is painted."""
    before = window.picture.viewer.shown
    while window.picture.viewer.shown is before:
        application.processEvents(WAITING)
    window.picture.viewer.repaint()


def _settle(window: PanelWindow) -> None:
    application = make_application()
    application.processEvents()
    while not window.feed.is_idle:
        application.processEvents()
        time.sleep(0.005)
    application.processEvents()
