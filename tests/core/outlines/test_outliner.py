import pytest
import torch
from focuspuller.core.outlines.outliner import START, Outliner
from focuspuller.core.outlines.soft import REACH, beside
from torch import Tensor


def listening(seed: int = 0) -> Outliner:
    """It has learned nothing, yet no weight is zero."""
    torch.manual_seed(seed)
    model = Outliner()
    for parameter in model.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    return model.eval().requires_grad_(False)


def pictures(height: int, width: int, count: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    """Frames, disparity, and where that is soft."""
    g = torch.Generator().manual_seed(0)
    frames, disparity, soft = (torch.rand(count, channels, height, width, generator=g) for channels in (3, 1, 1))
    return frames, disparity, soft


@pytest.mark.parametrize("size", [(40, 48), (37, 41), (12, 15)])
def test_any_size_goes_through(size: tuple[int, int]) -> None:
    share, around = listening()(*pictures(*size))
    assert share.shape[-2:] == around.low.shape[-2:] == size
    assert 0 <= share.min() <= share.max() <= 1


def test_before_it_learns_an_edge_gets_steeper_and_stays_where_it_is() -> None:
    frame, disparity, soft = pictures(40, 48)
    share, around = Outliner()(frame, disparity, soft)
    assert torch.allclose(share, torch.sigmoid(START * (around.share(disparity) - 0.5)), atol=1e-6)
    assert all(torch.equal(*same) for same in zip(around, beside(disparity, REACH), strict=True))


def test_how_near_all_of_it_is_makes_no_difference() -> None:
    frame, disparity, soft = pictures(40, 48)
    model = listening()
    assert torch.allclose(model(frame, disparity / 2, soft)[0], model(frame, disparity / 2 + 0.3, soft)[0], atol=1e-4)


def test_pictures_of_a_batch_do_not_know_each_other() -> None:
    given = pictures(40, 48, count=3)
    model = listening()
    whole, _ = model(*given)
    for n in range(3):
        alone, _ = model(*(picture[n : n + 1] for picture in given))
        assert torch.allclose(alone[0], whole[n], atol=1e-5)
