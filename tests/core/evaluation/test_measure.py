import operator
import signal
import sys
import time
from pathlib import Path

import pytest
from focuspuller.core.evaluation.measure import machine, peak_memory, timed

from tests.clips import mount


def test_timing_leaves_the_first_run_out() -> None:
    runs: list[float] = []

    def work() -> None:
        runs.append(0.05 if not runs else 0.001)
        time.sleep(runs[-1])

    seconds = timed(work, 3)
    assert len(runs) == 4
    assert 0.001 <= seconds.least <= seconds.median <= seconds.most
    assert seconds.runs == 3
    assert seconds.least < 0.05


@pytest.fixture(autouse=True)
def importable_in_new_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(mount(tmp_path)))


def test_peak_memory_sees_what_is_held() -> None:
    much, little = peak_memory(operator.mul, b"x", 80 << 20), peak_memory(operator.mul, b"x", 1 << 20)
    assert much is not None
    assert little is not None
    assert 40 << 20 < much - little < 120 << 20


def test_a_failed_process_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match="exit failed"):
        peak_memory(sys.exit, 3)


def test_a_process_that_is_killed_has_no_peak() -> None:
    assert peak_memory(signal.raise_signal, signal.SIGKILL) is None


AS_ON_WINDOWS = """
import importlib, sys
sys.platform, sys.modules["resource"] = "win32", None
importlib.reload(sys.modules["focuspuller.core.evaluation.measure"])
"""


def test_windows_is_not_asked_for_a_peak() -> None:
    assert peak_memory(exec, AS_ON_WINDOWS) is None


def test_the_machine_names_its_versions() -> None:
    assert {"cores", "python", "torch", "av"} <= set(machine())
