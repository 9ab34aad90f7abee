import os
import signal
from pathlib import Path

import pytest
from focuspuller.ui.panel import application
from focuspuller.ui.panel.opened import Opened
from focuspuller.ui.panel.window import PanelWindow
from PySide6.QtCore import QSettings, QTimer

from tests.ui.panel.windows import Desk


def test_an_interrupt_closes_the_window_as_any_closing_does(
    desk: Desk, edit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Window(PanelWindow):
        def __init__(self, opened: Opened, settings: QSettings) -> None:
            super().__init__(opened, settings, lambda parent: desk.answers)

        def attend(self) -> None:
            super().attend()
            self.project.remove_effect()
            QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGINT))

    monkeypatch.setattr(application, "PanelWindow", Window)
    monkeypatch.setattr(application, "QSettings", lambda *names: desk.settings)
    before = signal.getsignal(signal.SIGINT)
    application.run_panel(edit, None, None)
    assert desk.answers.asked == ["save edit.otio"]
    assert signal.getsignal(signal.SIGINT) is before
