"""How a batch goes through the stage that is being trained, or judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

from ..vbr.model import VBR
from ..vbr.pyramid import coarse_scale, rescale
from .data import Batch, on_device
from .plan import StageName

Network = Callable[[Tensor, Tensor, Tensor], Tensor]
"""A sub-module's window call, or the same wrapped to train with others."""


def through_stage(stage: StageName, network: Network, model: VBR, batch: Batch) -> tuple[Tensor, Tensor]:
    """What the stage makes of a batch, and the truth at its resolution.

    The coarse generator sees the batch at the scale at which no blur is beyond it; the refiner sees it as it is, with
    what the stages before make of it at half the resolution.
    """
    frames, defocus, truth = batch["frames"], batch["defocus"], batch["bokeh"]
    if stage == "coarse":
        scale = _scale(model, defocus)
        truth, _ = rescale(truth, defocus, scale)
        frames, defocus = rescale(frames, defocus, scale)
        return network(frames, defocus, model.guesses(frames, defocus)), truth
    with torch.no_grad():
        half, radii = rescale(frames, defocus, 0.5)
        guesses = model.guesses(frames, defocus, model(half, radii, _scale(model, radii)))
    return network(frames, defocus, guesses), truth


def held_out(batches: Iterable[Batch]) -> Callable[[VBR, StageName], Mapping[str, float]]:
    """A judge: mean PSNR of a stage over the windows of batches that training never sees."""
    kept = list(batches)

    @torch.no_grad()
    def judge(model: VBR, stage: StageName) -> Mapping[str, float]:
        network = model.submodule(0 if stage == "coarse" else 1)
        device = next(model.parameters()).device
        psnr = []
        for batch in kept:
            bokeh, truth = through_stage(stage, network, model, on_device(batch, device))
            error = (bokeh.clamp(0, 1) - truth).square().mean((1, 2, 3, 4))
            psnr.append(-10 * error.clamp(min=1e-12).log10())
        return {"psnr": torch.cat(psnr).mean().item()}

    return judge


def _scale(model: VBR, defocus: Tensor) -> float:
    return coarse_scale(defocus.abs().max().item(), model.configuration.max_radius)
