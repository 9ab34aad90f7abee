"""Batches from windows of SVB: which windows a step reads, and which are kept from training to judge it."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import DatasetError
from ..svb.dataset import RECORD, Video
from ..svb.windows import Batch, StoredWindows
from .team import Team

HELD_OUT = 16
"""Videos, at most, that are kept to judge by; of a small data set a fifth."""

MAX_RECORD = 1 << 16
"""Bytes of a data set's record that are read."""


@dataclass(frozen=True, slots=True)
class WindowBatches:
    """Batches of a training run: step s of rank r reads the windows that no other step or rank does.

    Attributes:
        windows: every index is its own draw, however large.
        size: windows a batch, on each rank.
    """

    windows: StoredWindows
    size: int
    team: Team

    def __call__(self, first_step: int) -> Iterator[Batch]:
        for step in itertools.count(first_step):
            first = (step * self.team.size + self.team.rank) * self.size
            yield self.windows.batch(range(first, first + self.size))


def split(videos: Sequence[Video]) -> tuple[Sequence[Video], Sequence[Video]]:
    """(to train on, to judge by): the last ones are kept apart.

    Raises:
        DatasetError: too few for both.
    """
    if len(videos) < 2:
        raise DatasetError(f"{videos[0].path.parent} holds one video; training takes two at least, make more")
    kept = max(1, min(HELD_OUT, len(videos) // 5))
    return videos[:-kept], videos[-kept:]


def provenance(videos: Sequence[Video]) -> dict[str, object]:
    """What the videos are, as JSON values: how many, a digest of them all, and the record that `synth` left."""
    digest = hashlib.sha256()
    for video in videos:
        lens = [(defocus.blur, defocus.focus_disparity) for defocus in video.lens]
        # When files were written is not their content: a copy of a data set is the same one.
        digest.update(json.dumps([video.path.name, video.mode, video.size, lens, video.lengths]).encode())
    return {"videos": len(videos), "digest": digest.hexdigest()[:32], "made_by": _record(videos[0].path.parent)}


def _record(folder: Path) -> object:
    """None for a data set that something else made."""
    try:
        with (folder / RECORD).open("rb") as file:
            text = file.read(MAX_RECORD + 1)
        record = json.loads(text) if len(text) <= MAX_RECORD else None
        json.dumps(record, allow_nan=False)  # as the weights' header will have it
        return record
    except (OSError, ValueError, RecursionError):
        return None
