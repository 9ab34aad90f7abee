"""Batches from windows of SVB: which windows a step reads, and which are kept from training to judge it."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Dataset

from ..errors import DatasetError
from ..svb.dataset import Video
from ..svb.synthesis import RECORD
from ..svb.windows import Window
from .data import Batch
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

    windows: Dataset[Window]
    size: int
    team: Team

    def __call__(self, first_step: int) -> Iterator[Batch]:
        loader = DataLoader(
            self.windows,
            batch_sampler=_Indices(first_step, self.size, self.team),
            collate_fn=collate,
            num_workers=_workers(self.team),
            multiprocessing_context="spawn" if _workers(self.team) else None,
            pin_memory=self.team.device.type == "cuda",
        )
        yield from loader


def collate(windows: Sequence[Window]) -> Batch:
    """Windows of one size as a batch."""
    return Batch(
        frames=torch.stack([window["frames"] for window in windows]),
        disparity=torch.stack([window["disparity"] for window in windows]),
        defocus=torch.stack([window["defocus"] for window in windows]),
        guess=torch.stack([window["guess"] for window in windows]),
        bokeh=torch.stack([window["bokeh"] for window in windows]),
        blur=torch.stack([window["blur"] for window in windows]),
        focus_disparity=torch.stack([window["focus_disparity"] for window in windows]),
    )


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
        digest.update(json.dumps([video.path.name, video.mode, video.size, lens]).encode())
    return {"videos": len(videos), "digest": digest.hexdigest()[:32], "made_by": _record(videos[0].path.parent)}


def _record(folder: Path) -> object:
    """None for a data set that something else made."""
    try:
        text = (folder / RECORD).read_bytes()[: MAX_RECORD + 1]
        return json.loads(text) if len(text) <= MAX_RECORD else None
    except (OSError, ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Indices:
    """Lists of window indices, one a step, without end."""

    first_step: int
    size: int
    team: Team

    def __iter__(self) -> Iterator[list[int]]:
        for step in itertools.count(self.first_step):
            first = (step * self.team.size + self.team.rank) * self.size
            yield list(range(first, first + self.size))


def _workers(team: Team) -> int:
    """Processes that read ahead: a GPU waits for nobody, while on a CPU the network itself needs the cores."""
    if team.device.type != "cuda":
        return 0
    return max(1, min(8, (os.cpu_count() or 1) // torch.cuda.device_count() - 1))
