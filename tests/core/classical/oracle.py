"""A thin lens by brute force: what the classical renderers are held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

GAMMA = 2.2


@dataclass(frozen=True)
class Layer:
    """A textured plane, nearest first in a scene.

    Attributes:
        texels: (H + 2 margin, W + 2 margin, 4) display-coded RGB and opacity; the frame's pixel (0, 0) is at
            (margin, margin).
        defocus: (s0, s_x, s_y): K (d - d_f) = s0 + s_x x + s_y y at frame pixel (x, y), px.
    """

    texels: Array
    margin: int
    defocus: tuple[float, float, float]


def spiral(count: int) -> NDArray[np.float64]:
    """(count, 2) points spread evenly over the unit disc."""
    radius = np.sqrt((np.arange(count) + 0.5) / count)
    angle = np.arange(count) * math.pi * (3 - math.sqrt(5))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def trace(scene: Sequence[Layer], height: int, width: int, points: int = 500) -> Array:
    """The frame (H, W, 3) display-coded that a lens of finite aperture sees."""
    lit = []
    for layer in scene:
        colour = layer.texels[..., :3].astype(np.float64) ** GAMMA * layer.texels[..., 3:]
        lit.append(np.concatenate([colour, layer.texels[..., 3:]], 2).astype(np.float32))
    total = np.zeros((height, width, 3))
    for u in spiral(points):
        seen = np.zeros((height, width, 4), np.float32)
        for layer, texels in zip(scene, lit, strict=True):
            seen += (1 - seen[..., 3:]) * _hit(texels, layer, u, height, width)
        total += seen[..., :3]
    return np.asarray((total / points).clip(0) ** (1 / GAMMA), np.float32)


def _hit(texels: Array, layer: Layer, u: NDArray[np.float64], height: int, width: int) -> Array:
    """Bilinear look-up where the rays through aperture point u meet the plane: p + S(q) u = q."""
    s0, s_x, s_y = layer.defocus
    y, x = np.mgrid[:height, :width]
    radius = (s0 + s_x * x + s_y * y) / (1 - (s_x * u[0] + s_y * u[1]))
    column, row = x + radius * u[0] + layer.margin, y + radius * u[1] + layer.margin
    column, row = column.clip(0, texels.shape[1] - 1.001), row.clip(0, texels.shape[0] - 1.001)
    left, top = column.astype(np.intp), row.astype(np.intp)
    a, b = (column - left).astype(np.float32)[..., None], (row - top).astype(np.float32)[..., None]
    flat = texels.reshape(-1, 4)
    at = top * texels.shape[1] + left
    upper = flat[at] * (1 - a) + flat[at + 1] * a
    lower = flat[at + texels.shape[1]] * (1 - a) + flat[at + texels.shape[1] + 1] * a
    return np.asarray(upper * (1 - b) + lower * b)


def seen_through_a_pinhole(scene: Sequence[Layer], height: int, width: int) -> tuple[Array, Array]:
    """What a renderer is given: the sharp frame (H, W, 3) and defocus (H, W) of the first surface at least half opaque."""
    y, x = np.mgrid[:height, :width]
    colour, opacity = np.zeros((height, width, 3)), np.zeros((height, width, 1))
    defocus, met = np.zeros((height, width)), np.zeros((height, width), bool)
    for layer in scene:
        inside = slice(layer.margin, layer.margin + height), slice(layer.margin, layer.margin + width)
        texels = layer.texels[inside]
        colour += (1 - opacity) * texels[..., 3:] * texels[..., :3].astype(np.float64) ** GAMMA
        opacity += (1 - opacity) * texels[..., 3:]
        new = (opacity[..., 0] >= 0.5) & ~met
        s0, s_x, s_y = layer.defocus
        defocus[new] = (s0 + s_x * x + s_y * y)[new]
        met |= new
    return np.asarray(colour ** (1 / GAMMA), np.float32), np.asarray(defocus, np.float32)
