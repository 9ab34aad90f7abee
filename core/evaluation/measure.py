"""Timing and memory as figures: warm-up, median and spread, and the machine they were taken on."""

from __future__ import annotations

import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from ..allocator import keep_memory

SIZES = {"540p": (960, 540), "1080p": (1920, 1080), "2160p": (3840, 2160)}
"""(width, height)"""

_KILLED = -9
"""SIGKILL, which Windows has no name for."""

MEASURED_WITH = ("torch", "numpy", "av", "numba")


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of one run: median, least and most, over `runs` runs after a warm-up."""

    median: float
    least: float
    most: float
    runs: int

    def over(self, frames: int) -> Seconds:
        """Of one of that many frames."""
        return replace(self, median=self.median / frames, least=self.least / frames, most=self.most / frames)


def timed(work: Callable[[], object], repeat: int) -> Seconds:
    """Run once to warm up, then `repeat` (≥ 1) times on the clock."""
    work()
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return Seconds(statistics.median(taken), min(taken), max(taken), repeat)


def peak_memory(work: Callable[..., object], *arguments: object) -> int | None:
    """Bytes of memory that a fresh process needs at most to do this work; `work` is a module's function. None where the
    process is killed, as systems do that run out of memory, and on Windows, which is not asked."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report_peak, args=(there, work, arguments))
    process.start()
    there.close()
    try:
        peak: int | None = here.recv()
    except EOFError:
        peak = None
    finally:
        process.join()
    if peak is None and process.exitcode not in (0, _KILLED):
        raise RuntimeError(f"{work.__name__} failed in its own process")
    return peak


def _report_peak(
    pipe: multiprocessing.connection.Connection, work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    keep_memory()
    work(*arguments)
    pipe.send(_peak_of_this_process())


def _peak_of_this_process() -> int | None:
    if sys.platform == "win32":
        return None
    import resource  # which Windows lacks

    try:
        # Linux hands a parent's peak on to its children in getrusage, but not here.
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    # Timing and memory need no torch, and it takes seconds to import in each process measured.
    import torch

    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **({"gpu": torch.cuda.get_device_name()} if torch.cuda.is_available() else {}),
        **{package: version(package) for package in MEASURED_WITH},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
