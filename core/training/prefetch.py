"""Batches made while training is busy with those before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

import torch
from torch import Tensor

from ..ahead import ahead
from ..svb.windows import Batch

DEPTH = 2
"""Batches that wait at most."""


def prefetched(batches: Iterable[Batch], device: torch.device) -> Iterator[Batch]:
    """The same batches; for a GPU made by a thread and on a stream of their own, so that neither it nor who feeds it
    waits for them. A CPU's cores have enough to do."""
    if device.type != "cuda":
        yield from batches
        return
    # Which stream is the current one is a thread's own affair.
    training = torch.cuda.current_stream(device)
    with closing(ahead(_on_a_stream_of_their_own(batches, training), DEPTH)) as made:
        yield from made


def _on_a_stream_of_their_own(batches: Iterable[Batch], training: torch.cuda.Stream) -> Iterator[Batch]:
    making = torch.cuda.Stream(training.device)  # type: ignore[no-untyped-call]  # which torch leaves untyped
    with torch.cuda.stream(making):
        for batch in batches:
            making.synchronize()
            for value in batch.values():
                if isinstance(value, Tensor):
                    # Not given to a later batch before training is done with it.
                    value.record_stream(training)
            yield batch
