import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from focuspuller.core.cache import FrameCache
from focuspuller.core.frames import Image


def picture(value: float) -> Image:
    return np.full((10, 10), value, np.float32)


SIZE = picture(0).nbytes


def test_never_more_bytes_than_it_is_given_and_oldest_leave_first() -> None:
    cache: FrameCache[int] = FrameCache(3 * SIZE)
    for i in range(3):
        cache.get(i, partial(picture, i))
    cache.get(0, lambda: picture(99))
    cache.get(3, lambda: picture(3))
    assert [i in cache for i in range(4)] == [True, False, True, True]
    assert cache.figures.bytes == 3 * SIZE
    assert (cache.figures.hits, cache.figures.misses) == (1, 4)


def test_what_does_not_fit_is_handed_out_but_not_kept() -> None:
    cache: FrameCache[str] = FrameCache(SIZE - 1)
    assert cache.get("a", lambda: picture(5))[0, 0] == 5
    assert cache.figures.entries == 0


def test_pictures_cannot_be_written_into() -> None:
    cache: FrameCache[str] = FrameCache(SIZE)
    with pytest.raises(ValueError, match="read-only"):
        cache.get("a", lambda: picture(5))[0, 0] = 1


def test_several_askers_share_one_computation() -> None:
    cache: FrameCache[str] = FrameCache(SIZE)
    runs: list[int] = []

    def slow() -> Image:
        runs.append(1)
        time.sleep(0.05)
        return picture(1)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: cache.get("a", slow), range(8)))
    assert len(runs) == 1
    assert all(result is results[0] for result in results)


def test_a_failure_reaches_its_asker_and_the_next_one_tries_again() -> None:
    cache: FrameCache[str] = FrameCache(SIZE)

    def fail() -> Image:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        cache.get("a", fail)
    assert cache.get("a", lambda: picture(2))[0, 0] == 2


def test_drop_forgets_what_is_stale() -> None:
    cache: FrameCache[int] = FrameCache(9 * SIZE)
    for i in range(6):
        cache.get(i, lambda: picture(0))
    assert cache.drop(lambda key: key % 2 == 0) == 3
    assert cache.figures.bytes == 3 * SIZE


def test_threads_hammering_it_always_get_their_own_key() -> None:
    cache: FrameCache[int] = FrameCache(5 * SIZE)
    wrong: list[int] = []

    def hammer(seed: int) -> None:
        for key in np.random.default_rng(seed).integers(0, 20, 300).tolist():
            if cache.get(key, partial(picture, key))[0, 0] != key:
                wrong.append(key)

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache.figures.bytes <= 5 * SIZE
