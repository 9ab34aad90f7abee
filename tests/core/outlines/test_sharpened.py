import pytest
import torch
from focuspuller.core.outlines.sharpened import sharpened
from focuspuller.core.outlines.soft import beside, is_soft
from focuspuller.core.svb.corrupt import blurred
from torch import Tensor

SIZE = 96


def leaf() -> Tensor:
    """Edges in all directions, off the pixels' grid."""
    y, x = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    radius = 30 + 6 * torch.sin(3 * torch.atan2(y - 47.3, x - 48.2))
    return torch.where(torch.hypot(y - 47.3, x - 48.2) < radius, 0.7, 0.2)[None, None]


def error(picture: Tensor, truth: Tensor) -> float:
    """Mean, where surfaces meet, as a share of the step between them."""
    step = beside(truth, 2).step
    edge = step > 0.04
    return float(((picture - truth).abs() / step)[edge].mean())


def unblurred(given: Tensor) -> Tensor:
    return sharpened(given, is_soft(given))


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0])
def test_blur_is_undone(sigma: float) -> None:
    given = blurred(leaf(), sigma)
    sharp = unblurred(given)
    assert error(sharp, leaf()) < 0.35 * error(given, leaf())
    assert given.min() <= sharp.min() <= sharp.max() <= given.max()


@pytest.mark.parametrize("sigma", [1.0, 2.0])
def test_rounding_and_noise_are_not_blown_up(sigma: float) -> None:
    truth = leaf() + 0.001 * torch.arange(SIZE)
    given = blurred(truth, sigma)
    noise = 0.002 * torch.randn(given.shape, generator=torch.Generator().manual_seed(0))
    for spoilt in ((given * 255).round() / 255, given + noise):
        assert error(unblurred(spoilt), truth) < 0.5 * error(spoilt, truth)


def test_thin_things_end_where_they_ended() -> None:
    """Halfway up is not where: blurred, they do not get that far up."""
    truth = torch.full((1, 1, SIZE, SIZE), 0.2)
    truth[..., 20:80, 20:22] = truth[..., 20:80, 50:80] = 0.8
    given = blurred(truth, 1.5)
    sharp = unblurred(given)
    assert given[..., 30:70, 20:22].max() < 0.5
    assert given[..., 30:70, [18, 23]].min() > 0.28
    assert sharp[..., 30:70, 20:22].min() > 0.48
    assert sharp[..., 30:70, [18, 23]].max() < 0.22


def test_what_is_not_soft_stays_the_same_to_the_bit() -> None:
    given = blurred(leaf(), 2.0)
    soft = torch.zeros_like(given)
    assert torch.equal(sharpened(given, soft), given)
    soft[..., :48, :] = 1
    sharp = sharpened(given, soft)
    assert torch.equal(sharp[..., 48:, :], given[..., 48:, :])
    assert not torch.equal(sharp[..., :48, :], given[..., :48, :])


def test_where_too_little_tells_how_blurred_it_is_nothing_changes() -> None:
    given = blurred(0.001 * torch.arange(SIZE).expand(1, 1, SIZE, SIZE), 2.0)
    assert torch.equal(sharpened(given, torch.ones_like(given)), given)


@pytest.mark.parametrize("size", [(12, 15), (10, 40), (37, 41)])
def test_any_size_goes_through(size: tuple[int, int]) -> None:
    given = torch.rand(1, 1, *size, generator=torch.Generator().manual_seed(0))
    sharp = sharpened(given, torch.ones_like(given))
    assert sharp.shape == given.shape
    assert sharp.isfinite().all()
