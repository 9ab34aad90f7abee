"""Layers in the room that nearer ones leave."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.composite import (
    Disc,
    composite_behind,
    composite_front,
    place_by_tensors,
    place_compiled,
)

SHAPE = (2, 1, 6, 9)


def layer(cover: float, colour: float) -> Disc:
    whole = torch.full(SHAPE, cover)
    return torch.cat([(colour * whole).expand(-1, 3, -1, -1), whole], 1), whole


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("closes", [True, False])
def test_a_layer_is_placed_alike_in_one_pass(closes: bool, others: bool) -> None:
    draw = torch.Generator().manual_seed(0)
    light, out = torch.rand(2, 2, 4, 6, 9, generator=draw)
    shown, hole, taken = torch.rand(3, *SHAPE, generator=draw)
    placed = []
    for place in (place_by_tensors, place_compiled):
        parts = taken.clone(), out.clone()
        place(light, shown if closes else None, hole, *parts, others)
        placed.append(torch.cat(parts, 1))
    assert torch.allclose(placed[0], placed[1], atol=1e-6)


def test_behind_focus_the_less_blurred_hides_the_more_blurred() -> None:
    sides = composite_behind([layer(1, 0.9), None, layer(0.75, 0.1)], None)
    assert sides is not None
    nearest, others = sides[:, :4], sides[:, 4:]
    assert torch.allclose(nearest, layer(0.75, 0.1)[0])
    assert torch.allclose(others, layer(0.25, 0.9)[0])


def test_a_hole_is_closed_by_what_the_frame_shows_there() -> None:
    light, shown = layer(0.5, 0.4)
    sides = composite_behind([(light, 2 * shown)], None)
    assert sides is not None
    assert torch.allclose(sides[:, :4], layer(1, 0.4)[0])
    open_ = composite_behind([(light, 0 * shown)], None)
    assert open_ is not None
    assert torch.allclose(open_[:, :4], light)


def test_coverage_that_is_taken_leaves_the_others_no_room() -> None:
    sides = composite_behind([layer(1, 0.9), None], None, torch.ones(SHAPE))
    assert sides is not None
    assert not sides.any()
    assert composite_behind([None, None], None) is None


def test_in_front_of_focus_the_more_blurred_hides_the_less_blurred() -> None:
    front = composite_front([layer(0.75, 0.1), None, layer(1, 0.9)], None)
    assert front is not None
    assert torch.allclose(front, layer(0.75, 0.1)[0] + layer(0.25, 0.9)[0])
