"""Resampling by strips against the whole picture and against torch's own."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.pyramid import (
    double,
    double_by_tensors,
    fill,
    halve,
    halve_by_tensors,
    rows_of,
    strips,
    window,
)
from torch.nn import functional


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (120, 31), (97, 64)])
def test_strips_make_up_the_whole(size: tuple[int, int]) -> None:
    height, width = size
    picture = random(1, 2, height, width)
    coarse = halve(picture)
    assert coarse.shape[-2:] == (-(-height // 2), -(-width // 2))
    whole = functional.interpolate(coarse, scale_factor=2, mode="bilinear")[..., :height, :width]
    padded = functional.pad(picture, (3, 3, 3, 3), mode="replicate")
    for rows in strips(picture):
        assert torch.allclose(double(coarse, rows, width), rows_of(whole, rows), atol=1e-6)
        assert torch.equal(window(picture, rows, 3), padded[..., rows.start : rows.stop + 6, :])


def test_fill_keeps_what_is_known_and_spreads_it_over_what_is_not() -> None:
    known = (random(1, 1, 45, 70) > 0.97).float()
    colour = torch.tensor([0.2, 0.5, 0.9])[:, None, None]
    assert torch.allclose(fill(torch.cat([colour * known, known], 1)), colour.expand(1, 3, 45, 70), atol=1e-6)
    picture = random(1, 3, 45, 70)
    filled = fill(torch.cat([picture * known, known], 1))
    assert torch.allclose(filled * known, picture * known, atol=1e-6)
    assert filled.min() >= picture.min()


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (52, 31), (37, 64)])
def test_a_gpu_resamples_as_a_cpu_does(size: tuple[int, int]) -> None:
    height, width = size
    picture = random(2, 3, height, width)
    coarse = halve_by_tensors(picture)
    assert torch.allclose(halve(picture), coarse, atol=1e-6)
    for rows in (range(height), range(height // 4 * 2, height)):
        assert torch.allclose(double(coarse, rows, width), double_by_tensors(coarse, rows, width), atol=1e-6)
