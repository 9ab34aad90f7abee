import numpy as np
import pytest
import torch
from focuspuller.core.outlines.soft import REACH, beside, highest, is_soft, lowest
from focuspuller.core.svb.corrupt import blurred
from torch import Tensor

SIZE = 64


def disc(low: float = 0.2, high: float = 0.7, radius: float = 26) -> Tensor:
    y, x = torch.meshgrid(torch.arange(SIZE) - 31.5, torch.arange(SIZE) - 31.5, indexing="ij")
    return torch.where(y.square() + x.square() < radius**2, high, low)[None, None]


def plane(slope: float) -> Tensor:
    return (0.1 + slope * torch.arange(SIZE, dtype=torch.float32)).expand(1, 1, SIZE, SIZE).contiguous()


@pytest.mark.parametrize("reach", [1, 4, REACH])
def test_highest_and_lowest_are_those_of_all_pixels_within_reach(reach: int) -> None:
    picture = torch.rand(1, 1, 30, 40, generator=torch.Generator().manual_seed(0))
    for y, x in ((0, 0), (3, 39), (15, 20), (29, 1)):
        near = picture[..., max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
        assert highest(picture, reach)[0, 0, y, x] == near.max()
        assert lowest(picture, reach)[0, 0, y, x] == near.min()


def test_share_says_how_far_up_a_pixel_lies() -> None:
    disparity = torch.rand(2, 1, 30, 40, generator=torch.Generator().manual_seed(0))
    around = beside(disparity, 4)
    share = around.share(disparity)
    assert torch.allclose(around.low + share * around.step, disparity, atol=1e-6)
    assert share.min() == 0
    assert share.max() <= 1
    assert around.share(disparity + 2).min() == 1
    plane = torch.full((1, 1, 8, 8), 0.3)
    flat = beside(plane, 4)
    assert not flat.step.any()
    assert not flat.share(plane).any()


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0])
def test_blurred_edges_are_soft_and_what_is_far_from_them_is_not(sigma: float) -> None:
    soft = is_soft(blurred(disc(), sigma))
    on_edge = beside(disc(), 2).step > 0
    assert soft[on_edge].min() == 1
    assert soft[..., 30:34, 30:34].max() == 0


def test_hard_edges_are_not_soft_however_thin_things_are() -> None:
    stripes = torch.tensor(np.where(np.arange(SIZE) % 6 < 2, 0.8, 0.3), dtype=torch.float32)
    for hard in (disc(), stripes.expand(1, 1, SIZE, SIZE), disc() + disc(0, 0.2, 9)):
        assert not is_soft(hard).any()


@pytest.mark.parametrize("slope", [0.0, 1e-3, 5e-3])
def test_tilted_surfaces_are_not_soft_beside_hard_edges_either(slope: float) -> None:
    assert not is_soft(plane(slope)).any()
    assert not is_soft(plane(slope) + disc(0, 0.4)).any()


@pytest.mark.parametrize("slopes", [(2.5e-3, 0.0), (2e-3, 2e-3), (6e-3, 1e-3)])
def test_eight_bits_make_no_edges_of_a_tilted_surface(slopes: tuple[float, float]) -> None:
    tilted = plane(slopes[0]) + plane(slopes[1]).transpose(-1, -2)
    assert not is_soft((tilted * 255).round() / 255).any()


def test_nor_does_a_little_noise() -> None:
    noise = 1e-3 * torch.randn(1, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    for disparity in (plane(1e-3), disc()):
        assert is_soft(disparity + noise).mean() < 0.01


def test_a_picture_too_small_to_tell_has_none() -> None:
    assert not is_soft(torch.rand(1, 1, REACH, 40)).any()


def test_surfaces_that_are_one_are_not_parted() -> None:
    assert not is_soft(blurred(disc(0.2, 0.209, 15), 2.0)).any()
