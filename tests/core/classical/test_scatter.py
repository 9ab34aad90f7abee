"""The scatter reference, held against a brute-force lens, and its two ways of drawing against each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from focuspuller.core.classical.scatter import FIXED_POINT, scatter, spread_by_loops, spread_by_tensors

from tests.core.classical.oracle import (
    GAMMA,
    Layer,
    away_from_border,
    away_from_edges,
    cut_out,
    dead_leaves,
    pinhole,
    psnr,
    rendered,
    trace,
)


def random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (16, 16), (33, 47)])
def test_constant_picture_stays_constant(size: tuple[int, int]) -> None:
    frame = torch.tensor([0.37, 0.9, 0.01])[:, None, None].expand(3, *size)
    for defocus in (0.4, -0.4, 5.0, -5.0, 70.0, -3000.0):
        assert (scatter(frame, torch.full((1, *size), defocus)) - frame).abs().max() <= 1e-4
    assert (scatter(frame, (random(0, 1, *size) - 0.5) * 40) - frame).abs().max() <= 1e-4


def test_zero_defocus_is_the_identity() -> None:
    frame = random(0, 3, 61, 83)
    assert (scatter(frame, torch.zeros(1, 61, 83)) - frame).abs().max() <= 1e-6


@pytest.mark.parametrize(("radius", "least"), [(0.7, 38), (-2.3, 45), (6.0, 50), (-15.0, 50)])
def test_a_blurred_plane_is_what_the_lens_sees(radius: float, least: float) -> None:
    margin, size = 18, 72
    scene = [Layer(dead_leaves(1, size + 2 * margin), margin, (radius, 0, 0))]
    frame, defocus = pinhole(scene, size, size)
    assert psnr(rendered(scatter, frame, defocus), trace(scene, size, size), away_from_edges(defocus)) >= least


@pytest.mark.parametrize(("front", "behind", "overall"), [(0, -9, 32), (10, 0, 27)], ids=["sharp", "before"])
def test_occlusion_is_what_the_lens_sees(front: float, behind: float, overall: float) -> None:
    size, margin = 72, 16
    scene = [
        Layer(cut_out(dead_leaves(2, size + 2 * margin), (50, 46), 18), margin, (front, 0, 0)),
        Layer(dead_leaves(3, size + 2 * margin), margin, (behind, 0, 0)),
    ]
    frame, defocus = pinhole(scene, size, size)
    picture, traced = rendered(scatter, frame, defocus), trace(scene, size, size)
    assert psnr(picture, traced, away_from_edges(defocus)) >= 38
    assert psnr(picture, traced, away_from_border(defocus)) >= overall


def test_light_is_conserved() -> None:
    frame = random(1, 3, 40, 56)
    blurred = scatter(frame, torch.full((1, 40, 56), -9.3))
    assert torch.allclose(blurred.pow(GAMMA).sum((1, 2)), frame.pow(GAMMA).sum((1, 2)), rtol=1e-5)


def test_loops_and_tensors_draw_the_same_discs_to_the_last_bit() -> None:
    light, radius = random(2, 2, 5, 20, 31).double(), random(3, 2, 1, 20, 31).double() * 9
    radius[0, 0, :5] = 0
    light[1, :, 7:9] = 0
    drawn = spread_by_tensors(light, radius, 10)
    for i in range(2):
        pixels = light[i].permute(1, 2, 0).contiguous().numpy()
        assert np.array_equal(spread_by_loops(pixels, radius[i, 0].numpy(), 10), drawn[i])
    assert torch.allclose(drawn.sum((2, 3)).double() / FIXED_POINT, light.sum((2, 3)))


def test_a_frame_is_the_same_in_any_batch() -> None:
    frames, defocus = random(4, 2, 2, 3, 30, 41), (random(5, 2, 2, 1, 30, 41) - 0.5) * 24
    whole = scatter(frames, defocus)
    assert whole.shape == frames.shape
    for index in np.ndindex(2, 2):
        assert torch.equal(whole[index], scatter(frames[index], defocus[index]))
