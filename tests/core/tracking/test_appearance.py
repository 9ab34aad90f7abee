"""One product tells how alike two places look."""

import torch
from focuspuller.core.tracking.appearance import appearance


def flat(red: float, green: float, blue: float) -> torch.Tensor:
    return torch.tensor([red, green, blue])[:, None, None].expand(3, 6, 6)


def alike(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((appearance(a) * appearance(b)).sum(0).mean())


def test_the_same_is_1_and_more_alike_is_more() -> None:
    skin = flat(0.8, 0.6, 0.5)
    assert abs(alike(skin, skin) - 1) < 1e-5
    assert alike(skin, flat(0.78, 0.6, 0.5)) > alike(skin, flat(0.7, 0.6, 0.6)) > alike(skin, flat(0.1, 0.5, 0.9))


def test_edges_tell_surfaces_of_one_colour_apart_whichever_way_round_they_are() -> None:
    stripes = (torch.arange(12) // 2 % 2).float() * 0.5 + 0.25
    upright = stripes.expand(3, 12, 12)
    across = stripes[:, None].expand(3, 12, 12)
    assert alike(upright, upright) > alike(upright, across) + 0.1
    assert abs(alike(upright, 1 - upright) - alike(upright, upright)) < 0.35
