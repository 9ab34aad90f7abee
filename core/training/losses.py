"""What training minimises: Eq 7-9."""

from __future__ import annotations

from torch import Tensor

TEMPORAL_WEIGHT = 5.0
"""lambda of Eq 9."""


def charbonnier(difference: Tensor, epsilon: float) -> Tensor:
    """sqrt(x² + epsilon²) - epsilon: L1 for errors beyond epsilon, smooth for those below; epsilon 0 is L1."""
    if epsilon == 0:
        return difference.abs()
    return (difference.square() + epsilon**2).sqrt() - epsilon


def spatial_loss(bokeh: Tensor, truth: Tensor, epsilon: float) -> Tensor:
    """Eq 7 for every frame of (B, T, 3, H, W), averaged over the batch: (T,)."""
    values = charbonnier(bokeh - truth, epsilon).mean((0, 2, 3, 4))
    gradients = sum(charbonnier((bokeh - truth).diff(dim=dim), epsilon).mean((0, 2, 3, 4)) for dim in (-1, -2))
    return values + gradients / 2


def relation_loss(bokeh: Tensor, truth: Tensor, epsilon: float) -> Tensor:
    """Eq 8 for every pair of consecutive frames of (B, T, 3, H, W), averaged over the batch: (T - 1,)."""
    return charbonnier((bokeh - truth).diff(dim=1), epsilon).mean((0, 2, 3, 4))


def video_loss(bokeh: Tensor, truth: Tensor, epsilon: float, temporal_weight: float = TEMPORAL_WEIGHT) -> Tensor:
    """Eq 9: the frames' spatial losses, and lambda times the mean of the relations between them.

    Args:
        bokeh, truth: (B, T, 3, H, W), T ≥ 2.
    """
    spatial = spatial_loss(bokeh, truth, epsilon).sum()
    return spatial + temporal_weight * relation_loss(bokeh, truth, epsilon).mean()
