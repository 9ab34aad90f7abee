"""Layers over one another, each continued behind what is nearer."""

from __future__ import annotations

import torch
from focuspuller.core.classical.composite import composite_behind, composite_front
from focuspuller.core.classical.layers import PLANS
from torch import Tensor

LAYERS = PLANS["guess"].layers(0)[:2]
"""The two most blurred."""

REACH = max(layer.reach for layer in LAYERS)
SIDE = 2 * REACH + 24
NOTHING = torch.zeros(1, 1, SIDE, SIDE)


def light(colour: float, cover: Tensor) -> Tensor:
    return torch.cat([(colour * cover).expand(-1, 3, -1, -1), cover], 1)


def drawn(picture: Tensor | None) -> Tensor:
    assert picture is not None
    assert picture.shape == (1, 4, SIDE - 2 * REACH, SIDE - 2 * REACH)
    return picture


def test_layers_that_share_every_pixel_cover_it_together() -> None:
    shares = [light(0.9, torch.full_like(NOTHING, 0.75)), light(0.1, torch.full_like(NOTHING, 0.25))]
    for composite in (composite_front, composite_behind):
        picture = drawn(composite(LAYERS, list(shares), NOTHING, None))
        assert torch.allclose(picture[:, 3], torch.ones(1), atol=1e-5)
        assert torch.allclose(picture[:, 0], torch.tensor(0.75 * 0.9 + 0.25 * 0.1), atol=1e-5)


def test_a_surface_goes_on_behind_what_is_nearer() -> None:
    left = NOTHING.clone()
    left[..., : SIDE // 2] = 1
    nearer, farther = light(0.9, left), light(0.1, 1 - left)
    # Where the frame shows the one and then the other, next to nothing of what is behind both is seen between them.
    for composite, parts in ((composite_front, [nearer, farther]), (composite_behind, [farther, nearer])):
        picture = drawn(composite(LAYERS, list(parts), NOTHING, None))
        assert picture[:, 3].min() > 0.95
        row = picture[0, 0, 12]
        assert row[0] > 0.85
        assert row[-1] < 0.15


def test_what_coarser_levels_drew_is_in_front_of_the_front_and_behind_the_ground() -> None:
    coarser = light(0.9, torch.full((1, 1, SIDE - 2 * REACH, SIDE - 2 * REACH), 0.5))
    part, half = light(0.1, torch.full_like(NOTHING, 0.5)), torch.full_like(NOTHING, 0.5)
    front = drawn(composite_front(LAYERS, [None, part], half, coarser.clone()))
    assert torch.allclose(front, light(0.5, torch.ones_like(front[:, :1])), atol=1e-5)
    ground = drawn(composite_behind(LAYERS, [None, part], half, coarser.clone()))
    assert torch.allclose(ground, 0.5 * light(0.1, front[:, 3:]) + 0.5 * coarser, atol=1e-5)
    assert composite_front(LAYERS, [None, None], NOTHING, None) is None
