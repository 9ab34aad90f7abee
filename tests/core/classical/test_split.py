"""What goes on to coarser levels: none of it lost, and the same on a GPU."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.layers import PLANS
from focuspuller.core.classical.matte import Surfaces, matted
from focuspuller.core.classical.split import split, split_by_tensors

PLAN = PLANS["guess"]


def surfaces(height: int, width: int) -> Surfaces:
    draw = torch.Generator().manual_seed(3)
    light = torch.cat([torch.rand(2, 3, height, width, generator=draw), torch.ones(2, 1, height, width)], 1)
    return matted(light, 12 * torch.randn(2, 1, height, width, generator=draw), 3)


@pytest.mark.parametrize("size", [(12, 16), (7, 9), (1, 1), (1, 8)])
def test_a_gpu_splits_as_a_cpu_does(size: tuple[int, int]) -> None:
    parted = surfaces(*size)
    for ours, theirs in zip(split(parted, PLAN), split_by_tensors(parted, PLAN), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_what_is_blurred_beyond_goes_to_its_side_of_focus_and_keeps_its_light() -> None:
    light = torch.cat([torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(4)), torch.ones(1, 1, 6, 8)], 1)
    for radius, side in ((30.0, 0), (-30.0, 1)):
        sides = split(Surfaces(light, torch.full((1, 1, 6, 8), radius)), PLAN)
        assert torch.allclose(sides[side][:, :4].sum((-2, -1)) * 4, light.sum((-2, -1)), rtol=1e-5)
        assert torch.allclose(sides[side][:, 4], torch.full((1, 3, 4), radius**2))
        assert not sides[1 - side].any()
    assert not any(part.any() for part in split(Surfaces(light, torch.zeros(1, 1, 6, 8)), PLAN))
