"""What is known to lie behind things shows where a lens sees past their edges, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from focuspuller.core.classical.hidden import Hidden, hidden_behind
from focuspuller.core.classical.layered import layered_parts
from focuspuller.core.classical.layers import PLANS
from focuspuller.core.classical.matte import Surfaces, matted
from focuspuller.core.classical.pyramid import halve
from torch import Tensor

from tests.core.classical.oracle import Array, Layer, cut_out, dead_leaves, pinhole, psnr, trace

SIZE, MARGIN = 96, 40


def pair(front: float, behind: float) -> list[Layer]:
    """A disc before a plane."""
    return [
        Layer(cut_out(dead_leaves(2, SIZE + 2 * MARGIN), (88, 82), 24), MARGIN, (front, 0, 0)),
        Layer(dead_leaves(3, SIZE + 2 * MARGIN), MARGIN, (behind, 0, 0)),
    ]


def given(scene: list[Layer], front: float, behind: float) -> tuple[Tensor, Tensor, Tensor]:
    """Of such a pair: frame, defocus, and all that is hidden."""
    frame, defocus = pinhole(scene, SIZE, SIZE)
    plane, _ = pinhole(scene[1:], SIZE, SIZE)
    covered = np.where(defocus == front, 1.0, 0.0)[..., None]
    known = np.concatenate([plane, np.full((SIZE, SIZE, 1), behind), covered], 2).astype(np.float32)
    sharp, radius, hidden = (
        torch.from_numpy(picture).permute(2, 0, 1) for picture in (frame, defocus[..., None], known)
    )
    return sharp, radius, hidden


def rendering(frame: Tensor, defocus: Tensor, hidden: Tensor | None) -> Array:
    picture = layered_parts(frame, defocus, quality="guess", hidden=hidden)[:3]
    return np.asarray(picture.permute(1, 2, 0).numpy())


@pytest.mark.parametrize(("front", "behind", "gain"), [(10, 0, 2.0), (8, -3, 1.0), (0, -9, 1.0), (-2, -12, 0.5)])
def test_edges_are_nearer_to_what_the_lens_sees(front: float, behind: float, gain: float) -> None:
    scene = pair(front, behind)
    frame, defocus, hidden = given(scene, front, behind)
    truth = trace(scene, SIZE, SIZE, points=150)
    y, x = np.ogrid[:SIZE, :SIZE]
    reach = max(abs(front), abs(behind))
    near_the_edge = np.abs(np.hypot(y - 48, x - 42) - 24) < reach
    with_it, without = (psnr(rendering(frame, defocus, h), truth, near_the_edge) for h in (hidden, None))
    assert with_it > without + gain


@pytest.mark.parametrize("radius", [-11.0, -4.4, -1.3, -0.6, 0.0])
def test_nothing_shines_through_what_is_in_focus_or_behind_it(radius: float) -> None:
    frame, hidden = torch.full((3, 48, 64), 0.1), torch.ones(5, 48, 64)
    for behind in (radius - 0.7, radius - 3, 2 * radius - 5, -40.0):
        hidden[3] = behind
        picture = rendering(frame, torch.full((1, 48, 64), radius), hidden)
        assert np.abs(picture - 0.1).max() < 0.03


@pytest.mark.parametrize("radius", [17.0, 6.1, 2.3, 1.1])
def test_nothing_shines_through_what_is_in_front_of_focus(radius: float) -> None:
    frame, hidden = torch.full((3, 48, 64), 0.1), torch.ones(5, 48, 64)
    for behind in (radius - 0.6, radius / 2, 0.0, -8.0):
        hidden[3] = behind
        picture = rendering(frame, torch.full((1, 48, 64), radius), hidden)
        assert np.abs(picture - 0.1).max() < 0.03


def test_to_know_nothing_changes_no_bit() -> None:
    frame, defocus, hidden = given(pair(7, -2), 7, -2)
    hidden[4] = 0
    np.testing.assert_array_equal(rendering(frame, defocus, hidden), rendering(frame, defocus, None))


def test_what_is_not_behind_is_left_out() -> None:
    light, radius = torch.ones(1, 4, 6, 8), torch.full((1, 1, 6, 8), -2.0)
    known = torch.ones(1, 5, 6, 8)
    for nearer in (-2.0, 0.0, 9.0):
        known[:, 3] = nearer
        assert hidden_behind(Surfaces(light, radius), known) is None


def some(height: int, width: int) -> Hidden:
    draw = torch.Generator().manual_seed(5)
    radius = 6 * torch.randn(1, 1, height, width, generator=draw)
    light = torch.cat([torch.rand(1, 3, height, width, generator=draw), torch.ones(1, 1, height, width)], 1)
    known = torch.rand(1, 5, height, width, generator=draw)
    known[:, 3] = -12
    hidden = hidden_behind(matted(light, radius, 3), known)
    assert hidden is not None
    return hidden


@pytest.mark.parametrize("size", [(12, 16), (7, 9), (13, 2)])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_halved_it_is_what_its_picture_is_halved(size: tuple[int, int], level: int) -> None:
    hidden, whole = some(*size), torch.zeros(1, 4, *size)
    hidden.add(whole, hidden.light)
    for _ in range(level):
        whole = halve(whole)
    small = hidden.halved(level, size, 0)
    made = torch.zeros_like(whole)
    small.add(made, small.light)
    assert torch.allclose(made, whole, atol=1e-6)


def test_beyond_the_picture_its_rim_goes_on() -> None:
    hidden, reach = some(9, 11).halved(0, (9, 11), 4), 4
    near = hidden.within(range(9), reach, 11)
    assert near is not None
    wide = torch.zeros(1, 4, 9 + 2 * reach, 11 + 2 * reach)
    near.add(wide, near.light)
    inner = wide[..., reach:-reach, reach:-reach]
    padded = torch.nn.functional.pad(inner, [reach] * 4, mode="replicate")
    assert torch.equal(wide, padded)


def test_all_of_it_is_in_layers_that_what_hides_it_leaves_open() -> None:
    at = tuple(torch.zeros(1, dtype=torch.long) for _ in range(3))
    for radius, hider in ((-12.0, -2.0), (-12.0, 8.0), (0.0, 8.0), (2.5, 11.0)):
        frame, row, column = at
        one = Hidden((frame, row, column), torch.ones(1, 4), torch.full((1, 1), radius), torch.full((1, 1), hider))
        plan = PLANS["guess"]
        total = one.sharp(plan)[:, 3]
        for level in range(4):
            for layer in plan.layers(level):
                total = total + sum(one.part(layer, front=front)[:, 3] for front in (True, False))
        assert torch.allclose(total, torch.ones(1), atol=1e-5)
