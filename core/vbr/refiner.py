"""The iterative bokeh refiner: every stage after the first, one set of weights for them all."""

from __future__ import annotations

from .configuration import Configuration
from .unet import VideoUNet


class IterativeBokehRefiner(VideoUNet):
    """(I, S, B(t-1)) to B(t) at twice the resolution; its guesses are the coarse generator's, and B(t-1), enlarged."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(True, configuration)
