"""Prefetched batches are the batches."""

from __future__ import annotations

import itertools

import pytest
import torch
from focuspuller.core.svb.windows import Batch
from focuspuller.core.training.prefetch import prefetched

from tests.core.training.toy import batch

devices = pytest.mark.parametrize(
    "device",
    [
        "cpu",
        pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")),
    ],
)


def on(device: str, given: Batch) -> Batch:
    for name, value in given.items():
        if isinstance(value, torch.Tensor):
            given[name] = value.to(device)  # type: ignore[literal-required]  # one of its own
    return given


@devices
def test_the_same_batches_in_the_same_order(device: str) -> None:
    endless = (on(device, batch(seed)) for seed in itertools.count())
    for seed, made in zip(range(6), prefetched(endless, torch.device(device)), strict=False):
        assert torch.equal(made["frames"].cpu(), batch(seed)["frames"])
        assert made["largest_blur"] == batch(seed)["largest_blur"]


@devices
def test_an_error_is_raised_where_it_is_waited_for(device: str) -> None:
    def failing() -> itertools.chain[Batch]:
        def last() -> Batch:
            raise RuntimeError("no more")

        return itertools.chain([on(device, batch(0))], (last() for _ in range(1)))

    batches = prefetched(failing(), torch.device(device))
    next(batches)
    with pytest.raises(RuntimeError, match="no more"):
        next(batches)
