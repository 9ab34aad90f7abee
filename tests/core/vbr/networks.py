"""Small networks and clips that the tests of the renderer share."""

import torch
from focuspuller.core.vbr.configuration import Configuration
from focuspuller.core.vbr.fusion import Fusion
from focuspuller.core.vbr.model import VBR
from torch import Tensor


def guess(frames: Tensor, defocus: Tensor, hidden: Tensor | None = None) -> Tensor:
    """Stands in for the classical rendering: cheap, and different from the frame."""
    rendering = 0.9 * frames.flip(-3) + 0.001 * defocus
    return torch.cat([rendering, rendering.flip(-3), frames.flip(-3), (defocus > 0).float()], dim=-3)


def network(prior: bool = True, fusion: Fusion = Fusion.DEFORMABLE, seed: int = 0, channels: int = 8) -> VBR:
    """A network that has learned nothing, yet listens to everything: no weight is zero."""
    torch.manual_seed(seed)
    configuration = Configuration(prior=prior, fusion=fusion, channels=channels, deep_channels=2 * channels)
    model = VBR(configuration, guess)
    for parameter in model.parameters():
        parameter.data += 0.01 * torch.randn_like(parameter)
    return model.eval().requires_grad_(False)


def clip(length: int, height: int, width: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Frames (length, 3, H, W) and defocus (length, 1, H, W) of up to about 30 px."""
    g = torch.Generator().manual_seed(seed)
    frames = torch.rand(length, 3, height, width, generator=g)
    return frames, 10 * torch.randn(length, 1, height, width, generator=g)
