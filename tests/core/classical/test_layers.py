"""Pixels shared among layers."""

from __future__ import annotations

import itertools

import pytest
import torch
from focuspuller.core.classical.layers import PLANS, Plan, layer_edges

SQUARES = (20 * torch.rand(1, 1, 40, 50, generator=torch.Generator().manual_seed(0))).square()


@pytest.mark.parametrize("plan", PLANS.values())
def test_levels_share_every_pixel_out(plan: Plan) -> None:
    levels = [plan.layers(level, coarsest=level == 3) for level in range(4)]
    whole = 1 - plan.blurred(SQUARES)
    for level, layers in enumerate(levels):
        whole = whole + sum(layer.share(SQUARES) for layer in layers)
        if level == 0:
            assert torch.allclose(whole + plan.beyond(SQUARES, level), torch.ones_like(SQUARES), atol=1e-5)
    assert torch.allclose(whole, torch.ones_like(SQUARES), atol=1e-5)


@pytest.mark.parametrize("level", [0, 2])
def test_a_layer_s_part_is_its_share_of_the_light(level: int) -> None:
    light = torch.rand(2, 4, 40, 50, generator=torch.Generator().manual_seed(1))
    radius = torch.cat([SQUARES, SQUARES.flip(-1)]).sqrt() * (torch.arange(50) % 3 - 1)
    for layer in PLANS["guess"].layers(level, coarsest=True):
        for front in (True, False):
            expected = light * layer.share(radius.square()) * ((radius > 0) == front)
            assert torch.allclose(layer.part_of(light, radius, front=front), expected, atol=1e-6)
            assert torch.allclose(layer.part_by_tensors(light, radius, front=front), expected, atol=1e-6)


@pytest.mark.parametrize("level", [0, 1])
def test_a_pixel_between_two_edges_has_a_share_of_the_layers_beside_it_alone(level: int) -> None:
    layers = PLANS["guess"].layers(level)
    edges = layer_edges(layers)
    for cell, (low, high) in enumerate(itertools.pairwise(edges)):
        middle = torch.tensor((max(low, 0) + high) / 2)
        taking = [number for number, layer in enumerate(reversed(layers)) if layer.share(middle) > 0]
        assert taking == [number for number in (cell - 1, cell) if 0 <= number < len(layers)]
