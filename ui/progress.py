"""How far a command has come, shown where it is watched: in a terminal, in a log, or by a render farm."""

from __future__ import annotations

import sys
import time
from typing import Protocol

from tqdm import tqdm

from .streams import is_terminal, tell

LINE_EVERY = 10.0
"""Seconds between two lines in a log."""

FARM_LINE_EVERY = 1.0


class Meter(Protocol):
    def show(self, phase: str, done: int, total: int, unit: str) -> None:
        """`done` of `total` units of what is going on. A phase ends when the next begins or all is done."""
        ...

    def close(self) -> None: ...


class Bar:
    """Drawn in place, in a terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._phase = ""

    def show(self, phase: str, done: int, total: int, unit: str) -> None:
        if phase != self._phase or self._bar is None:
            self.close()
            self._phase = phase
            self._bar = tqdm(
                total=total, initial=done, desc=phase, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True
            )
        self._bar.update(done - self._bar.n)
        if done == total:
            self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Lines:
    """For a log: a line when a phase begins, when it ends, and now and then between."""

    every = LINE_EVERY

    def __init__(self) -> None:
        self._phase = ""
        self._told_at = 0.0

    def show(self, phase: str, done: int, total: int, unit: str) -> None:
        now = time.monotonic()
        if phase != self._phase or done == total or now - self._told_at >= self.every:
            self._phase, self._told_at = phase, now
            self._tell(phase, done, total, unit)

    def close(self) -> None:
        """Lines end by themselves."""

    def _tell(self, phase: str, done: int, total: int, unit: str) -> None:
        tell(f"{phase}: {done} of {total} {unit}s")


class FarmLines(Lines):
    """What Open Job Description reads off a task's output."""

    every = FARM_LINE_EVERY

    def _tell(self, phase: str, done: int, total: int, unit: str) -> None:
        tell(f"openjd_progress: {100 * done / total if total else 100:.1f}")
        tell(f"openjd_status: {phase} {done} of {total} {unit}s")


class Silence:
    def show(self, phase: str, done: int, total: int, unit: str) -> None:
        """Nobody watches."""

    def close(self) -> None:
        """Nothing was shown."""


def meter(*, as_json: bool, farm: bool) -> Meter:
    """The one that suits whoever reads stderr."""
    if farm:
        return FarmLines()
    if is_terminal():
        return Bar()
    return Silence() if as_json else Lines()
