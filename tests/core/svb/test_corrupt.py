from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from focuspuller.core.svb.corrupt import Corruption, augment, blurred, corrupt, grown, warped
from torch import Tensor


@pytest.fixture
def disparity() -> Tensor:
    """A near square before a far ramp, the same in 6 frames."""
    maps = torch.linspace(0.1, 0.3, 96).repeat(6, 1, 96, 1)
    maps[:, :, 30:60, 40:70] = 0.8
    return maps


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_none_is_the_identity(disparity: Tensor) -> None:
    assert torch.equal(corrupt(disparity, Corruption.NONE, generator()), disparity)


@pytest.mark.parametrize("level", [Corruption.I, Corruption.II, Corruption.III, Corruption.IV])
def test_levels_are_repeatable_stay_in_range_and_leave_their_input_alone(disparity: Tensor, level: Corruption) -> None:
    before = disparity.clone()
    first, second = (corrupt(disparity, level, generator(4)) for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(disparity, before)
    assert first.shape == disparity.shape
    assert first.min() >= 0
    assert first.max() <= 1
    assert not torch.equal(first, corrupt(disparity, level, generator(5)))


def test_each_level_errs_more_than_the_one_before(disparity: Tensor) -> None:
    errors = [
        np.mean([float((corrupt(disparity, level, generator(s)) - disparity).abs().mean()) for s in range(8)])
        for level in Corruption
    ]
    assert errors[0] == 0
    assert all(later > 1.1 * earlier for earlier, later in pairwise(errors))


def test_up_to_level_two_a_still_clip_stays_still_and_then_it_flickers(disparity: Tensor) -> None:
    for level in (Corruption.I, Corruption.II):
        assert float(corrupt(disparity, level, generator()).diff(dim=0).abs().max()) < 1e-6
    for level in (Corruption.III, Corruption.IV):
        assert float(corrupt(disparity, level, generator()).diff(dim=0).abs().max()) > 0.01


def test_the_scale_shift_is_one_factor_a_frame_within_a_tenth(disparity: Tensor) -> None:
    ratios = []
    for seed in range(10):
        third, fourth = (corrupt(disparity, level, generator(seed)) for level in (Corruption.III, Corruption.IV))
        ratio = (fourth / third).flatten(1)
        assert float((ratio.amax(1) - ratio.amin(1)).max()) < 1e-5
        ratios.extend(ratio.mean(1).tolist())
    assert min(ratios) >= 0.9 - 1e-5
    assert max(ratios) <= 1.1 + 1e-5
    assert max(ratios) - min(ratios) > 0.15


def test_blur_keeps_the_mean_and_flat_borders(disparity: Tensor) -> None:
    assert torch.allclose(blurred(torch.full((2, 1, 40, 40), 0.7), 3.0), torch.tensor(0.7), atol=1e-6)
    point = torch.zeros(1, 1, 41, 41)
    point[..., 20, 20] = 1
    spread = blurred(point, 2.0)[0, 0]
    x = torch.arange(41.0) - 20
    assert float(spread.sum()) == pytest.approx(1, abs=1e-5)
    assert float((spread.sum(0) * x**2).sum()) == pytest.approx(4.0, rel=0.05)


def test_dilation_grows_what_is_near_and_erosion_shrinks_it(disparity: Tensor) -> None:
    near = (disparity > 0.5)[0].sum()
    assert int(near) == 30 * 30
    assert int((grown(disparity, 2) > 0.5)[0].sum()) == 34 * 34
    assert int((grown(disparity, -3) > 0.5)[0].sum()) == 24 * 24


def test_warping_moves_by_about_its_deviation_and_keeps_constants() -> None:
    ramp = torch.arange(96.0).repeat(40, 1, 96, 1)
    moved = (warped(ramp, 2.0, generator()) - ramp)[..., 12:-12, 12:-12]
    assert 0.8 < float(moved.std()) < 2.6
    flat = torch.full((2, 1, 50, 60), 0.4)
    assert torch.allclose(warped(flat, 3.0, generator()), flat, atol=1e-6)


def test_augmentation_sometimes_spares_and_sometimes_spoils(disparity: Tensor) -> None:
    errors = [float((augment(disparity, generator(seed)) - disparity).abs().max()) for seed in range(60)]
    assert any(error == 0 for error in errors)
    assert np.mean([error > 0.1 for error in errors]) > 0.5
    assert all(np.isfinite(errors))
