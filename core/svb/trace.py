"""The thin lens, ray by ray: what a lens of finite aperture sees of a stack of textured planes.

Pixel p and aperture point u on the unit disc hit a plane of disparity d = d0 + g·x at

    q = p + K (d - d_f) u,    d = (d0 + g·p - K d_f g·u) / (1 - K g·u).

For one u that is affine in p, tilted planes included. So the geometry is a table of affine maps, one per aperture
point and layer, and the rest is bilinear look-up and front-to-back compositing in linear light: compiled for the CPU,
and for a GPU in `trace_gpu`, with the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..errors import ParameterError
from ..frames import Image
from ..optics import Defocus

if TYPE_CHECKING:
    import torch

GAMMA = 2.2
"""Linear light is display code to this power, here and wherever SVB's pictures are judged."""

OPAQUE = 1 - 1e-3
"""Accumulated opacity at which a ray has met all that it can tell apart in 8 bits."""

Maps = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layer:
    """A textured plane as one frame sees it. Beyond its texture the outermost texels go on.

    Attributes:
        texels: (h, w, 4) premultiplied RGBA in linear light, float32. A cut-out's outermost texels are transparent.
        to_texel: (2, 3) affine map from frame pixel (x, y, 1) to texel (x, y); integers are centres in both.
        plane: (d0, g_x, g_y), disparity d0 + g_x x + g_y y at frame pixel (x, y).
    """

    texels: Image
    to_texel: NDArray[np.float64]
    plane: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """The part of the frame to trace: `height` x `width` pixels whose first is (left, top)."""

    height: int
    width: int
    top: int = 0
    left: int = 0


def linear_texels(rgba: Image) -> Image:
    """Straight display-coded RGBA (h, w, 4), or opaque RGB (h, w, 3), as a layer's texels."""
    alpha = rgba[..., 3:] if rgba.shape[-1] == 4 else np.ones_like(rgba[..., :1])
    return np.concatenate([rgba[..., :3] ** np.float32(GAMMA) * alpha, alpha], axis=-1).astype(np.float32)


def aperture_points(count: int) -> NDArray[np.float64]:
    """`count` points (count, 2) spread evenly over the unit disc along a golden-angle spiral."""
    n = np.arange(count)
    radius, angle = np.sqrt((n + 0.5) / count), n * math.pi * (3 - math.sqrt(5))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def points_for(radius: float, least: int) -> int:
    """Aperture points that keep a disc of `radius` px free of visible gaps: one per 6 square px, within 4x `least`."""
    return min(max(least, math.ceil(math.pi * radius * radius / 6)), 4 * least)


def trace(
    layers: Sequence[Layer], defocus: Defocus, view: View, points: int, device: torch.device | None = None
) -> Image:
    """The frame (H, W, 3), display-coded, through a lens sampled at `points` aperture points.

    Args:
        layers: front to back; rays that pass them all stay black.
        defocus: K and d_f; K = 0 is the all-in-focus frame and needs no more than one point.
        device: a GPU, or None for the compiled loop on the CPU. They agree to float32's rounding.

    Raises:
        ParameterError: a plane so steep that it runs through the lens (K |g| >= 1).
    """
    aperture = np.zeros((1, 2)) if defocus.is_identity else aperture_points(points)
    maps = _ray_maps(layers, defocus, view, aperture)
    if device is None:
        return np.clip(_trace_cpu(layers, maps, view), 0, 1) ** np.float32(1 / GAMMA)
    # Only here: worker processes on the CPU start in a fraction of the time without torch.
    from .trace_gpu import march

    texels, rays = [layer.texels for layer in layers], maps.reshape(*maps.shape[:2], 6).astype(np.float32)
    display: Image = (
        march(texels, _spans(layers), rays, view.height, view.width, OPAQUE, device)
        .clamp_(0, 1)
        .pow_(1 / GAMMA)
        .cpu()
        .numpy()
    )
    return display


def trace_disparity(layers: Sequence[Layer], view: View) -> Image:
    """Disparity (H, W) of the first surface at which the pinhole's ray has met opacity 1/2; 0 where none is met."""
    maps = _ray_maps(layers, Defocus(0.0, 0.0), view, np.zeros((1, 2)))
    planes = np.asarray([layer.plane for layer in layers])
    planes[:, 0] += planes[:, 1] * view.left + planes[:, 2] * view.top
    disparity = np.zeros((view.height, view.width), np.float32)
    _first_surface(*_packed(layers), maps[0].reshape(len(layers), 6), planes, disparity)
    return disparity


def _ray_maps(layers: Sequence[Layer], defocus: Defocus, view: View, aperture: NDArray[np.float64]) -> Maps:
    """(points, layers, 2, 3): for each aperture point, affine from pixel of the view to texel of the layer."""
    k, focus = defocus.blur, defocus.focus_disparity
    maps = np.empty((len(aperture), len(layers), 2, 3))
    for number, layer in enumerate(layers):
        d0, *slope = layer.plane
        gradient = np.asarray(slope)
        if k * math.hypot(*slope) >= 1:
            raise ParameterError(f"a plane's slope {math.hypot(*slope):g} times blur {k:g} reaches 1; tilt it less")
        steepness = aperture @ gradient
        # d = offset + rate·p along this bundle of rays, so q = p + K (d - d_f) u is affine.
        bundle = 1 / (1 - k * steepness)
        offset = (d0 - k * focus * steepness) * bundle
        hit = np.zeros((len(aperture), 3, 3))
        hit[:, :2, :2] = np.eye(2) + k * aperture[:, :, None] * gradient * bundle[:, None, None]
        hit[:, :2, 2] = k * (offset - focus)[:, None] * aperture
        hit[:, 2, 2] = 1
        corner = np.array([[1.0, 0, view.left], [0, 1, view.top], [0, 0, 1]])
        maps[:, number] = layer.to_texel @ hit @ corner
    return maps


def _packed(layers: Sequence[Layer]) -> tuple[Image, NDArray[np.int64]]:
    """All texels in one table (n, 4), and where each layer lies in it."""
    return np.concatenate([layer.texels.reshape(-1, 4) for layer in layers]), _spans(layers)


def _spans(layers: Sequence[Layer]) -> NDArray[np.int64]:
    """(layers, 4): where a layer starts in the table of them all, its height, its width, whether its rim is clear."""
    spans = []
    start = 0
    for layer in layers:
        height, width = layer.texels.shape[:2]
        alpha = layer.texels[..., 3]
        clear = not (alpha[[0, -1]].any() or alpha[:, [0, -1]].any())
        spans.append((start, height, width, clear))
        start += height * width
    return np.asarray(spans, np.int64)


def _trace_cpu(layers: Sequence[Layer], maps: Maps, view: View) -> Image:
    linear = np.empty((view.height, view.width, 3), np.float32)
    _march(*_packed(layers), maps.reshape(*maps.shape[:2], 6).astype(np.float32), linear)
    return linear


@njit(cache=True, fastmath=True, nogil=True, error_model="numpy")
def _march(texels: Image, spans: NDArray[np.int64], maps: Image, linear: Image) -> None:
    height, width = linear.shape[:2]
    points, layers = maps.shape[:2]
    zero, one = np.float32(0), np.float32(1)
    for y in range(height):
        for x in range(width):
            px, py = np.float32(x), np.float32(y)
            red = green = blue = zero
            for n in range(points):
                opacity = zero
                for i in range(layers):
                    tx = maps[n, i, 0] * px + maps[n, i, 1] * py + maps[n, i, 2]
                    ty = maps[n, i, 3] * px + maps[n, i, 4] * py + maps[n, i, 5]
                    start, rows, columns, rim_is_clear = spans[i, 0], spans[i, 1], spans[i, 2], spans[i, 3]
                    right, bottom = np.float32(columns - 1), np.float32(rows - 1)
                    if rim_is_clear and (tx < 0 or ty < 0 or tx > right or ty > bottom):
                        continue
                    tx, ty = min(max(tx, zero), right), min(max(ty, zero), bottom)
                    left, top = min(np.int32(tx), columns - 2), min(np.int32(ty), rows - 2)
                    fx, fy = tx - np.float32(left), ty - np.float32(top)
                    # Unsigned indices spare numba its test for negative ones: a third of the time.
                    a = np.uint64(start + top * columns + left)
                    b, c = a + np.uint64(1), a + np.uint64(columns)
                    d = c + np.uint64(1)
                    clear = one - opacity
                    wd = fx * fy * clear
                    wb, wc = fx * clear - wd, fy * clear - wd
                    wa = clear - wb - wc - wd
                    red += texels[a, 0] * wa + texels[b, 0] * wb + texels[c, 0] * wc + texels[d, 0] * wd
                    green += texels[a, 1] * wa + texels[b, 1] * wb + texels[c, 1] * wc + texels[d, 1] * wd
                    blue += texels[a, 2] * wa + texels[b, 2] * wb + texels[c, 2] * wc + texels[d, 2] * wd
                    opacity += texels[a, 3] * wa + texels[b, 3] * wb + texels[c, 3] * wc + texels[d, 3] * wd
                    if opacity > OPAQUE:
                        break
            linear[y, x, 0], linear[y, x, 1], linear[y, x, 2] = red / points, green / points, blue / points


@njit(cache=True, nogil=True)
def _first_surface(
    texels: Image, spans: NDArray[np.int64], maps: Maps, planes: NDArray[np.float64], disparity: Image
) -> None:
    height, width = disparity.shape
    for y in range(height):
        for x in range(width):
            clear = 1.0
            for i in range(len(spans)):
                start, rows, columns = spans[i, 0], spans[i, 1], spans[i, 2]
                tx = min(max(maps[i, 0] * x + maps[i, 1] * y + maps[i, 2], 0.0), columns - 1.0)
                ty = min(max(maps[i, 3] * x + maps[i, 4] * y + maps[i, 5], 0.0), rows - 1.0)
                left, top = min(int(tx), columns - 2), min(int(ty), rows - 2)
                fx, fy = tx - left, ty - top
                here = start + top * columns + left
                upper = texels[here, 3] * (1 - fx) + texels[here + 1, 3] * fx
                lower = texels[here + columns, 3] * (1 - fx) + texels[here + columns + 1, 3] * fx
                clear *= 1 - upper * (1 - fy) - lower * fy
                if clear <= 0.5:
                    disparity[y, x] = planes[i, 0] + planes[i, 1] * x + planes[i, 2] * y
                    break
