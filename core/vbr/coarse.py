"""The coarse bokeh generator: stage 0, at the resolution where no blur is beyond it."""

from __future__ import annotations

from .configuration import Configuration
from .unet import VideoUNet


class CoarseBokehGenerator(VideoUNet):
    """(I, S) to B(0); in the `prior` configuration its guess is the classical rendering of (I, S)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(False, configuration)
