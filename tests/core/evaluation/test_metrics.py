import math

import numpy as np
import pytest
import torch
from focuspuller.core.evaluation.metrics import (
    EDGE,
    consistency,
    occlusion_boundaries,
    psnr,
    ssim,
    ssim_map,
)
from torch import Tensor


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_psnr_of_a_constant_error() -> None:
    truth = torch.full((2, 3, 4, 5), 0.5)
    assert psnr(truth + 0.1, truth).item() == pytest.approx(20, abs=1e-4)
    assert psnr(truth + 0.01, truth).item() == pytest.approx(40, abs=1e-3)


def test_psnr_pools_over_frames_and_a_perfect_frame_does_not_make_it_infinite() -> None:
    truth = torch.zeros(2, 3, 4, 4)
    bokeh = truth.clone()
    bokeh[0] = 0.1
    assert psnr(bokeh, truth).item() == pytest.approx(-10 * math.log10(0.01 / 2), abs=1e-4)
    assert psnr(truth, truth).item() == pytest.approx(100)


def test_psnr_under_a_mask_sees_nothing_else() -> None:
    truth = torch.zeros(1, 3, 4, 4)
    bokeh = truth.clone()
    bokeh[..., :2] = 0.1
    bokeh[..., 3:] = 1.0
    mask = torch.zeros(1, 1, 4, 4, dtype=torch.bool)
    mask[..., :2] = True
    assert psnr(bokeh, truth, mask).item() == pytest.approx(20, abs=1e-4)
    assert psnr(bokeh, truth, mask & False).isnan()


def test_ssim_of_identity_and_of_constants() -> None:
    video = noise(2, 3, 16, 20)
    assert ssim(video, video).item() == pytest.approx(1)
    a, b = torch.full((1, 3, 12, 12), 0.2), torch.full((1, 3, 12, 12), 0.6)
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)
    assert ssim(a, b).item() == pytest.approx(expected, rel=5e-5)


def test_ssim_equals_the_formula_written_out_at_every_place() -> None:
    a, b = noise(3, 14, 13, seed=1), noise(3, 14, 13, seed=2)
    ramp = np.exp(-0.5 * ((np.arange(11) - 5) / 1.5) ** 2)
    weights = np.outer(ramp, ramp) / np.outer(ramp, ramp).sum()
    found = ssim_map(a, b)
    assert found.shape == (3, 4, 3)
    for channel, y, x in np.ndindex(3, 4, 3):
        p = a[channel, y : y + 11, x : x + 11].double().numpy()
        q = b[channel, y : y + 11, x : x + 11].double().numpy()
        mp, mq = (weights * p).sum(), (weights * q).sum()
        vp, vq = (weights * (p - mp) ** 2).sum(), (weights * (q - mq) ** 2).sum()
        cov = (weights * (p - mp) * (q - mq)).sum()
        expected = (2 * mp * mq + 1e-4) * (2 * cov + 9e-4) / ((mp**2 + mq**2 + 1e-4) * (vp + vq + 9e-4))
        assert found[channel, y, x].item() == pytest.approx(expected, abs=1e-5)


def test_ssim_under_a_mask_reads_the_windows_centred_there() -> None:
    a, b = noise(1, 3, 13, 13, seed=1), noise(1, 3, 13, 13, seed=2)
    mask = torch.zeros(1, 1, 13, 13, dtype=torch.bool)
    mask[0, 0, 5, 7] = True
    assert ssim(a, b, mask).item() == pytest.approx(ssim_map(a[0], b[0])[:, 0, 2].mean().item())
    rim = torch.zeros_like(mask)
    rim[..., :5] = True
    assert ssim(a, b, rim).isnan()


def test_consistency_ignores_a_steady_error_and_counts_flicker_in_per_cent() -> None:
    truth = noise(4, 3, 8, 8)
    assert consistency(truth + 0.1, truth).item() == pytest.approx(0, abs=1e-5)
    flicker = torch.tensor([0.0, 0.1, 0.0, 0.1]).view(-1, 1, 1, 1)
    assert consistency(truth + flicker, truth).item() == pytest.approx(10, abs=1e-4)


def brute_force(disparity: np.ndarray, defocus: np.ndarray) -> np.ndarray:
    """The definition, pixel by pixel, for one frame."""
    height, width = disparity.shape
    mask = np.zeros((height, width), bool)
    ys, xs = np.mgrid[:height, :width]
    for y, x in np.ndindex(height, width):
        for ny, nx in ((y, x + 1), (y + 1, x)):
            if ny < height and nx < width and abs(disparity[y, x] - disparity[ny, nx]) > EDGE:
                radius = max(abs(defocus[y, x]), abs(defocus[ny, nx]))
                for py, px in ((y, x), (ny, nx)):
                    mask |= (ys - py) ** 2 + (xs - px) ** 2 <= radius**2
    return mask


@pytest.mark.parametrize("blur", [0.0, 1.0, 7.3, 60.0])
def test_occlusion_boundaries_equal_brute_force(blur: float) -> None:
    g = torch.Generator().manual_seed(3)
    disparity = torch.zeros(2, 1, 17, 23)
    for frame in disparity[:, 0]:
        for depth in (0.3, 0.35, 0.9):
            top, left = torch.randint(0, 15, (2,), generator=g).tolist()
            frame[top : top + 3, left : left + 4] = depth
    defocus = blur * (disparity - 0.33)
    found = occlusion_boundaries(disparity, defocus)
    expected = [brute_force(d, s) for d, s in zip(disparity[:, 0].numpy(), defocus[:, 0].numpy(), strict=True)]
    assert found.shape == disparity.shape
    assert np.array_equal(found[:, 0].numpy(), np.stack(expected))
    assert 0 < found.float().mean() < 1 or blur == 60


def test_a_straight_edge_spreads_by_the_larger_radius_to_both_sides() -> None:
    disparity = torch.zeros(1, 1, 9, 40)
    disparity[..., 20:] = 1
    mask = occlusion_boundaries(disparity, 5.5 * (disparity - 0))
    assert mask[0, 0, 4].nonzero().flatten().tolist() == list(range(19 - 5, 20 + 5 + 1))
    assert torch.equal(mask, occlusion_boundaries(disparity, 5.5 * (disparity - 1)))


def test_a_slope_is_no_boundary() -> None:
    slope = torch.linspace(0, 1, 200).expand(1, 1, 12, 200)
    assert not occlusion_boundaries(slope, 30 * slope).any()
