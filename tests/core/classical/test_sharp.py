"""What is sharp is laid over the ground by a GPU as by a CPU."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.sharp import over_ground, over_ground_by_tensors
from torch import Tensor


def light(draw: torch.Generator) -> Tensor:
    cover = (2 * torch.rand(2, 1, 9, 21, generator=draw) - 0.5).clamp(0, 1)
    return torch.cat([torch.rand(2, 3, 9, 21, generator=draw) * cover, cover], 1)


@pytest.mark.parametrize("grounded", [True, False])
@pytest.mark.parametrize("fronted", [True, False])
def test_a_gpu_lays_what_is_sharp_as_a_cpu_does(grounded: bool, fronted: bool) -> None:
    draw = torch.Generator().manual_seed(8)
    sharp, hiding = light(draw), light(draw)[:, 3:]
    ground, front = light(draw) if grounded else None, light(draw) if fronted else None
    expected = over_ground_by_tensors(sharp, hiding, ground, front)
    assert torch.allclose(over_ground(sharp.clone(), hiding, ground, front), expected, atol=1e-5)
