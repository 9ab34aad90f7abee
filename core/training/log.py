"""What a run says about itself: JSON lines that a resumed run continues without a seam."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..errors import OutputUnwritable

Entry = dict[str, object]


class Log:
    """One JSON object a line, each with the `step` it belongs to.

    Args:
        resumed_at: step that the run goes on from; later lines are dropped, for they will be written again.
    """

    def __init__(self, path: Path, resumed_at: int) -> None:
        self.path = path
        kept = [entry for entry in read_log(path) if _step_of(entry) <= resumed_at] if resumed_at else []
        self._write("w", kept)

    def add(self, entry: Entry) -> None:
        self._write("a", [entry])

    def _write(self, mode: str, entries: list[Entry]) -> None:
        try:
            with self.path.open(mode, encoding="utf-8") as file:
                file.writelines(f"{json.dumps(entry)}\n" for entry in entries)
        except OSError as failure:
            raise OutputUnwritable(
                f"{self.path} cannot be written: {failure.strerror}; choose another folder or make room"
            ) from failure


def read_log(path: Path) -> Iterator[Entry]:
    """The entries of a log; a line that a killed run left unfinished is passed over."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _step_of(entry: Entry) -> int:
    step = entry.get("step")
    return step if isinstance(step, int) else 0
