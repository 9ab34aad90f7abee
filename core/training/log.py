"""What a run says about itself: JSON lines that a resumed run continues without a seam."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..media.partial import unwritable, write_whole

Entry = dict[str, object]


class Log:
    """One JSON object a line, each with the `step` it belongs to.

    Args:
        resumed_at: step that the run goes on from; later lines are dropped, for they will be written again.
    """

    def __init__(self, path: Path, resumed_at: int) -> None:
        self.path = path
        with unwritable(path):
            kept = [entry for entry in read_log(path) if _step_of(entry) <= resumed_at] if resumed_at else []
        write_whole(path, b"".join(map(_line, kept)))

    def add(self, entry: Entry) -> None:
        with unwritable(self.path), self.path.open("ab") as file:
            file.write(_line(entry))


def read_log(path: Path) -> Iterator[Entry]:
    """The entries of a log; a line that a killed run left unfinished is passed over, and so is a damaged one."""
    if not path.is_file():
        return
    for line in path.read_bytes().splitlines():
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            yield entry


def _line(entry: Entry) -> bytes:
    return f"{json.dumps(entry)}\n".encode()


def _step_of(entry: Entry) -> int:
    step = entry.get("step")
    return step if isinstance(step, int) else 0
