"""VBR, the video bokeh renderer: Figure 3."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .bleeding import unbled
from .coarse import CoarseBokehGenerator
from .configuration import Configuration
from .prior import Prior, classical_rendering
from .pyramid import enlarge, rescale, rescale_hidden, scales
from .refiner import IterativeBokehRefiner
from .unet import Features, VideoUNet


class VBR(nn.Module):
    """All-in-focus frames and defocus maps in, bokeh out.

    Two ways to run it, with the same numbers: whole windows (`forward`), as in training; or frame by frame (`encode`,
    `fuse`, `decode`), where a stage's features are computed once and shared by the three frames that fuse them. A
    stage's output at t needs its features at t-1, t and t+1, so every stage widens by one what a frame depends on.

    Args:
        configuration: what the network is built as.
        prior: stands in for the classical rendering, where the configuration has a prior.
    """

    def __init__(self, configuration: Configuration, prior: Prior = classical_rendering) -> None:
        super().__init__()
        self.configuration = configuration
        self.prior = prior
        self.coarse = CoarseBokehGenerator(configuration)
        self.refiner = IterativeBokehRefiner(configuration)

    def forward(self, frames: Tensor, defocus: Tensor, scale: float = 1.0, hidden: Tensor | None = None) -> Tensor:
        """Windows of consecutive frames; the missing neighbours at their ends are the frames themselves.

        Args:
            frames: (B, T, 3, H, W), display-coded, in [0, 1].
            defocus: (B, T, 1, H, W), signed blur radius in px.
            scale: alpha(0), in (0, 1]; `pyramid.coarse_scale` of the shot.
            hidden: (B, T, 5, H, W), what neighbours have seen of what each frame hides, as `layered_parts` takes it.

        Returns:
            Bokeh (B, T, 3, H, W), display-coded, float32.
        """
        frames = unbled(frames.flatten(0, 1), defocus.flatten(0, 1)).reshape(frames.shape)
        coarsest, *finer = scales(scale)
        small, radii = rescale(frames, defocus, coarsest)
        behind = rescale_hidden(hidden, coarsest)
        bokeh: Tensor = self.coarse(small, radii, self.guesses(small, radii, hidden=behind))
        for alpha in finer:
            small, radii = rescale(frames, defocus, alpha)
            bokeh = self.refiner(small, radii, self.guesses(small, radii, bokeh, rescale_hidden(hidden, alpha)))
        return bokeh

    def encode(
        self,
        frame: Tensor,
        defocus: Tensor,
        scale: float,
        coarser: Tensor | None = None,
        hidden: Callable[[], Tensor] | None = None,
    ) -> Features:
        """One stage's features of frames that need not be neighbours.

        Args:
            frame: (N, 3, H, W), full size.
            defocus: (N, 1, H, W), px, full size.
            scale: alpha of the stage.
            coarser: (N, 3, h, w), the output of the stage before; None makes it stage 0.
            hidden: makes (N, 5, H, W), full size, when that is wanted; it is let go before memory is at its highest.
        """
        small, radii = rescale(unbled(frame, defocus), defocus, scale)
        submodule = self.coarse if coarser is None else self.refiner
        behind: Callable[[], Tensor | None] = hidden or (lambda: None)
        return submodule.encode(small, radii, self.guesses(small, radii, coarser, rescale_hidden(behind(), scale)))

    def fuse(self, stage: int, before: Features, here: Features, after: Features) -> Features:
        """`here`, knowing its neighbours."""
        return self.submodule(stage).fuse(before, here, after)

    def decode(self, stage: int, fused: Features) -> Tensor:
        """The stage's output (N, 3, h, w) at its own resolution."""
        return self.submodule(stage).decode(fused)

    def start_refiner(self) -> None:
        """Let the refiner begin with what the coarse generator has learned, where the two do the same: mend the prior.
        Without one, they do not: one makes the blur, the other sharpens what was made too small."""
        if self.configuration.prior:
            self.refiner.start_from(self.coarse)

    def submodule(self, stage: int) -> VideoUNet:
        return self.coarse if stage == 0 else self.refiner

    def guesses(
        self, frames: Tensor, defocus: Tensor, coarser: Tensor | None = None, hidden: Tensor | None = None
    ) -> Tensor:
        """What a stage starts from; nothing is learned in it, and it keeps its full precision.

        Args:
            frames: (..., 3, H, W), at the stage's size.
            defocus: (..., 1, H, W), px, at the stage's size.
            coarser: (..., 3, h, w), the output of the stage before, if there is one.
            hidden: (..., 5, H, W), at the stage's size, if anything is known of it.

        Returns:
            (..., channels, H, W): the classical rendering in its parts, in the `prior` configuration, and the stage
            before, at this one's size.
        """
        made = frames[..., :0, :, :]
        if self.configuration.prior:
            with torch.no_grad(), torch.autocast(frames.device.type, enabled=False):
                made = self.prior(frames.float(), defocus.float(), hidden)
        return made if coarser is None else torch.cat([made, enlarge(coarser, frames)], dim=-3)
