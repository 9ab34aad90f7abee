import math

import pytest
import torch
from focuspuller.core.training.losses import LEAST, charbonnier, relation_loss, spatial_loss, video_loss, window_loss


def test_charbonnier_is_l1_far_from_zero_and_smooth_at_it() -> None:
    x = torch.tensor([-2.0, 0.0, 0.5], requires_grad=True)
    assert torch.equal(charbonnier(x, 0.0), x.abs())
    assert torch.allclose(charbonnier(x, 0.02), x.abs(), atol=0.02)
    torch.autograd.backward(charbonnier(x, 0.02).sum())
    assert x.grad is not None
    assert torch.allclose(x.grad, torch.tensor([-1.0, 0.0, 1.0]), atol=1e-3)


def test_a_constant_error_costs_itself_once_a_frame_and_nothing_in_time() -> None:
    truth = torch.rand(2, 4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    bokeh = truth + 0.1
    assert torch.allclose(spatial_loss(bokeh - truth, 0.0), torch.full((2, 4), 0.1), atol=1e-6)
    assert torch.allclose(relation_loss(bokeh - truth, 0.0), torch.zeros(2, 3), atol=1e-6)
    assert window_loss(bokeh, truth, 0.0).tolist() == pytest.approx([0.4, 0.4], abs=1e-5)


def test_flicker_costs_lambda_times_its_mean_step() -> None:
    truth = torch.zeros(1, 4, 3, 8, 8)
    flicker = torch.tensor([0.0, 0.1, 0.0, 0.1]).reshape(1, 4, 1, 1, 1).expand_as(truth)
    assert window_loss(flicker, truth, 0.0, 5.0).item() == pytest.approx(0.2 + 5 * 0.1, abs=1e-6)
    assert window_loss(flicker, truth, 0.0, 0.0).item() == pytest.approx(0.2, abs=1e-6)


def test_a_ramp_error_costs_its_slope_in_the_gradient_term() -> None:
    truth = torch.zeros(1, 2, 3, 8, 8)
    ramp = 0.01 * torch.arange(8.0).expand_as(truth)
    # Mean error 0.035; the slope is 0.01 along x and 0 along y, and the term is their mean.
    assert torch.allclose(spatial_loss(ramp - truth, 0.0), torch.full((1, 2), 0.035 + 0.005), atol=1e-6)


def test_windows_count_by_the_share_of_their_error() -> None:
    truth = torch.zeros(2, 4, 3, 8, 8)
    bokeh = torch.tensor([0.2, 0.002]).reshape(2, 1, 1, 1, 1).expand_as(truth)
    loss = video_loss(bokeh, truth, 0.0)
    for halved in range(2):
        better = bokeh.clone()
        better[halved] /= 2
        assert (loss - video_loss(better, truth, 0.0)).item() == pytest.approx(math.log(2) / 2, rel=0.01)
    assert video_loss(truth, truth, 0.0).item() == pytest.approx(math.log(LEAST))
