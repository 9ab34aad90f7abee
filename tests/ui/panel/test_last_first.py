import threading

import pytest
from focuspuller.ui.panel.last_first import LastFirst


def test_all_is_worked_on_and_what_was_given_last_comes_first() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        begun.set()
        go_on.wait(10)
        if item == 1:
            done.set()

    thread = LastFirst("test", work)
    thread.put(0)
    assert begun.wait(10)
    for item in (1, 2, 3):
        thread.put(item)
    assert not thread.is_idle
    go_on.set()
    assert done.wait(10)
    thread.close()
    assert worked == [0, 3, 2, 1]
    assert thread.is_idle


def test_one_put_alone_takes_the_place_of_what_waits() -> None:
    begun, go_on = threading.Event(), threading.Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        begun.set()
        go_on.wait(10)

    thread = LastFirst("test", work)
    thread.put(0)
    assert begun.wait(10)
    for item in (1, 2):
        thread.put(item)
    thread.put_alone(3)
    go_on.set()
    while not thread.is_idle:
        threading.Event().wait(0.001)
    thread.close()
    assert worked == [0, 3]


def test_work_that_fails_ends_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, done = threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda failure: failed.set())

    def work(item: int) -> None:
        if item == 0:
            raise ZeroDivisionError
        done.set()

    thread = LastFirst("test", work)
    thread.put(0)
    assert failed.wait(10)
    thread.put(1)
    assert done.wait(10)
    thread.close()
    assert thread.is_idle


def test_closing_need_not_wait_for_what_is_under_way() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work(item: int) -> None:
        begun.set()
        go_on.wait(10)
        done.set()

    thread = LastFirst("test", work)
    thread.put(0)
    assert begun.wait(10)
    thread.close(wait=False)
    assert not done.is_set()
    go_on.set()
    assert done.wait(10)


def test_what_waits_when_it_is_closed_is_never_begun() -> None:
    worked: list[int] = []
    thread = LastFirst("test", worked.append, rest=30.0)
    thread.put(1)
    thread.close()
    assert worked == []
    assert thread.is_closed
