import threading
from collections.abc import Iterator

import pytest
from focuspuller.core.ahead import ahead


@pytest.mark.parametrize("depth", [1, 3, 100])
def test_order_is_kept(depth: int) -> None:
    assert list(ahead(range(57), depth)) == list(range(57))


def test_work_runs_ahead_but_no_further_than_depth() -> None:
    made: list[int] = []
    reached = threading.Event()

    def items() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            if i == 3:
                reached.set()
            yield i

    running = ahead(items(), 2)
    assert next(running) == 0
    assert reached.wait(5), "nothing was made before it was asked for"
    running.close()
    assert len(made) <= 5


def test_an_error_comes_at_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("third")

    running = ahead(items(), 8)
    assert [next(running), next(running)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(running)


def test_closing_ends_the_thread() -> None:
    before = threading.active_count()
    running = ahead(iter(int, 1), 2)
    next(running)
    running.close()
    assert threading.active_count() == before
