"""What coarser levels draw: none of it lost, and the same on a GPU."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.layers import PLANS
from focuspuller.core.classical.matte import Surfaces, matted
from focuspuller.core.classical.split import split, split_by_tensors

PLAN = PLANS["guess"]


def surfaces(height: int, width: int, across: int) -> Surfaces:
    """The defocus map is the same `across` px to either side, and a ramp there."""
    draw = torch.Generator().manual_seed(3)
    light = torch.cat([torch.rand(2, 3, height, width, generator=draw), torch.ones(2, 1, height, width)], 1)
    radius = 12 * torch.randn(2, 1, height, -(-width // across), generator=draw).repeat_interleave(across, -1)
    return matted(light, radius[..., :width] + torch.arange(width) % across * 0.1, 3)


@pytest.mark.parametrize("size", [(12, 16), (7, 9), (1, 1), (1, 8)])
@pytest.mark.parametrize("across", [1, 3, 8])
def test_a_gpu_splits_as_a_cpu_does(size: tuple[int, int], across: int) -> None:
    parted = surfaces(*size, across)
    for level, (layers, sides) in enumerate(split(parted, PLAN), start=1):
        assert torch.allclose(sides, split_by_tensors(parted, layers, level), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("radius", [30.0, -30.0, 9.0, -100.0])
def test_all_light_of_one_blur_is_in_the_layers_of_its_side_of_focus(radius: float) -> None:
    light = torch.cat(
        [torch.rand(1, 3, 32, 64, generator=torch.Generator().manual_seed(4)), torch.ones(1, 1, 32, 64)], 1
    )
    drawn, levels = torch.zeros(4), split(Surfaces(light, torch.full((1, 1, 32, 64), radius)), PLAN)
    for layers, sides in levels:
        there, elsewhere = sides[0] if radius > 0 else sides[0].flip(0)
        assert not elsewhere.any()
        drawn += there[:-1].reshape(len(layers), 4, -1).mean(-1).sum(0)
        assert torch.isclose(drawn[3] + there[-1].mean(), torch.tensor(1.0), atol=1e-5)
    assert torch.allclose(drawn, light[0].mean((-2, -1)), atol=1e-5)


def test_nothing_goes_to_coarser_levels_that_level_0_draws() -> None:
    light = torch.ones(1, 4, 6, 8)
    assert not split(Surfaces(light, torch.full((1, 1, 6, 8), -3.0)), PLAN)
