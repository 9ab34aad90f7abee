"""A clip's pictures made smaller, for what must be quick rather than exact."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from .classical.light import to_display, to_linear
from .device import one_thread
from .frames import FrameSource, Image


class ReducedFrames:
    """A frame source at a smaller size; the mean of what comes together.

    Args:
        source: frames or disparity; it stays its owner's to close.
        pixels: the most that a picture has.
        read: reads a picture of the source, from a cache perhaps.
    """

    def __init__(self, source: FrameSource, pixels: int, read: Callable[[int], Image]) -> None:
        scale = min(1.0, math.sqrt(pixels / (source.width * source.height)))
        self.name = source.name
        self.width, self.height = (max(1, math.floor(side * scale + 1e-6)) for side in (source.width, source.height))
        self.fingerprint = f"{source.fingerprint} {self.width}x{self.height}"
        self._length = len(source)
        self._read = read

    def __len__(self) -> int:
        return self._length

    def read(self, index: int) -> Image:
        return reduced(self._read(index), self.width, self.height)

    def close(self) -> None:
        """The source is another's."""


def reduced(image: Image, width: int, height: int) -> Image:
    """A frame (H, W, 3) or map (H, W) at a smaller size: (height, width, 3) or (height, width).

    Of a frame it is the light that is averaged: highlights stay as bright as they were.
    """
    with one_thread(), torch.inference_mode():
        if image.ndim == 2:
            disparity: Image = functional.adaptive_avg_pool2d(torch.tensor(image)[None], (height, width))[0].numpy()
            return disparity
        light = functional.adaptive_avg_pool2d(to_linear(torch.tensor(image).permute(2, 0, 1)), (height, width))
        frame: Image = np.ascontiguousarray(to_display(light).permute(1, 2, 0).numpy())
        return frame
