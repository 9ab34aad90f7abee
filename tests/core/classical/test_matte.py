"""Edge pixels parted, held against edges whose course and colours are known."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
import pytest
import torch
from focuspuller.core.classical.layered import layered
from focuspuller.core.classical.matte import Surfaces, matted

from tests.core.classical.oracle import GAMMA, Array, away_from_border, psnr, rendered

FRONT, BEHIND = torch.tensor([0.8, 0.1, 0.05]), torch.tensor([0.02, 0.1, 0.4])


def light_of(linear: torch.Tensor) -> torch.Tensor:
    return torch.cat([linear, torch.ones_like(linear[:, :1])], 1)


def disc(size: int, radius: float, centre: tuple[float, float]) -> torch.Tensor:
    """Share (1, 1, H, W) of each pixel that a disc covers."""
    fine = 16
    y, x = (torch.arange(size * fine) + 0.5).div(fine).sub(0.5).expand(2, -1)
    inside = ((y[:, None] - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2).float()
    share: torch.Tensor = inside.reshape(size, fine, size, fine).mean((1, 3))
    return share[None, None]


def mixed(share: torch.Tensor) -> torch.Tensor:
    return share * FRONT.view(1, 3, 1, 1) + (1 - share) * BEHIND.view(1, 3, 1, 1)


def parts(surfaces: Surfaces) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    assert surfaces.second is not None
    second, radius = torch.zeros_like(surfaces.light), torch.zeros_like(surfaces.radius)
    surfaces.second.add(second, surfaces.second.light)
    surfaces.second.add(radius, surfaces.second.radius)
    return surfaces.light, surfaces.radius, second, radius


def random_scene(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    linear = torch.rand(2, 3, 23, 31, generator=draw)
    radius = torch.randn(2, 1, 23, 31, generator=draw).mul(3).round()
    return linear, radius


def test_plain_surfaces_are_told_apart() -> None:
    share = disc(40, 12.3, (19.4, 20.1))
    radius = torch.where(share >= 0.5, 7.0, -3.0)
    light, own, second, other = parts(matted(light_of(mixed(share)), radius))
    covered = torch.where(own > other, light[:, 3:], second[:, 3:])
    rim = second[:, 3:] > 0
    assert rim.any()
    # Colours are asked of pixels that may be mixed themselves, so not quite.
    assert (covered - share)[rim].abs().max() <= 0.17
    assert (covered - share)[rim].abs().mean() <= 0.05
    for got, radii in ((light, own), (second, other)):
        there = rim & (got[:, 3:] > 0.3)
        wanted = torch.where(radii > 0, FRONT.view(1, 3, 1, 1), BEHIND.view(1, 3, 1, 1))
        assert ((got[:, :3] / got[:, 3:].clamp(min=0.1) - wanted).abs() * there).max() <= 0.17


@pytest.mark.parametrize("seed", range(3))
def test_both_surfaces_together_are_the_pixel(seed: int) -> None:
    linear, radius = random_scene(seed)
    light, own, second, other = parts(matted(light_of(linear), radius))
    assert torch.equal(own, radius)
    assert (light[:, 3:] + second[:, 3:] - 1).abs().max() <= 1e-6
    assert light.min() >= 0
    assert second.min() >= 0
    # Colours end at black and white, so that a pixel which no mixture gives is nearly met.
    plain = 0.3 + 0.2 * linear
    light, own, second, other = parts(matted(light_of(plain), radius))
    assert (light[:, :3] + second[:, :3] - plain).abs().max() <= 1e-5
    rim = second[:, 3:] > 0
    assert (own - other)[rim].abs().min() > 0.5
    # What a pixel is told to be, it is for the most part.
    assert light[:, 3:].min() >= second[:, 3:].max() - 0.36


def test_away_from_edges_nothing_is_parted() -> None:
    linear = torch.rand(1, 3, 30, 30, generator=torch.Generator().manual_seed(4))
    slope = torch.linspace(-5, 5, 30).expand(1, 1, 30, 30)
    assert matted(light_of(linear), slope * 0.7).second is None
    step = torch.where(torch.arange(30) < 15, 2.0, -2.0).expand(1, 1, 30, 30)
    light, _, second, _ = parts(matted(light_of(linear), step))
    columns = second[0, 3].amax(0).nonzero()[:, 0]
    assert columns.min() >= 14
    assert columns.max() <= 15
    assert torch.equal(light[..., :14], light_of(linear)[..., :14])


def test_a_sharp_rim_keeps_nothing_of_a_blurred_ground() -> None:
    """A white disc in focus on a ground of stripes: where it covers half a pixel, half a sharp stripe would be left."""
    share = disc(64, 17.7, (31.2, 31.7))
    stripes = (torch.arange(64) % 4 < 2).float().expand(1, 3, 64, 64)
    frame = share * 0.7 + (1 - share) * stripes
    radius = torch.where(share >= 0.5, 0.0, -8.0)
    truth = share * 0.7 + (1 - share) * 0.5

    def of(picture: torch.Tensor) -> Array:
        return np.asarray((picture[0].permute(1, 2, 0) ** (1 / GAMMA)).numpy(), np.float32)

    defocus = radius[0, 0].numpy()
    rim = ((share > 0) & (share < 1))[0, 0].numpy() & away_from_border(defocus)
    qualities: tuple[Literal["draft", "final"], ...] = ("draft", "final")
    pictures = [rendered(partial(layered, quality=quality), of(frame), defocus) for quality in qualities]
    draft, final = (psnr(picture, of(truth), rim) for picture in pictures)
    assert final >= draft + 1
