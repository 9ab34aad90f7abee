import pytest
import torch
from focuspuller.core.depth.motion import warped
from torch import Tensor
from torch.nn import functional


def test_beyond_the_picture_its_border_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with padding_mode="border", which PyTorch did without on Apple's GPUs for long."""
    random = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, 37, 53, generator=random)
    flow = 30 * torch.randn(1, 2, 37, 53, generator=random)
    x, y = flow[0, 0] + torch.arange(53), flow[0, 1] + torch.arange(37)[:, None]
    there = torch.stack([2 / 52 * x - 1, 2 / 36 * y - 1], dim=-1)[None]
    looked_up = functional.grid_sample
    wanted = looked_up(image, there, padding_mode="border", align_corners=True)

    def on_apples(image: Tensor, grid: Tensor, *, align_corners: bool) -> Tensor:
        return looked_up(image, grid, align_corners=align_corners)

    monkeypatch.setattr(functional, "grid_sample", on_apples)
    assert torch.allclose(warped(image, flow), wanted, atol=1e-4)
