"""What is gathered and blended in one pass, against tensors."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.vbr.halves import blend, gather
from focuspuller.core.vbr.prior import GUESS
from focuspuller.core.vbr.sight import Sight

SIZES = [(16, 16), (1, 1), (37, 51), (8, 130)]
SIGHTS = [Sight(prior, refines, 48.0) for prior in (True, False) for refines in (True, False)]


def scene(sight: Sight, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(0)
    guessed = GUESS * sight.prior + 3 * sight.refines
    return (
        torch.rand(2, 3, height, width, generator=draw),
        40 * torch.randn(2, 1, height, width, generator=draw),
        torch.rand(2, guessed, height, width, generator=draw),
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_compiled_and_in_tensors_are_the_same(sight: Sight, size: tuple[int, int]) -> None:
    given = scene(sight, *size)
    seen = gather(sight, *given)
    said = 30 * torch.randn(2, 4 * sight.said, *seen.shape[-2:], generator=torch.Generator().manual_seed(1))
    picture = blend(sight, said, seen)
    with torch.no_grad():
        assert torch.allclose(gather(sight, *given), seen, atol=1e-6)
        assert torch.allclose(blend(sight, said, seen), picture, atol=1e-5)
    assert seen.shape[1] == 4 * sight.channels
    assert all(side % 4 == 0 and side >= 8 for side in seen.shape[-2:])


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("sight", SIGHTS)
def test_a_picture_that_is_trusted_whole_comes_out_as_it_was(sight: Sight, graded: bool) -> None:
    frame, defocus, guesses = scene(sight, 22, 13)
    pictures = [frame, *(guesses[:, start : start + 3] for start in sight.guessed)]
    with torch.set_grad_enabled(graded):
        seen = gather(sight, frame, defocus, guesses)
        for number, picture in enumerate(pictures):
            said = torch.zeros(2, sight.said, 4, *seen.shape[-2:])
            said[:, 3 + number] = 200
            assert torch.allclose(blend(sight, said.flatten(1, 2), seen)[..., :22, :13], picture, atol=1e-5)
