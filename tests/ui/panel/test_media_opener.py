import threading
from collections.abc import Callable, Iterator

import pytest
from focuspuller.core.errors import FocuspullerError, MediaNotFound
from focuspuller.ui.panel.media_opener import MediaOpener
from focuspuller.ui.panel.opener import Opening
from PySide6.QtCore import QObject

from tests.ui.panel.windows import Desk


class Caller:
    """Asks for media, and notes what comes of it and in which thread."""

    def __init__(self, opener: MediaOpener) -> None:
        self.opener = opener
        self.came: list[str] = []
        self.refused: list[str] = []
        self.dropped: list[str] = []
        self.threads: set[int] = set()

    def ask(self, name: str, work: Callable[[], object] = lambda: None) -> None:
        def opened() -> str:
            work()
            return name

        self.opener.put(Opening(f"opening {name}", opened, self._take, self._refuse, self.dropped.append))

    def _take(self, name: str) -> None:
        self.came.append(name)
        self.threads.add(threading.get_ident())

    def _refuse(self, error: FocuspullerError) -> None:
        self.refused.append(str(error))
        self.threads.add(threading.get_ident())


@pytest.fixture
def caller(desk: Desk) -> Iterator[Caller]:
    parent = QObject()
    opener = MediaOpener(parent)
    yield Caller(opener)
    opener.close()


def fail(error: Exception) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


def test_whoever_asks_goes_on_and_hears_in_their_own_thread(caller: Caller) -> None:
    release = threading.Event()
    caller.ask("a.mov", lambda: release.wait(20))
    assert not caller.opener.is_idle  # here already, and nothing is open
    release.set()
    caller.opener.wait()
    assert caller.came == ["a.mov"]
    assert caller.threads == {threading.get_ident()}


def test_what_takes_long_is_said_until_it_is_there(caller: Caller, desk: Desk) -> None:
    release, said, over = threading.Event(), list[str](), list[str]()
    caller.opener.slow.connect(said.append)
    caller.opener.ended.connect(over.append)
    caller.ask("a.mov", lambda: release.wait(20))
    desk.wait_until(lambda: bool(said))
    assert (said, over) == (["opening a.mov"], [])
    release.set()
    caller.opener.wait()
    assert over == ["opening a.mov"]


def test_what_is_overtaken_is_dropped(caller: Caller, desk: Desk) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        release.wait(20)

    caller.ask("first.mov", slow)
    assert begun.wait(20)
    caller.ask("never begun.mov", fail(AssertionError("it was passed over")))
    caller.ask("last.mov")
    release.set()
    caller.opener.wait()
    assert caller.came == ["last.mov"]
    assert caller.dropped == ["first.mov"]
    assert not caller.refused


def test_what_cannot_be_opened_is_told_and_the_next_still_comes(caller: Caller) -> None:
    for error, words in ((MediaNotFound("it is gone; put it back"), "put it back"), (ZeroDivisionError("oops"), "bug")):
        caller.ask("a.mov", fail(error))
        caller.opener.wait()
        assert words in caller.refused[-1]
    caller.ask("b.mov")
    caller.opener.wait()
    assert caller.came == ["b.mov"]
