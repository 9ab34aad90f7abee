"""Two brushes on a premultiplied RGBA canvas: star-shaped patches and tapered strokes, both antialiased.

Everything procedural is painted with these, so nothing here knows what it paints. Patches and strokes are rows of
tables: the compiled loops take thousands at once.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ...frames import Image

Table = NDArray[np.void]

PATCH = np.dtype(
    [
        ("x", "f4"),
        ("y", "f4"),
        ("radius", "f4"),
        ("aspect", "f4"),  # height over width
        ("angle", "f4"),
        ("profile", "i4"),  # row of the profile table
        ("colour", "f4", 3),
        ("second", "f4", 3),  # the colour that shading, noise and stripes mix in
        ("shading", "f4"),  # mix across the patch
        ("grain", "f4"),  # mix by the noise field
        ("grain_x", "f4"),
        ("grain_y", "f4"),
        ("stripes", "f4"),  # mix by stripes
        ("stripe_period", "f4"),  # px
        ("softness", "f4"),  # px over which the edge fades
        ("opacity", "f4"),
    ]
)

STROKE = np.dtype(
    [
        ("x0", "f4"),
        ("y0", "f4"),
        ("r0", "f4"),
        ("x1", "f4"),
        ("y1", "f4"),
        ("r1", "f4"),
        ("colour", "f4", 3),  # at its beginning
        ("second", "f4", 3),  # at its end
        ("roundness", "f4"),  # darkening towards its sides
        ("softness", "f4"),
        ("opacity", "f4"),
    ]
)


def blank(height: int, width: int) -> Image:
    """A transparent canvas (H, W, 4)."""
    return np.zeros((height, width, 4), np.float32)


def paint_patches(canvas: Image, patches: Table, profiles: Image, grain: Image) -> None:
    """Lay the patches over the canvas in order.

    Args:
        canvas: (H, W, 4) premultiplied; painted in place.
        patches: table of dtype PATCH.
        profiles: (P, angles) radius over angle; 1 is the patch's radius.
        grain: (h, w) noise that the patches' `grain` looks up, wrapping around.
    """
    _patches(canvas, patches, profiles, profiles.max(axis=1), grain)


@njit(cache=True, fastmath=True, nogil=True)
def _patches(canvas: Image, patches: Table, profiles: Image, reach: Image, grain: Image) -> None:
    height, width = canvas.shape[:2]
    angles = profiles.shape[1]
    for n in range(len(patches)):
        p = patches[n]
        radius, aspect, softness, profile = p["radius"], p["aspect"], p["softness"], p["profile"]
        cos, sin = math.cos(p["angle"]), math.sin(p["angle"])
        extent = radius * reach[profile] * max(np.float32(1), aspect) + softness
        for y in range(max(0, int(p["y"] - extent)), min(height, int(p["y"] + extent) + 2)):
            for x in range(max(0, int(p["x"] - extent)), min(width, int(p["x"] + extent) + 2)):
                u = ((x - p["x"]) * cos + (y - p["y"]) * sin) / radius
                v = ((y - p["y"]) * cos - (x - p["x"]) * sin) / (radius * aspect)
                turn = (math.atan2(v, u) / (2 * math.pi) % 1.0) * angles
                k = int(turn)
                edge = profiles[profile, k % angles] * (k + 1 - turn) + profiles[profile, (k + 1) % angles] * (turn - k)
                inside = (edge - math.hypot(u, v)) * radius * min(np.float32(1), aspect)
                cover = min(1.0, max(0.0, 0.5 + inside / softness)) * p["opacity"]
                if cover <= 0:
                    continue
                mix = 0.5 + p["shading"] * u
                if p["grain"] != 0:
                    mix += (
                        p["grain"]
                        * grain[int(y + p["grain_y"]) % grain.shape[0], int(x + p["grain_x"]) % grain.shape[1]]
                    )
                if p["stripes"] != 0:
                    wave = 2.5 * math.sin(u * radius * 2 * math.pi / p["stripe_period"])
                    mix += p["stripes"] * min(1.0, max(-1.0, wave))
                mix = min(1.0, max(0.0, mix))
                for c in range(3):
                    value = p["colour"][c] * (1 - mix) + p["second"][c] * mix
                    canvas[y, x, c] += (value - canvas[y, x, c]) * cover
                canvas[y, x, 3] += (1 - canvas[y, x, 3]) * cover


@njit(cache=True, fastmath=True, nogil=True)
def paint_strokes(canvas: Image, strokes: Table) -> None:
    """Lay the strokes (table of dtype STROKE) over the canvas (H, W, 4) in order."""
    height, width = canvas.shape[:2]
    for n in range(len(strokes)):
        s = strokes[n]
        dx, dy = s["x1"] - s["x0"], s["y1"] - s["y0"]
        squared = dx * dx + dy * dy + 1e-6
        reach = max(s["r0"], s["r1"]) + s["softness"]
        top, bottom = min(s["y0"], s["y1"]) - reach, max(s["y0"], s["y1"]) + reach
        left, right = min(s["x0"], s["x1"]) - reach, max(s["x0"], s["x1"]) + reach
        for y in range(max(0, int(top)), min(height, int(bottom) + 2)):
            for x in range(max(0, int(left)), min(width, int(right) + 2)):
                t = min(1.0, max(0.0, ((x - s["x0"]) * dx + (y - s["y0"]) * dy) / squared))
                radius = s["r0"] + (s["r1"] - s["r0"]) * t
                off = math.hypot(x - s["x0"] - t * dx, y - s["y0"] - t * dy)
                cover = min(1.0, max(0.0, 0.5 + (radius - off) / s["softness"])) * s["opacity"]
                if radius < 0.5:
                    # The ramp alone makes a strand thinner than a pixel too heavy: its area would be (r + 1/2)^2.
                    cover *= 2 * radius / (radius + 0.5) ** 2
                if cover <= 0:
                    continue
                shade = 1 - s["roundness"] * min(1.0, (off / (radius + 1e-3)) ** 2)
                for c in range(3):
                    value = (s["colour"][c] * (1 - t) + s["second"][c] * t) * shade
                    canvas[y, x, c] += (value - canvas[y, x, c]) * cover
                canvas[y, x, 3] += (1 - canvas[y, x, 3]) * cover
