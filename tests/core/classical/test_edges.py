"""Which defocus maps get firmer, and which must not change."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.classical.edges import (
    _on_surface,
    firm_edges,
    highest_beside,
    highest_beside_by_tensors,
    on_surface_by_tensors,
)
from torch.nn import functional


def test_surfaces_hard_edges_and_thin_things_stay_as_they_are() -> None:
    y, x = torch.meshgrid(torch.arange(60.0), torch.arange(80.0), indexing="ij")
    slanted = 0.2 * x - 0.1 * y
    stepped = torch.where(x < 40, 12.0, -7.5)
    stairs = torch.where(x < 30, 12.0, torch.where(x < 33, 4.0, -7.5))
    hair = torch.where(x == 40, 12.0, -7.5)
    for defocus in (torch.zeros(60, 80), slanted, stepped, stairs, hair):
        assert torch.equal(firm_edges(defocus[None, None])[0, 0], defocus)


def test_a_soft_edge_becomes_a_step_on_the_background_s_side() -> None:
    x = torch.arange(80.0).expand(1, 1, 60, 80)
    soft = 20 * ((42 - x) / 5).clamp(0, 1)
    firm = firm_edges(soft)
    assert ((soft > 1) & (soft < 19))[..., 0, :].sum() == 4
    assert not ((firm > 1) & (firm < 19)).any()
    # Half-way up lies between columns 39 and 40.
    assert (firm[..., :40] > 19).all()


def test_what_a_blur_did_to_an_edge_is_undone_but_for_a_pixel() -> None:
    x = torch.arange(80.0).expand(1, 1, 60, 80)
    hard = torch.where(x < 40, 9.0, -6.0)
    kernel = torch.exp(-0.5 * (torch.arange(-8.0, 9) / 2) ** 2)
    blurred = functional.conv2d(
        functional.pad(hard, (8, 8, 0, 0), mode="replicate"), (kernel / kernel.sum())[None, None, None]
    )
    assert ((blurred - hard).abs() > 1)[..., 0, :].sum() >= 6
    assert ((firm_edges(blurred) - hard).abs() > 1)[..., 0, :].sum() <= 2


def test_upside_down_and_back_to_front_are_firmed_alike() -> None:
    # Taller than the strips that it is taken in.
    defocus = (
        functional.interpolate(
            torch.randn(1, 1, 20, 12, generator=torch.Generator().manual_seed(1)), (121, 77), mode="bicubic"
        )
        * 12
    )
    firm = firm_edges(defocus)
    assert not torch.equal(firm, defocus)
    for turned in ((-1,), (-2,), (-2, -1)):
        assert torch.equal(firm_edges(defocus.flip(turned)).flip(turned), firm)


@pytest.mark.parametrize("size", [(7, 9), (1, 5), (4, 1)])
def test_highest_beside_is_a_maximum_over_nine(size: tuple[int, int]) -> None:
    picture = torch.randn(2, 1, *size, generator=torch.Generator().manual_seed(2))
    expected = functional.max_pool2d(picture, 3, stride=1, padding=1)
    assert torch.equal(highest_beside(picture), expected)
    assert torch.equal(highest_beside_by_tensors(picture), expected)


def meeting() -> torch.Tensor:
    """Three surfaces that meet in a point, none of them thin."""
    y, x = torch.meshgrid(torch.arange(60.0), torch.arange(80.0), indexing="ij")
    return torch.where(x < 40, torch.where(y < 30, 12.0, 4.0), -7.5)[None, None]


def test_a_surface_between_two_others_is_no_soft_edge() -> None:
    defocus = meeting()
    assert torch.equal(firm_edges(defocus), defocus)
    slanted = meeting() + 0.01 * torch.arange(80.0)
    assert torch.equal(firm_edges(slanted), slanted)


@pytest.mark.parametrize("size", [(7, 9), (1, 5), (4, 1), (30, 40)])
def test_a_gpu_s_way_to_find_surfaces_is_the_same(size: tuple[int, int]) -> None:
    radius = torch.randn(2, 1, *size, generator=torch.Generator().manual_seed(3)).mul(4).round()
    slope = torch.rand(2, 1, *size, generator=torch.Generator().manual_seed(4)) * 4
    assert torch.equal(on_surface_by_tensors(radius, slope), _on_surface(radius, slope))
