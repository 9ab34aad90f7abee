"""A thin lens by brute force, and scenes to put before it: what the classical renderers are held against."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float32]

GAMMA = 2.2
POINTS = 400


@dataclass(frozen=True)
class Layer:
    """A textured plane; a scene lists the nearest first.

    Attributes:
        texels: (H + 2 margin, W + 2 margin, 4) display-coded RGB and opacity; frame pixel (0, 0) is at
            (margin, margin).
        defocus: (s0, s_x, s_y): the plane's K (d - d_f) is s0 + s_x x + s_y y at frame pixel (x, y), px.
    """

    texels: Array
    margin: int
    defocus: tuple[float, float, float]


def spiral(count: int) -> NDArray[np.float64]:
    """(count, 2) points spread evenly over the unit disc."""
    radius = np.sqrt((np.arange(count) + 0.5) / count)
    angle = np.arange(count) * math.pi * (3 - math.sqrt(5))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def trace(scene: Sequence[Layer], height: int, width: int, points: int = POINTS) -> Array:
    """The frame (H, W, 3), display-coded, that a lens of finite aperture sees through so many points of it."""
    lit = [np.concatenate([_light(layer.texels), layer.texels[..., 3:]], 2) for layer in scene]
    total = np.zeros((height, width, 3))
    for u in spiral(points):
        seen = np.zeros((height, width, 4), np.float32)
        for layer, texels in zip(scene, lit, strict=True):
            seen += (1 - seen[..., 3:]) * _hit(texels, layer, u, height, width)
        total += seen[..., :3]
    return np.asarray((total / points).clip(0) ** (1 / GAMMA), np.float32)


def _light(texels: Array) -> Array:
    return np.asarray(texels[..., :3] ** GAMMA * texels[..., 3:], np.float32)


def _hit(texels: Array, layer: Layer, u: NDArray[np.float64], height: int, width: int) -> Array:
    """Bilinear look-up where the rays through aperture point u meet the plane: q = p + S(q) u."""
    s0, s_x, s_y = layer.defocus
    y, x = np.ogrid[:height, :width]
    radius = (s0 + s_x * x + s_y * y) / (1 - (s_x * u[0] + s_y * u[1]))
    column, row = x + radius * u[0] + layer.margin, y + radius * u[1] + layer.margin
    assert column.min() >= 0
    assert row.min() >= 0
    left, top = np.floor(column).astype(np.intp), np.floor(row).astype(np.intp)
    a, b = (column - left).astype(np.float32)[..., None], (row - top).astype(np.float32)[..., None]
    flat, pitch = texels.reshape(-1, 4), texels.shape[1]
    at = top * pitch + left
    upper = flat[at] * (1 - a) + flat[at + 1] * a
    lower = flat[at + pitch] * (1 - a) + flat[at + pitch + 1] * a
    return np.asarray(upper * (1 - b) + lower * b)


def pinhole(scene: Sequence[Layer], height: int, width: int) -> tuple[Array, Array]:
    """What a renderer is given: the sharp frame (H, W, 3), and defocus (H, W) of the first surface that is at least
    half opaque."""
    y, x = np.ogrid[:height, :width]
    light, opacity = np.zeros((height, width, 3)), np.zeros((height, width, 1))
    defocus, met = np.zeros((height, width)), np.zeros((height, width), bool)
    for layer in scene:
        texels = layer.texels[layer.margin :, layer.margin :][:height, :width]
        light += (1 - opacity) * _light(texels)
        opacity += (1 - opacity) * texels[..., 3:]
        new = (opacity[..., 0] >= 0.5) & ~met
        s0, s_x, s_y = layer.defocus
        defocus = np.where(new, s0 + s_x * x + s_y * y, defocus)
        met |= new
    return np.asarray(light ** (1 / GAMMA), np.float32), np.asarray(defocus, np.float32)


def rendered(render: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], frame: Array, defocus: Array) -> Array:
    """A renderer's picture (H, W, 3) of a sharp frame (H, W, 3) with defocus (H, W)."""
    picture = render(torch.from_numpy(frame).permute(2, 0, 1), torch.from_numpy(defocus)[None])
    return np.asarray(picture.permute(1, 2, 0).numpy())


def dead_leaves(seed: int, size: int) -> Array:
    """(size, size, 4) opaque: striped discs of power-law sizes, one on another."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    picture = np.full((size, size, 4), 0.5, np.float32)
    radii = np.clip(3 * random.random(300) ** -0.6, 3, size / 3)
    for radius in np.sort(radii)[::-1]:
        (cy, cx), angle = random.random(2) * size, random.random() * math.pi
        stripes = 0.08 * np.sin(0.9 * (x * math.cos(angle) + y * math.sin(angle)))
        inside = (y - cy) ** 2 + (x - cx) ** 2 < radius**2
        picture[inside, :3] = random.uniform(0.1, 0.9, 3) + stripes[inside, None]
    picture[..., 3] = 1
    return picture.clip(0.02, 1)


def noise(seed: int, size: int) -> Array:
    """(size, size, 4) opaque: 1/f noise, like a natural picture's."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size))
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(random.standard_normal((3, size, size))) / frequency
    spectrum[:, 0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(size, size)).transpose(1, 2, 0)
    opaque = np.ones((size, size, 1))
    return np.concatenate([(0.5 + 0.18 * field / field.std()).clip(0.02, 0.98), opaque], 2).astype(np.float32)


def cut_out(texels: Array, centre: tuple[float, float], radius: float) -> Array:
    """The texels within a disc; the rest is transparent. Centre in texels (y, x)."""
    y, x = np.ogrid[: texels.shape[0], : texels.shape[1]]
    inside = (y - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2
    return np.concatenate([texels[..., :3], inside[..., None]], 2).astype(np.float32)


def psnr(picture: Array, truth: Array, where: NDArray[np.bool_] | None = None) -> float:
    error = np.square(picture.astype(np.float64) - truth).mean(-1)
    return float(-10 * np.log10(max(1e-12, np.mean(error if where is None else error[where]))))


def away_from_border(defocus: Array) -> NDArray[np.bool_]:
    """Pixels farther from the frame's border than the largest radius and 1 px: no light from outside gets there."""
    height, width = defocus.shape
    y, x = np.ogrid[:height, :width]
    border = np.minimum(np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x))
    return np.asarray(border > np.abs(defocus).max() + 1)


def away_from_edges(defocus: Array) -> NDArray[np.bool_]:
    """Pixels farther from the border and from every depth edge than the larger radius beside it and 1 px."""
    y, x = np.ogrid[: defocus.shape[0], : defocus.shape[1]]
    away = away_from_border(defocus)
    for axis in (0, 1):
        for at in np.argwhere(np.abs(np.diff(defocus, axis=axis)) > 0.5):
            beside = at + np.eye(2, dtype=int)[axis]
            reach = max(abs(defocus[tuple(at)]), abs(defocus[tuple(beside)])) + 1
            away &= (y - at[0]) ** 2 + (x - at[1]) ** 2 > (reach + 1) ** 2
    return away
