"""Layers are laid over one another by a GPU as by a CPU."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.layers import PLANS, Layer
from focuspuller.core.classical.overlay import overlay, overlay_by_tensors
from torch import Tensor

LAYERS = PLANS["final"].layers(0)
REACH = LAYERS[0].reach


def picture(draw: torch.Generator, height: int, width: int, channels: int) -> Tensor:
    cover = torch.rand(2, 1, height, width, generator=draw)
    return torch.cat([torch.rand(2, channels - 1, height, width, generator=draw) * cover, cover], 1)


@pytest.mark.parametrize("layer", [LAYERS[0], LAYERS[8], LAYERS[-1]])
@pytest.mark.parametrize("nearer", [True, False])
@pytest.mark.parametrize("lit", [(0, 60), (20, 31), (0, 3), (59, 60), (0, 0)])
def test_a_gpu_lays_a_layer_as_a_cpu_does(layer: Layer, nearer: bool, lit: tuple[int, int]) -> None:
    draw = torch.Generator().manual_seed(6)
    part, known = picture(draw, 24, 60, 4), torch.rand(2, 1, 24, 60, generator=draw)
    part[..., : lit[0]] = part[..., lit[1] :] = 0
    part[:, :, :5] = known[..., :7, 20:] = 0
    for drawn in (None, picture(draw, 24 - 2 * REACH, 60 - 2 * REACH, 4)):
        expected = overlay_by_tensors(layer, part, known, drawn, REACH, nearer=nearer)
        assert torch.allclose(overlay(layer, part, known, drawn, REACH, nearer=nearer), expected, atol=1e-5)
