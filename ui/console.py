"""Where the command line speaks: results on stdout, progress and notes on stderr, one JSON object with --json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from .progress import meter
from .streams import printable, tell, write_result

Result = Mapping[str, object]


UNITS = {"check": "clip"}
"""Of phases that go through anything but frames."""


class Console:
    """Args:
    as_json: the result is one JSON object on stdout, and nothing else goes there.
    farm: progress is told as Open Job Description reads it.
    """

    def __init__(self, *, as_json: bool, farm: bool = False) -> None:
        self.as_json = as_json
        self._meter = meter(as_json=as_json, farm=farm)

    def say(self, line: str) -> None:
        """A line of the result, for people."""
        if not self.as_json:
            self.close()
            write_result(f"{printable(line)}\n")

    def note(self, line: str) -> None:
        """Something the user should know that is not the result."""
        self.close()
        tell(f"note: {line}")

    def progress(self, phase: str, done: int, total: int, unit: str | None = None) -> None:
        """How many units of what is going on are done, frames or else `UNITS`; a phase ends when the next begins or all
        is done."""
        self._meter.show(phase, done, total, unit or UNITS.get(phase, "frame"))

    def finish(self, result: Result) -> None:
        self.close()
        if self.as_json:
            write_result(f"{json.dumps(result, default=_plain, indent=2, allow_nan=False)}\n")

    def close(self) -> None:
        self._meter.close()


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON result")
