"""Stereo pairs by the project's own tracer, whose disparity is known exactly."""

from dataclasses import replace

import numpy as np
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.scene import random_scene
from focuspuller.core.svb.trace import Layer, View, trace, trace_disparity
from numpy.typing import NDArray

PINHOLE = Defocus(0.0, 0.0)


def pair(
    seed: int, size: int, base: float, frames: int = 1
) -> tuple[list[Image], list[Image], list[Image], list[Image]]:
    """Left and right frames (H, W, 3), and the disparity (H, W) in px of the left and of the right."""
    rng = np.random.default_rng(seed)
    scene = random_scene(rng, ProceduralAssets(), size, size, frames, 4)
    view = View(size, size)
    left, right, of_left, of_right = [], [], [], []
    for layers in scene.frames:
        other = [_from_the_right(layer, base) for layer in layers]
        left.append(trace(layers, PINHOLE, view, 1))
        right.append(trace(other, PINHOLE, view, 1))
        of_left.append(base * trace_disparity(layers, view))
        of_right.append(base * trace_disparity(other, view))
    return left, right, of_left, of_right


def _from_the_right(layer: Layer, base: float) -> Layer:
    """What is at x in the left eye is at x - base · disparity in the right one."""
    d0, along, down = layer.plane
    stretch = 1 / (1 - base * along)
    to_left = np.array([[stretch, base * down * stretch, base * d0 * stretch], [0, 1, 0], [0, 0, 1]])
    d0, along, down = np.array([d0, along, down]) + along * (to_left[0, [2, 0, 1]] - [0, 1, 0])
    return replace(layer, to_texel=layer.to_texel @ to_left, plane=(d0, along, down))


def unoccluded(of_left: Image, of_right: Image) -> NDArray[np.bool_]:
    """Where the left eye sees what the right one sees too, and inside the picture."""
    height, width = of_left.shape
    there = np.round(np.arange(width) - of_left).astype(int)
    inside = (there >= 0) & (there < width)
    back = of_right[np.arange(height)[:, None], there.clip(0, width - 1)]
    seen: NDArray[np.bool_] = inside & (np.abs(back - of_left) < 1)
    return seen
