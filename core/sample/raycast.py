"""Rays through a pinhole: linear light and the dioptres of the first surface, compiled."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PLAIN, STRIPES, MARBLE, WOOD, BRICKS, GLOW = range(6)
"""Solid textures; GLOW is its own light."""

TABLE, BACK_WALL, NOTHING = -1, -2, -3
"""What a ray meets besides the scene's shapes, which are 0 and up."""

TABLE_HEIGHT = -0.22
TABLE_END = 3.2
WALL = 7.5
SAMPLES = 4
"""Rays a pixel are SAMPLES², on a regular grid."""

LIGHT = np.array([-1.4, 2.2, -0.6])
LIGHT_RADIUS = 0.35


@numba.njit(cache=True, parallel=True)
def cast(
    shapes: Floats, materials: Floats, camera: Floats, width: int, height: int, pixel: float
) -> tuple[Floats, Floats]:
    """Linear-light colour (height, width, 3) and dioptres (height, width) of the middle one of a pixel's samples.

    Args:
        shapes: (n, 12) and materials: (n, 7), as `Scene` holds them.
        pixel: the width of a pixel a metre before the camera, metres.
    """
    colour = np.zeros((height, width, 3))
    dioptres = np.zeros((height, width))
    for y in numba.prange(height):
        depths = np.empty(SAMPLES * SAMPLES)
        for x in range(width):
            for s in range(SAMPLES * SAMPLES):
                sx, sy = (s % SAMPLES + 0.5) / SAMPLES, (s // SAMPLES + 0.5) / SAMPLES
                ray = np.array([(x + sx - width / 2) * pixel, (height / 2 - y - sy) * pixel, 1.0])
                distance, hit = _nearest(shapes, camera[0], camera[1], camera[2], ray[0], ray[1], ray[2], 1e9)
                point = camera + distance * ray
                # A light of some size, sampled along with the pixel, gives soft shadows for nothing.
                light = LIGHT + LIGHT_RADIUS * np.array([sy - 0.5, 0.0, sx - 0.5]) * 2
                # Clipping a sample rather than the mean keeps an edge beside a lamp smooth.
                colour[y, x] += np.minimum(_shade(shapes, materials, point, ray, hit, light), 1.0)
                depths[s] = 1.0 / distance
            colour[y, x] /= SAMPLES * SAMPLES
            dioptres[y, x] = np.sort(depths)[SAMPLES * SAMPLES // 2]
    return colour, dioptres


@numba.njit(cache=True)
def _nearest(
    shapes: Floats, ox: float, oy: float, oz: float, rx: float, ry: float, rz: float, limit: float
) -> tuple[float, int]:
    """(distance in units of the ray, shape index; TABLE or BACK_WALL) of the first surface that a ray meets."""
    best, hit = limit, NOTHING
    if ry < 0:
        t = (TABLE_HEIGHT - oy) / ry
        if 1e-6 < t < best and oz + t * rz < TABLE_END:
            best, hit = t, TABLE
    if rz > 0:
        t = (WALL - oz) / rz
        if 1e-6 < t < best:
            best, hit = t, BACK_WALL
    ray_sq = rx * rx + ry * ry + rz * rz
    for i in range(shapes.shape[0]):
        # Rays that miss the sphere around the whole capsule, most of them, go no further.
        cx, cy, cz = shapes[i, 8] - ox, shapes[i, 9] - oy, shapes[i, 10] - oz
        along = rx * cx + ry * cy + rz * cz
        if cx * cx + cy * cy + cz * cz - along * along / ray_sq > shapes[i, 11]:
            continue
        t = _capsule(shapes[i], ox, oy, oz, rx, ry, rz)
        if 1e-6 < t < best:
            best, hit = t, i
    return best, hit


@numba.njit(cache=True)
def _capsule(shape: Floats, ox: float, oy: float, oz: float, rx: float, ry: float, rz: float) -> float:
    """Distance along the ray to a capsule's surface; negative when it is missed."""
    ax, ay, az = shape[3] - shape[0], shape[4] - shape[1], shape[5] - shape[2]
    px, py, pz = ox - shape[0], oy - shape[1], oz - shape[2]
    radius_sq = shape[6] * shape[6]
    ray_sq = rx * rx + ry * ry + rz * rz
    axis_sq = ax * ax + ay * ay + az * az
    if axis_sq > 0:
        ray_axis = rx * ax + ry * ay + rz * az
        from_axis = px * ax + py * ay + pz * az
        qa = axis_sq * ray_sq - ray_axis * ray_axis
        qb = axis_sq * (rx * px + ry * py + rz * pz) - from_axis * ray_axis
        qc = axis_sq * (px * px + py * py + pz * pz - radius_sq) - from_axis * from_axis
        root = qb * qb - qa * qc
        if root < 0:
            return -1.0
        t: float = (-qb - math.sqrt(root)) / qa
        along = from_axis + t * ray_axis
        if 0 < along < axis_sq:
            return t
        if along >= axis_sq:
            px, py, pz = ox - shape[3], oy - shape[4], oz - shape[5]
    ray_origin = rx * px + ry * py + rz * pz
    root = ray_origin * ray_origin - ray_sq * (px * px + py * py + pz * pz - radius_sq)
    return float((-ray_origin - math.sqrt(root)) / ray_sq) if root >= 0 else -1.0


@numba.njit(cache=True)
def _shade(shapes: Floats, materials: Floats, point: Floats, ray: Floats, hit: int, light: Floats) -> Floats:
    """Linear-light colour of a surface point: a key light with shadow, a cool fill from above, a specular dot."""
    low, high, kind, shine = np.array([0.16, 0.08, 0.035]), np.array([0.34, 0.19, 0.09]), WOOD, 0.15
    normal = np.array([0.0, 1.0, 0.0])
    local = point.copy()
    if hit == BACK_WALL:
        low, high, kind, shine = np.array([0.05, 0.028, 0.024]), np.array([0.30, 0.21, 0.18]), BRICKS, 0.0
        normal = np.array([0.0, 0.0, -1.0])
    elif hit >= 0:
        shape, material = shapes[hit], materials[hit]
        low, high, kind, shine = material[1:4], material[4:7], int(material[0]), 0.6
        axis = shape[3:6] - shape[0:3]
        reach = _dot(axis, axis)
        along = min(1.0, max(0.0, _dot(point - shape[0:3], axis) / reach)) if reach > 0 else 0.0
        normal = (point - shape[0:3] - along * axis) / shape[6]
        c, s = math.cos(shape[7]), math.sin(shape[7])
        away = point - shape[0:3]
        local = np.array([c * away[0] + s * away[1], c * away[1] - s * away[0], away[2]])
    mix = _texture(kind, local)
    surface: Floats = low + (high - low) * mix
    if kind == GLOW:
        return surface
    to_light = light - point
    reach = math.sqrt(_dot(to_light, to_light))
    facing = max(0.0, _dot(normal, to_light) / reach)
    if facing > 0:
        x, y, z = point + 1e-4 * normal
        blocked, _ = _nearest(shapes, x, y, z, to_light[0], to_light[1], to_light[2], 1.0)
        if blocked < 1.0:
            facing = 0.0
    gaze = ray / math.sqrt(_dot(ray, ray))
    mirrored = gaze - 2 * _dot(gaze, normal) * normal
    gloss = max(0.0, _dot(mirrored, to_light) / reach) ** 90 * shine * 3 if facing > 0 else 0.0
    fill = 0.22 + 0.18 * normal[1]
    key = 9.0 * facing / (reach * reach)
    lit: Floats = surface * (key * np.array([1.0, 0.86, 0.68]) + fill * np.array([0.75, 0.85, 1.0])) + gloss
    return lit


@numba.njit(cache=True)
def _dot(a: Floats, b: Floats) -> float:
    return float(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


@numba.njit(cache=True)
def _texture(kind: int, p: Floats) -> float:
    """Mix in [0, 1] of a material's two colours at a point."""
    if kind == STRIPES:
        wave = math.sin(190.0 * p[1] + 1.5 * _noise(p * 40.0))
        return 1.0 / (1.0 + math.exp(-9.0 * wave))
    if kind == MARBLE:
        return min(1.0, 0.5 * _noise(p * 60.0) + 0.35 * _noise(p * 170.0) + 0.3 * _noise(p * 420.0))
    if kind == WOOD:
        rings = 14.0 * p[0] + 0.6 * _noise(np.array([p[0] * 9.0, 0.0, p[2] * 2.0]))
        grain = _noise(np.array([p[0] * 420.0, 0.0, p[2] * 24.0]))
        plank = 0.35 * (math.floor(p[0] * 7.0) % 2)
        return float(min(1.0, 0.45 * abs(math.sin(math.pi * rings)) + 0.35 * grain + plank))
    if kind == BRICKS:
        row = math.floor(p[1] / 0.12)
        across = p[0] / 0.34 + 0.5 * (row % 2)
        brick = math.floor(across)
        mortar = min(across - brick, p[1] / 0.12 - row) < 0.1
        own = _noise(np.array([brick * 7.3, row * 3.7, 0.5]))
        return 1.0 if mortar else 0.55 * own + 0.3 * _noise(p * 30.0)
    return 0.0


@numba.njit(cache=True)
def _noise(p: Floats) -> float:
    """Value noise in [0, 1] on the unit lattice, smoothly interpolated."""
    cell = np.floor(p)
    f = p - cell
    f = f * f * (3.0 - 2.0 * f)
    total = 0.0
    for corner in range(8):
        ix, iy, iz = corner & 1, (corner >> 1) & 1, (corner >> 2) & 1
        weight = (f[0] if ix else 1 - f[0]) * (f[1] if iy else 1 - f[1]) * (f[2] if iz else 1 - f[2])
        h = math.sin((cell[0] + ix) * 127.1 + (cell[1] + iy) * 311.7 + (cell[2] + iz) * 74.7) * 43758.5453
        total += weight * (h - math.floor(h))
    return total
