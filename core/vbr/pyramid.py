"""At which resolutions the stages run (Eq 3-4), and what they see there."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..classical.light import to_display, to_linear


def coarse_scale(max_defocus: float, max_radius: float) -> float:
    """alpha(0) = min(1, R_m / max|S|), Eq 3: at this scale no blur is beyond the coarse generator.

    Args:
        max_defocus: px, a bound of |S| over the whole shot (neighbours must share a resolution), ≥ 0.
        max_radius: R_m, px.
    """
    return 1.0 if max_defocus <= max_radius else max_radius / max_defocus


def shot_scale(max_defocus: float, max_radius: float) -> float:
    """Eq 3 for a shot that is being edited: alpha(0) in quarters of an octave, so that a key that moves a little keeps
    every frame at the scale that it was rendered at."""
    exact = coarse_scale(max_defocus, max_radius)
    return float(2 ** (math.floor(4 * math.log2(exact) + 1e-9) / 4))


def scales(coarsest: float) -> tuple[float, ...]:
    """alpha of every stage, Eq 4: from the coarse generator's, 0 < alpha(0) ≤ 1, doubling until it is 1."""
    schedule = [coarsest]
    while schedule[-1] < 1:
        schedule.append(min(1.0, 2 * schedule[-1]))
    return tuple(schedule)


def rescale(frames: Tensor, defocus: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """Frames (..., 3, H, W) and defocus (..., 1, H, W) as a stage at `scale` sees them.

    Frames shrink in linear light, so that a highlight keeps its energy. Defocus is in pixels: it shrinks in value too.
    """
    if scale == 1:
        return frames, defocus
    height, width = frames.shape[-2:]
    size = scaled_size(height, width, scale)
    return to_display(_resize(to_linear(frames), size)), _resize(defocus, size) * scale


def rescale_hidden(hidden: Tensor | None, scale: float) -> Tensor | None:
    """What is hidden (..., 5, H, W), display-coded RGB, radius in px and how far it is known, likewise; each counts as
    far as it is known."""
    if hidden is None or scale == 1:
        return hidden
    known = hidden[..., 4:, :, :]
    light = torch.cat([to_linear(hidden[..., :3, :, :]), hidden[..., 3:4, :, :] * scale], -3) * known
    small = _resize(torch.cat([light, known], -3), scaled_size(hidden.shape[-2], hidden.shape[-1], scale))
    known = small[..., 4:, :, :]
    light = small[..., :4, :, :] / known.clamp(min=1e-6)
    return torch.cat([to_display(light[..., :3, :, :]), light[..., 3:, :, :], known], -3)


def scaled_size(height: int, width: int, scale: float) -> tuple[int, int]:
    return max(1, round(height * scale)), max(1, round(width * scale))


def enlarge(bokeh: Tensor, like: Tensor) -> Tensor:
    """A stage's result (..., 3, h, w) at the next stage's size, that of `like` (..., 3, H, W)."""
    return _resize(bokeh, (like.shape[-2], like.shape[-1]))


def _resize(pictures: Tensor, size: tuple[int, int]) -> Tensor:
    flat = pictures.reshape(-1, *pictures.shape[-3:]).float()
    resized = functional.interpolate(flat, size, mode="bilinear", align_corners=False, antialias=True)
    return resized.reshape(*pictures.shape[:-2], *size)
