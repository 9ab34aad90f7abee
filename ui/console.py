"""Where the command line speaks: results on stdout, progress and notes on stderr, one JSON object with --json."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

Result = Mapping[str, object]


class Console:
    """Args:
    as_json: the result is one JSON object on stdout, and nothing else goes there.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._bar: tqdm[None] | None = None
        self._phase = ""

    def say(self, line: str) -> None:
        """A line of the result, for people."""
        if not self.as_json:
            self.close()
            print(line)

    def note(self, line: str) -> None:
        """Something the user should know that is not the result."""
        self.close()
        print(f"note: {line}", file=sys.stderr)

    def progress(self, phase: str, done: int, total: int) -> None:
        """A bar a phase; a phase ends when the next begins or all is done."""
        if phase != self._phase or self._bar is None:
            self.close()
            self._phase = phase
            self._bar = tqdm(total=total, initial=done, desc=phase, unit="frame", file=sys.stderr, dynamic_ncols=True)
        self._bar.update(done - self._bar.n)
        if done == total:
            self.close()

    def finish(self, result: Result) -> None:
        self.close()
        if self.as_json:
            print(json.dumps(result, default=_plain, indent=2, allow_nan=False))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON result")
