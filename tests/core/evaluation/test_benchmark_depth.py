import importlib.util

import pytest
from focuspuller.core.evaluation import benchmark_depth as benchmark

pytestmark = pytest.mark.skipif(importlib.util.find_spec("cv2") is None, reason="needs cv2")


@pytest.mark.slow
def test_memory_does_not_grow_with_the_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "LENGTHS", (24, 48))
    told: list[tuple[str, int, int]] = []
    short, long = benchmark.benchmark_depth(lambda *step: told.append(step))
    assert (short.frames, long.frames) == (24, 48)
    assert min(short.frames_per_second, long.frames_per_second) > 0
    assert long.peak_memory is not None
    assert short.peak_memory is not None
    assert long.peak_memory < 1.05 * short.peak_memory
    assert told[-1] == ("depth", 2, 2)
