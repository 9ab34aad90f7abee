"""Following in a thread: the newest click wins, any can be given up, and failures come in words."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.plugin.subject import Subject
from focuspuller.ui.panel.subjects.follower import Follower, FollowRequest

from tests.clips import HEIGHT, WIDTH, clip_with_disparity
from tests.ui.panel.projects import rack

LENGTH = 12


class Desk:
    """What came of requests; `hold` keeps the worker at its next progress."""

    def __init__(self) -> None:
        self.found: list[tuple[FollowRequest, Subject]] = []
        self.failures: list[str] = []
        self.told: list[float] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.follower = Follower(self._progress, self._deliver, self._fail)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        give_up = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < give_up
            time.sleep(0.005)

    def _progress(self, request: FollowRequest, done: float) -> None:
        self.told.append(done)
        assert self.goes_on.wait(60)

    def _deliver(self, request: FollowRequest, subject: Subject) -> None:
        self.found.append((request, subject))

    def _fail(self, request: FollowRequest, reason: str) -> None:
        self.failures.append(reason)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.goes_on.set()
    desk.follower.close()


@pytest.fixture
def request_there(tmp_path: Path) -> FollowRequest:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    return FollowRequest(clip, disparity, rack(), (18.5 / WIDTH, 20.5 / HEIGHT), 0, range(LENGTH))


def test_a_click_becomes_a_subject(desk: Desk, request_there: FollowRequest) -> None:
    desk.follower.request(request_there)
    desk.wait_until(lambda: desk.follower.is_idle)
    ((request, subject),) = desk.found
    assert request is request_there
    assert subject.first == 0
    assert desk.told[0] == 0
    assert desk.told[-1] == 1
    assert not desk.failures


def test_the_newest_click_wins(desk: Desk, request_there: FollowRequest) -> None:
    desk.goes_on.clear()
    desk.follower.request(request_there)
    desk.wait_until(lambda: bool(desk.told))
    newest = replace(request_there, within=range(6))
    desk.follower.request(newest)
    desk.goes_on.set()
    desk.wait_until(lambda: desk.follower.is_idle)
    assert [request for request, _ in desk.found] == [newest]


def test_it_is_given_up(desk: Desk, request_there: FollowRequest) -> None:
    desk.goes_on.clear()
    desk.follower.request(request_there)
    desk.wait_until(lambda: bool(desk.told))
    desk.follower.stop()
    desk.goes_on.set()
    desk.wait_until(lambda: desk.follower.is_idle)
    assert not desk.found
    assert not desk.failures


def test_failures_come_in_words(desk: Desk, request_there: FollowRequest) -> None:
    desk.follower.request(replace(request_there, disparity=request_there.media.with_name("gone.mkv")))
    desk.wait_until(lambda: bool(desk.failures))
    assert "gone.mkv" in desk.failures[0]
    desk.follower.request(replace(request_there, place=(1.5, 0.5)))
    desk.wait_until(lambda: len(desk.failures) == 2)
    assert "off the picture" in desk.failures[1]
    desk.follower.request(request_there)
    desk.wait_until(lambda: bool(desk.found))
