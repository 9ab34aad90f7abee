"""Opens media in a thread of its own, so that a slow disk never holds the panel up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ...core.errors import FocuspullerError, as_bug
from .latest import Latest
from .opening import Opening

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

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._newest: Opening[Any] | None = None
        self._is_closed = False
        self._handing_over = threading.Lock()
        queued = Qt.ConnectionType.QueuedConnection
        self._opened.connect(self._take, queued)
        self._failed.connect(self._refuse, queued)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SLOW)
        self._patience.timeout.connect(self._say)
        self._thread = Latest("opening", self._open)

    def put(self, opening: Opening[Any]) -> None:
        before = self._newest
        self._end()
        if before is not None:
            before.overtaken()
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
        """Whatever is being opened is dropped once it is open; nobody waits for it."""
        self._end()
        with self._handing_over:
            self._is_closed = True
        self._thread.close(wait=False)

    def _open(self, opening: Opening[Any]) -> None:
        try:
            media = opening.work()
        except FocuspullerError as error:
            self._hand_over(partial(self._failed.emit, opening, error))
        except Exception as error:  # the thread must live on, and the person be told
            self._hand_over(partial(self._failed.emit, opening, FocuspullerError(as_bug(error))))
        else:
            if not self._hand_over(partial(self._opened.emit, opening, media)):
                opening.drop(media)

    def _hand_over(self, emit: Callable[[], object]) -> bool:
        """To the thread that asked, as long as it is there to take it."""
        with self._handing_over:
            if not self._is_closed:
                emit()
            return not self._is_closed

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
