"""Pieces that tests hold, and let go."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from focuspuller.core.media.info import MediaInfo
from focuspuller.core.media.lock import LOCK
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.media.pieces import Pieces

LENGTH = 24


HELD = ExitStack()


def pieces_of(target: Path, info: MediaInfo, codec: str | None = None, fingerprint: str = "job") -> Pieces:
    """Pieces that are shared, so that a test may hold them several times."""
    return HELD.enter_context(Pieces(target, fingerprint, choose_format(codec, target, info), info, shared=True))


def alone(target: Path, info: MediaInfo, fingerprint: str = "job", *, anew: bool = False) -> Pieces:
    return Pieces(target, fingerprint, choose_format(None, target, info), info, anew=anew)


def files_in(folder: Path) -> list[str]:
    """But for the lock's."""
    return sorted(path.name for path in folder.iterdir() if path.name != LOCK)
