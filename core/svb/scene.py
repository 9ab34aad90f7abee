"""A background and objects on random trajectories through space, as the layers that each frame sees.

Positions are perspective: a point's place on screen, its speed and its size all grow with inverse distance, which is
disparity plus the scene's own `far` offset. The camera moves too. Disparities never cross: they are built as gaps
between neighbours in depth, and each gap breathes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..frames import Image
from .assets import AssetSource
from .trace import Layer, linear_texels

Rng = np.random.Generator
Series = NDArray[np.float64]
"""One value per frame (T,), or one point (T, 2)."""

OVERSCAN = 64
"""Px of background beyond the frame on every side at a 256 px frame; grows with the frame."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Layers by frame.

    Attributes:
        frames: for each frame its layers, front to back, the background last.
        targets: (objects + 1, T) disparity at each layer's middle, in the same order: what a lens may focus on.
        span: (lowest, highest) disparity that any frame holds.
    """

    height: int
    width: int
    frames: Sequence[Sequence[Layer]]
    targets: Series
    span: tuple[float, float]


def random_scene(rng: Rng, assets: AssetSource, height: int, width: int, frames: int, objects: int) -> Scene:
    """A background and `objects` cut-outs over `frames` frames of height x width px."""
    unit = min(height, width) / 256
    far = rng.uniform(0.05, 0.6)
    slope_background, disparities, floor = _depths(rng, frames, objects, height, width, OVERSCAN * unit)
    ladder = np.concatenate([np.ones((1, frames)), disparities[:-1], np.full((1, frames), floor)])
    nearness = disparities + far
    nearest = nearness.max()
    middle = frames // 2
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    pan = drift(rng, frames, rng.choice([0.0, rng.uniform(0, 1.5)]) * unit)
    dolly = drift(rng, frames, rng.choice([0.0, rng.uniform(0, 3.0)]) * unit)

    layers: list[list[Layer]] = [[] for _ in range(frames)]
    for number in range(objects):
        near = nearness[number]
        growth = near / near[middle]
        start = np.clip(rng.normal(0.5, 0.28, 2), 0, 1) * (width, height) - centre
        speed = rng.choice([0.0, math.exp(rng.uniform(math.log(0.1), math.log(6)))], p=[0.2, 0.8]) * unit
        path = centre + pan + (start + drift(rng, frames, speed)) * growth[:, None] + dolly * near[:, None] / nearest
        turn = rng.choice([rng.normal(0, 0.12), rng.uniform(-math.pi, math.pi)], p=[0.75, 0.25])
        turns = turn + drift(rng, frames, rng.choice([0.0, rng.uniform(0, 0.03)]))[:, 0]
        size = math.exp(rng.uniform(math.log(60), math.log(280))) * unit
        texels = linear_texels(assets.cutout(rng, math.ceil(size * growth.max())))
        clearance = np.min(-np.diff(ladder[number : number + 3], axis=0))
        tilt = rng.uniform(0, 0.4) * clearance / (0.75 * size * growth.max())
        facing = rng.uniform(0, 2 * math.pi)
        gradient = tilt * np.array([math.cos(facing), math.sin(facing)])
        for t in range(frames):
            scale = growth[t] / growth.max()
            layers[t].append(placed(texels, path[t], turns[t], scale, disparities[number, t], gradient))

    shift = pan + dolly * nearness[-1][:, None] / nearest
    margin = np.ceil(OVERSCAN * unit + np.abs(shift).max(axis=0)).astype(int)
    backdrop = linear_texels(assets.background(rng, height + 2 * int(margin[1]), width + 2 * int(margin[0])))
    for t in range(frames):
        layers[t].append(placed(backdrop, centre + shift[t], 0.0, 1.0, disparities[-1, t], slope_background, centre))
    reach = np.abs(slope_background) @ centre
    return Scene(height, width, layers, disparities, (float(disparities.min() - reach), float(disparities.max())))


def _depths(
    rng: Rng, frames: int, objects: int, height: int, width: int, overscan: float
) -> tuple[NDArray[np.float64], Series, float]:
    """How deep everything lies.

    Returns:
        The background's slope (2,) per px; disparities (objects + 1, T) at the layers' middles, front to back, ordered
        at every frame; the highest disparity that the tilted background reaches, which every object stays above.
    """
    half = np.array([width / 2 + overscan, height / 2 + overscan])
    tilt = rng.choice([0.0, rng.uniform(0, 0.2)], p=[0.3, 0.7])
    # Ground is nearer at the bottom of a picture; walls lean either way.
    facing = math.pi / 2 + rng.normal(0, 0.3) if rng.random() < 0.5 else rng.uniform(0, 2 * math.pi)
    direction = np.array([math.cos(facing), math.sin(facing)])
    slope = tilt * direction / (np.abs(direction) @ half)
    back = tilt + rng.uniform(0.0, 0.15)

    gaps = rng.dirichlet(np.full(objects, 2.0)) + 0.35 / objects
    breath = np.exp(np.stack([drift(rng, frames, 0.5)[:, 0] / frames for _ in range(objects)]))
    room = rng.uniform(0.55, 0.98) - back - tilt
    gaps = gaps[:, None] * breath
    gaps *= room / gaps.sum(axis=0).max()
    heights = back + tilt + np.cumsum(gaps, axis=0)
    return slope, np.concatenate([heights[::-1], np.full((1, frames), back)]), back + tilt


def drift(rng: Rng, frames: int, speed: float) -> Series:
    """A smooth wandering path (T, 2) that passes zero half-way at about `speed` a frame."""
    time = np.arange(frames) - frames // 2
    heading = rng.uniform(0, 2 * math.pi)
    straight = time[:, None] * np.array([math.cos(heading), math.sin(heading)])
    swings = []
    for _ in range(2):
        rate, phase = rng.uniform(0.1, 0.6), rng.uniform(0, 2 * math.pi)
        swings.append((np.sin(rate * time + phase) - math.sin(phase)) / rate)
    share = rng.random()
    path: Series = speed * (share * straight + (1 - share) * np.stack(swings, axis=1))
    return path


def placed(
    texels: Image,
    position: NDArray[np.float64],
    turn: float,
    scale: float,
    disparity: float,
    gradient: NDArray[np.float64],
    anchor: NDArray[np.float64] | None = None,
) -> Layer:
    """The texture's middle at `position`, turned and scaled; `disparity` holds at `anchor`, the position by default."""
    rows, columns = texels.shape[:2]
    inverse = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]) / scale
    offset = np.array([(columns - 1) / 2, (rows - 1) / 2]) - inverse @ position
    at = position if anchor is None else anchor
    plane = (float(disparity - gradient @ at), float(gradient[0]), float(gradient[1]))
    return Layer(texels, np.concatenate([inverse, offset[:, None]], axis=1), plane)
