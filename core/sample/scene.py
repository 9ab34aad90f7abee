"""The embedded sample's scene: a table of small things before a wall of lights, ray cast with exact depth.

Units are metres; the camera looks along +z with x to the right and y up, so a pixel's depth is its z, and its dioptres
1/z. What it holds, a focus puller meets: subjects at 1.2 m and 2 m, twigs and threads a pixel wide, specular dots and
bulbs that must open into discs, a table that recedes through every distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from ..frames import Image
from ..optics import SENSOR_WIDTH, Lens
from .raycast import GLOW, MARBLE, PLAIN, STRIPES, TABLE_HEIGHT, Floats, cast

Colour = tuple[float, float, float]


@dataclass
class Scene:
    """Capsules (a sphere is one with both ends together), each row ax ay az bx by bz radius turn and the middle
    and squared radius of a sphere around it; and their materials, kind and two colours."""

    shapes: list[list[float]] = field(default_factory=list)
    materials: list[list[float]] = field(default_factory=list)

    def sphere(self, at: Colour, radius: float, kind: int, a: Colour, b: Colour, turn: float = 0.0) -> None:
        self.capsule(at, at, radius, kind, a, b, turn)

    def capsule(
        self, start: Colour, end: Colour, radius: float, kind: int, a: Colour, b: Colour, turn: float = 0.0
    ) -> None:
        """`a` and `b` are the texture's two linear-light colours; `turn` rolls the texture about z, radians."""
        middle = [(p + q) / 2 for p, q in zip(start, end, strict=True)]
        bound = (math.dist(start, end) / 2 + radius) ** 2
        self.shapes.append([*start, *end, radius, turn, *middle, bound])
        self.materials.append([float(kind), *a, *b])


def scene_at(seconds: float) -> Scene:
    """The scene at a moment: a ball rolls in, ornaments swing, the nearest twig sways, bulbs hold still."""
    scene = Scene()
    _twigs(scene, sway=0.012 * math.sin(1.7 * seconds))
    rolled = 0.055 * (seconds - 1.5)
    _ball(scene, (0.15 + rolled, TABLE_HEIGHT + 0.085, 1.25), turn=-rolled / 0.085)
    _figure(scene, (-0.26, TABLE_HEIGHT, 2.1), nod=0.02 * math.sin(2.1 * seconds))
    for i, (x, z) in enumerate(((0.02, 1.55), (0.42, 1.9), (-0.42, 1.45))):
        _ornament(scene, x, z, angle=0.10 * math.sin(2.6 * seconds + 1.9 * i), colour=i)
    _lights(scene)
    return scene


def _twigs(scene: Scene, sway: float) -> None:
    random = np.random.default_rng(5)
    bark, light_bark, berry = (0.05, 0.03, 0.02), (0.12, 0.08, 0.05), (0.5, 0.02, 0.02)

    def grow(start: Floats, heading: float, length: float, radius: float, depth: int) -> None:
        end = start + length * np.array([math.cos(heading), math.sin(heading), 0.15 * random.standard_normal()])
        end[0] += sway * (3 - depth)
        scene.capsule(_triple(start), _triple(end), radius, MARBLE, bark, light_bark)
        if depth == 0:
            scene.sphere(_triple(end), 0.006, PLAIN, berry, berry)
            return
        for side in (-1, 1):
            along = start + (end - start) * random.uniform(0.55, 1.0)
            grow(along, heading + side * random.uniform(0.3, 0.8), length * 0.66, radius * 0.62, depth - 1)

    grow(np.array([-0.36, -0.24, 0.86]), 0.95, 0.16, 0.0042, 3)


def _ball(scene: Scene, at: Colour, turn: float) -> None:
    scene.sphere(at, 0.085, STRIPES, (0.62, 0.08, 0.05), (0.75, 0.68, 0.55), turn)


def _figure(scene: Scene, foot: Colour, nod: float) -> None:
    x, y, z = foot
    wool, dark, scarf = (0.55, 0.5, 0.42), (0.02, 0.02, 0.02), (0.05, 0.22, 0.3)
    scene.sphere((x, y + 0.12, z), 0.13, MARBLE, wool, (0.38, 0.33, 0.27))
    scene.sphere((x, y + 0.32, z), 0.095, MARBLE, wool, (0.42, 0.37, 0.3))
    scene.capsule((x - 0.07, y + 0.25, z - 0.02), (x + 0.07, y + 0.25, z - 0.03), 0.03, STRIPES, scarf, (0.3, 0.4, 0.3))
    for side in (-1, 1):
        scene.sphere((x + 0.035 * side + nod, y + 0.345, z - 0.083), 0.011, PLAIN, dark, dark)
        arm = (x + 0.25 * side, y + 0.31 + nod * side, z - 0.05)
        scene.capsule((x + 0.11 * side, y + 0.2, z), arm, 0.006, MARBLE, (0.06, 0.04, 0.02), (0.15, 0.1, 0.06))
    scene.capsule((x + nod, y + 0.32, z - 0.09), (x + nod, y + 0.315, z - 0.16), 0.012, PLAIN, (0.7, 0.2, 0.03), dark)
    scene.capsule((x, y + 0.40, z), (x, y + 0.47, z), 0.06, STRIPES, (0.25, 0.03, 0.04), (0.5, 0.45, 0.4), 1.57)


def _ornament(scene: Scene, x: float, z: float, angle: float, colour: int) -> None:
    length, top = 0.62, 0.62
    at = (x + length * math.sin(angle), top - length * math.cos(angle) + 0.10, z)
    shell = ((0.55, 0.36, 0.06), (0.08, 0.3, 0.28), (0.35, 0.08, 0.25))[colour]
    scene.capsule((x, top + 0.10, z), at, 0.0014, PLAIN, (0.5, 0.45, 0.35), (0.5, 0.45, 0.35))
    scene.sphere(at, 0.042, MARBLE, shell, (0.8, 0.75, 0.6), angle)


def _lights(scene: Scene) -> None:
    random = np.random.default_rng(11)
    warm, amber, blue = (1.0, 0.62, 0.24), (1.0, 0.36, 0.08), (0.3, 0.55, 1.0)
    for _ in range(60):
        at = (random.uniform(-3.0, 3.0), random.uniform(-0.9, 1.8), random.uniform(5.0, 7.2))
        glow = (warm, amber, blue)[random.choice(3, p=(0.5, 0.3, 0.2))]
        scene.sphere(at, random.uniform(0.02, 0.05), GLOW, glow, glow)


def _triple(point: Floats) -> Colour:
    return float(point[0]), float(point[1]), float(point[2])


def render_sample(seconds: float, width: int, height: int, lens: Lens) -> tuple[Image, Image]:
    """(frame (H, W, 3) display-coded, disparity (H, W) in [0, 1]) of the scene through a pinhole.

    Disparity is exact for the first surface that covers at least half of the pixel.
    """
    scene = scene_at(seconds)
    camera = np.array([0.03 * (seconds - 1.5), 0.02, 0.0])
    pixel = SENSOR_WIDTH / lens.focal_length / width
    colour, dioptres = cast(np.array(scene.shapes), np.array(scene.materials), camera, width, height, pixel)
    disparity = (dioptres - 1 / lens.far) / lens.dioptre_range
    frame = np.clip(colour, 0, 1) ** (1 / 2.2)
    return frame.astype(np.float32), np.clip(disparity, 0, 1).astype(np.float32)
