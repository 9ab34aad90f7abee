import itertools
import math

import pytest
import torch
from focuspuller.core.vbr.pyramid import coarse_scale, enlarge, rescale, scales


@pytest.mark.parametrize(
    ("max_defocus", "expected"), [(0.0, 1.0), (12.0, 1.0), (24.0, 1.0), (48.0, 0.5), (96.0, 0.25), (100.0, 0.24)]
)
def test_coarse_scale_is_equation_3(max_defocus: float, expected: float) -> None:
    assert coarse_scale(max_defocus, 24.0) == pytest.approx(expected)


@pytest.mark.parametrize("max_defocus", [1.0, 24.0, 24.001, 47.0, 48.0, 100.0, 1000.0, 1e6])
def test_scales_are_equation_4(max_defocus: float) -> None:
    schedule = scales(coarse_scale(max_defocus, 24.0))
    assert len(schedule) == 1 + max(0, math.ceil(math.log2(max_defocus / 24)))
    assert schedule[-1] == 1.0
    assert max_defocus * schedule[0] <= 24 * (1 + 1e-9)
    assert all(finer == min(1.0, 2 * coarser) for coarser, finer in itertools.pairwise(schedule))


def test_full_scale_passes_untouched() -> None:
    frames, defocus = torch.rand(1, 2, 3, 9, 7), torch.randn(1, 2, 1, 9, 7)
    same, radii = rescale(frames, defocus, 1.0)
    assert torch.equal(same, frames)
    assert torch.equal(radii, defocus)


@pytest.mark.parametrize(("height", "width", "scale"), [(64, 96, 0.5), (45, 33, 0.37), (16, 16, 0.01)])
def test_constants_keep_their_colour_and_defocus_shrinks_in_value(height: int, width: int, scale: float) -> None:
    frames, radii = rescale(torch.full((2, 3, height, width), 0.3), torch.full((2, 1, height, width), -8.0), scale)
    assert frames.shape[-2:] == radii.shape[-2:] == (max(1, round(height * scale)), max(1, round(width * scale)))
    assert torch.allclose(frames, torch.tensor(0.3), atol=1e-5)
    assert torch.allclose(radii, torch.tensor(-8.0 * scale), atol=1e-5)


def test_shrinking_keeps_a_highlights_energy_in_linear_light() -> None:
    frames = torch.zeros(1, 3, 64, 64)
    frames[..., 30, 31] = 1.0
    small, _ = rescale(frames, frames[:, :1], 0.25)
    assert (small**2.2).mean().item() == pytest.approx((frames**2.2).mean().item(), rel=1e-3)


def test_enlarge_fits_the_next_stage_and_keeps_a_ramp() -> None:
    ramp = torch.linspace(0, 1, 16).expand(1, 2, 3, 8, 16)
    large = enlarge(ramp, torch.empty(1, 2, 3, 17, 32))
    assert large.shape == (1, 2, 3, 17, 32)
    steps = large[..., 2:-2].diff(dim=-1)
    assert torch.allclose(steps, steps.mean(), atol=1e-5)
