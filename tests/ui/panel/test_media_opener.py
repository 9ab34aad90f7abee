import threading
from collections.abc import Callable, Iterator

import pytest
from focuspuller.core.errors import FocuspullerError, MediaNotFound
from focuspuller.ui.panel.media_opener import MediaOpener
from focuspuller.ui.panel.opening import Opening
from PySide6.QtCore import QObject

from tests.ui.panel.windows import Desk


class Caller:
    """Asks for media, and notes what comes of it and in which thread."""

    def __init__(self, opener: MediaOpener) -> None:
        self.opener = opener
        self.came: list[str] = []
        self.refused: list[str] = []
        self.dropped: list[str] = []
        self.overtaken: list[str] = []
        self.threads: set[int] = set()

    def ask(self, name: str, work: Callable[[], object] = lambda: None) -> None:
        def opened() -> str:
            work()
            return name

        def overtaken() -> None:
            self.overtaken.append(name)

        take, refuse, drop = self._take, self._refuse, self.dropped.append
        self.opener.put(Opening(f"opening {name}", opened, take, refuse, drop, overtaken))

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
    assert caller.overtaken == ["first.mov", "never begun.mov"]
    assert not caller.refused


@pytest.mark.parametrize("works", [True, False])
def test_closing_waits_for_nothing_and_drops_what_comes_later(caller: Caller, desk: Desk, works: bool) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        release.wait(20)
        if not works:
            raise MediaNotFound("it is gone; put it back")

    caller.ask("slow.mov", slow)
    assert begun.wait(20)
    caller.opener.close()
    assert not release.is_set()  # here already, with the work still under way
    release.set()
    desk.wait_until(lambda: caller.opener._thread.is_idle)
    assert caller.dropped == (["slow.mov"] if works else [])
    assert caller.came == caller.refused == caller.overtaken == []


def test_what_cannot_be_opened_is_told_and_the_next_still_comes(caller: Caller) -> None:
    for error, words in ((MediaNotFound("it is gone; put it back"), "put it back"), (ZeroDivisionError("oops"), "bug")):
        caller.ask("a.mov", fail(error))
        caller.opener.wait()
        assert words in caller.refused[-1]
    caller.ask("b.mov")
    caller.opener.wait()
    assert caller.came == ["b.mov"]
