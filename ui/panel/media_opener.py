"""Opens media in a thread of its own, so that a slow disk never holds the panel up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ...core.errors import FocuspullerError
from .latest import Latest
from .opener import Opening

SLOW = 300
"""Milliseconds after which it is worth saying that something is being opened."""


class MediaOpener(QObject):
    """`put` is an `Opener`."""

    slow = Signal(str)
    """What is being opened, in words, once it has taken a while."""

    ended = Signal(str)
    """These words hold no more."""

    _opened = Signal(object, object)
    _failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: Opening[Any] | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._opened.connect(self._take, queued)
        self._failed.connect(self._refuse, queued)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SLOW)
        self._patience.timeout.connect(self._say)
        self._thread = Latest("opening", self._open)

    def put(self, opening: Opening[Any]) -> None:
        self._end()
        self._newest = opening
        self._patience.start()
        self._thread.put(opening)

    @property
    def is_idle(self) -> bool:
        return self._newest is None

    def wait(self) -> None:
        """Until all is open that was asked for."""
        while not self.is_idle:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def close(self) -> None:
        self._end()
        self._thread.close()

    def _open(self, opening: Opening[Any]) -> None:
        try:
            media = opening.work()
        except FocuspullerError as error:
            self._failed.emit(opening, error)
        except Exception as error:  # the thread must live on, and the person be told
            bug = f"{type(error).__name__}: {error}; this is a bug in focuspuller: please report it"
            self._failed.emit(opening, FocuspullerError(bug))
        else:
            self._opened.emit(opening, media)

    def _say(self) -> None:
        if self._newest is not None:
            self.slow.emit(self._newest.words)

    def _take(self, opening: Opening[Any], media: object) -> None:
        if opening is not self._newest:
            opening.drop(media)
            return
        self._end()
        opening.take(media)

    def _refuse(self, opening: Opening[Any], error: FocuspullerError) -> None:
        if opening is self._newest:
            self._end()
            opening.refuse(error)

    def _end(self) -> None:
        self._patience.stop()
        if self._newest is not None:
            self.ended.emit(self._newest.words)
            self._newest = None
