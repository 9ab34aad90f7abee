"""What training minimises: Eq 7-9."""

from __future__ import annotations

from torch import Tensor

TEMPORAL_WEIGHT = 5.0
"""lambda of Eq 9."""

LEAST = 4e-5
"""A window's loss that is as good as none: about 60 dB."""


def charbonnier(difference: Tensor, epsilon: float) -> Tensor:
    """sqrt(x² + epsilon²) - epsilon: L1 for errors beyond epsilon, smooth for those below; epsilon 0 is L1."""
    if epsilon == 0:
        return difference.abs()
    return (difference.square() + epsilon**2).sqrt() - epsilon


def spatial_loss(error: Tensor, epsilon: float) -> Tensor:
    """Eq 7 for every frame's error (B, T, 3, H, W): (B, T)."""
    values = charbonnier(error, epsilon).mean((2, 3, 4))
    gradients = sum(charbonnier(error.diff(dim=dim), epsilon).mean((2, 3, 4)) for dim in (-1, -2))
    return values + gradients / 2


def relation_loss(error: Tensor, epsilon: float) -> Tensor:
    """Eq 8 for every pair of consecutive frames' errors (B, T, 3, H, W): (B, T - 1)."""
    return charbonnier(error.diff(dim=1), epsilon).mean((2, 3, 4))


def window_loss(bokeh: Tensor, truth: Tensor, epsilon: float, temporal_weight: float = TEMPORAL_WEIGHT) -> Tensor:
    """Eq 9: a window's spatial losses, and lambda times the mean of the relations between its frames: (B,).

    Args:
        bokeh, truth: (B, T, 3, H, W), T ≥ 2.
    """
    error = bokeh - truth
    return spatial_loss(error, epsilon).sum(1) + temporal_weight * relation_loss(error, epsilon).mean(1)


def video_loss(bokeh: Tensor, truth: Tensor, epsilon: float, temporal_weight: float = TEMPORAL_WEIGHT) -> Tensor:
    """Eq 9's logarithm, averaged over the windows: a window counts by the share of its error that is mended.

    Summed as they are, a few windows whose error nobody can mend, for what they need is nowhere to be seen, drown all
    those where a hundredth of it makes the difference. PSNR, too, is a logarithm.
    """
    return (window_loss(bokeh, truth, epsilon, temporal_weight) + LEAST).log().mean()
