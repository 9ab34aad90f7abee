"""How a batch goes through the stage that is being trained, or judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

from ..svb.windows import Batch
from ..vbr.model import VBR
from ..vbr.pyramid import coarse_scale, enlarge, rescale
from .plan import StageName

Network = Callable[[Tensor, Tensor, Tensor], Tensor]
"""A sub-module's window call, or the same wrapped to train with others."""


def through_stage(stage: StageName, network: Network, model: VBR, batch: Batch) -> tuple[Tensor, Tensor]:
    """What the stage makes of a batch, and the truth at its resolution.

    The coarse generator sees the batch at the scale at which no blur is beyond it; the refiner sees it as it is, with
    what the stages before make of it at half the resolution.
    """
    frames, defocus, truth = batch["frames"], batch["defocus"], batch["bokeh"]
    guess = batch["guess"] if model.configuration.prior else batch["guess"][..., :0, :, :]
    if stage == "coarse":
        scale = coarse_scale(batch["largest_blur"], model.configuration.max_radius)
        if scale < 1:
            truth, _ = rescale(truth, defocus, scale)
            frames, defocus = rescale(frames, defocus, scale)
            guess = model.guesses(frames, defocus)
        return network(frames, defocus, guess), truth
    with torch.no_grad():
        half, radii = rescale(frames, defocus, 0.5)
        scale = coarse_scale(batch["largest_blur"] / 2, model.configuration.max_radius)
        coarser = enlarge(model(half, radii, scale), frames)
    return network(frames, defocus, torch.cat([guess, coarser], dim=-3)), truth


def held_out(batches: Iterable[Batch]) -> Callable[[VBR, StageName], Mapping[str, float]]:
    """A judge: mean PSNR of a stage over the windows of batches that training never sees."""
    kept = list(batches)

    @torch.no_grad()
    def judge(model: VBR, stage: StageName) -> Mapping[str, float]:
        network = model.submodule(0 if stage == "coarse" else 1)
        psnr = []
        for batch in kept:
            bokeh, truth = through_stage(stage, network, model, batch)
            error = (bokeh.clamp(0, 1) - truth).square().mean((1, 2, 3, 4))
            psnr.append(-10 * error.clamp(min=1e-12).log10())
        return {"psnr": torch.cat(psnr).mean().item()}

    return judge
