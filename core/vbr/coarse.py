"""The coarse bokeh generator: stage 0, at the resolution where no blur is beyond it."""

from __future__ import annotations

from .configuration import Configuration
from .unet import VideoUNet

CLASSICAL_RENDERINGS = 2
"""Layered and scatter."""


class CoarseBokehGenerator(VideoUNet):
    """(I, S) to B(0); in the `prior` configuration its guesses are the classical renderings of (I, S)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(CLASSICAL_RENDERINGS if configuration.prior else 0, configuration)
