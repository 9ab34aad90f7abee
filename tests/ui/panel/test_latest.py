import threading

from focuspuller.ui.panel.latest import Latest


def test_only_the_newest_of_what_waits_is_worked_on() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        begun.set()
        go_on.wait(10)
        if item == 9:
            done.set()

    latest = Latest("test", work)
    latest.put(0)
    assert begun.wait(10)
    for item in range(1, 10):
        latest.put(item)
    assert not latest.is_idle
    go_on.set()
    assert done.wait(10)
    latest.close()
    assert worked == [0, 9]


def test_work_can_tell_that_it_is_passed() -> None:
    begun, asked, told = threading.Event(), threading.Event(), []
    first, second = object(), object()

    def work(item: object) -> None:
        begun.set()
        asked.wait(10)
        told.append(latest.is_newest(item))

    latest: Latest[object] = Latest("test", work)
    latest.put(first)
    assert begun.wait(10)
    latest.put(second)
    asked.set()
    while not latest.is_idle:
        threading.Event().wait(0.001)
    latest.close()
    assert told == [False, True]


def test_with_a_rest_nothing_is_begun_while_items_keep_coming() -> None:
    worked: list[int] = []
    latest = Latest("test", worked.append, rest=30.0)
    for item in range(100):
        latest.put(item)
    latest.close()
    assert worked == []


def test_after_the_rest_the_last_is_worked_on() -> None:
    done = threading.Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        done.set()

    latest = Latest("test", work, rest=0.01)
    latest.put(1)
    assert done.wait(10)
    latest.close()
    assert worked == [1]
