"""The panel's windows are tested off the screen, unless QT_QPA_PLATFORM names one (xcb under Xvfb, say)."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.ui.panel.projects import timeline
from tests.ui.panel.windows import Desk

NOT_OURS = "This plugin does not support "
"""How Qt's offscreen platform begins to say that it has no window manager."""


@pytest.fixture(scope="session")
def application() -> QApplication:
    from focuspuller.ui.panel.application import make_application

    return make_application()


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    """A timeline of two clips, the first with a rack."""
    return timeline(tmp_path)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """At the end Qt must have had nothing to complain of, and no slot have failed."""
    complaints: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if not text.startswith(NOT_OURS):
            complaints.append(text)

    before, qt_before = sys.excepthook, qInstallMessageHandler(hear)
    sys.excepthook = lambda kind, error, trace: complaints.append(f"{kind.__name__}: {error}")
    yield
    sys.excepthook = before
    qInstallMessageHandler(qt_before)
    assert complaints == []


@pytest.fixture
def desk(application: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """Where windows are opened."""
    desk = Desk(application, tmp_path)
    yield desk
    desk.close()
