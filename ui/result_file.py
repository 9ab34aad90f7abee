"""Files that a long run writes at its end."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import OutputUnwritable
from ..core.media.partial import partial_beside, remove, unwritable


def check_writable(path: Path) -> None:
    """Try at once what would fail then.

    Raises:
        OutputUnwritable: it is a folder, or in one that is not there or takes no files.
    """
    if path.is_dir():
        raise OutputUnwritable(f"{path} is a folder; name a file in it")
    trial = partial_beside(path)
    with unwritable(path):
        trial.touch()
        remove(trial)
