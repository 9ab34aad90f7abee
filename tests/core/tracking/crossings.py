"""Synthetic videos in which a known subject is crossed, before and behind, and hidden: what trackers are judged by.

A subject wanders, turns and comes nearer or goes; things pass in front of it and behind it; the camera drifts. Its
disparity is known on every frame, hidden or not, and so is how much of it shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.corrupt import Corruption, corrupt
from focuspuller.core.svb.scene import Rng, Series, drift, placed
from focuspuller.core.svb.trace import Layer, View, linear_texels, trace, trace_disparity
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

APART = 0.07
"""Least disparity between the subject and whatever passes it."""

GRAIN = 0.012
"""Deviation of the sensor's noise."""

SOLID = 0.2
"""Least share of a cut-out's square that a subject, or what hides one, covers without gaps."""

PAINTED = 34
"""Least px across at which cut-outs are painted; smaller ones are reduced from there."""

CLEAR = 0.97
"""Share of the subject that shows on a frame where it may be clicked."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A video and the truth about its subject.

    Attributes:
        frames, disparity: T pictures (H, W, 3) and T maps (H, W), display-coded and exact, or as an estimator errs.
        truth: (T,) median disparity of the subject's whole surface, hidden or not.
        visible: (T,) share of its surface within the picture that shows.
        click: (x, y) px on the subject at frame `clicked`, where nothing hides it.
    """

    frames: Sequence[Image]
    disparity: Sequence[Image]
    truth: Series
    visible: Series
    click: tuple[int, int]
    clicked: int


def crossing(seed: int, length: int = 48, height: int = 180, width: int = 320) -> Crossing:
    """The video of a seed. Odd seeds have the disparity of an estimator: blurred, grown or shrunk, and warped."""
    rng = np.random.default_rng([seed, 6])
    view = View(height, width)
    while True:
        subject, stacks = _scene(rng, length, height, width)
        alone = [trace_disparity([layer], view) for layer in subject]
        maps = [trace_disparity(layers, view) for layers in stacks]
        whole = [int((own > 0).sum()) for own in alone]
        shown = [int(((own > 0) & (own == seen)).sum()) for own, seen in zip(alone, maps, strict=True)]
        visible = np.array(shown) / np.maximum(whole, 1)
        # The subject has to be there throughout, to be hidden at times, and to have a frame on which to click it.
        if min(whole) > 0.4 * max(whole) and visible.min() < 0.4 and visible.mean() > 0.5 and visible.max() > CLEAR:
            break
    truth = np.array([np.median(own[own > 0]) for own in alone])
    clicked = int(rng.choice(np.flatnonzero(visible > CLEAR)))
    click = _well_within(rng, (alone[clicked] > 0) & (alone[clicked] == maps[clicked]))
    frames = [
        _grainy(rng, trace(layers, Defocus(0.0, 0.0), view, 1)) for layers in _before_a_picture(rng, stacks, view)
    ]
    if seed % 2:
        clip = torch.from_numpy(np.stack(maps))[:, None]
        maps = list(corrupt(clip, Corruption.III, rng)[:, 0].numpy())
    return Crossing(frames, maps, truth, visible, click, clicked)


def _scene(rng: Rng, length: int, height: int, width: int) -> tuple[list[Layer], list[list[Layer]]]:
    """The subject's layer on every frame, and all layers on every frame, front to back, a blank wall last."""
    time = np.arange(length)
    unit = height / 180
    depth = _between(rng, rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.8), length)
    size = rng.uniform(45, 90) * unit
    start = rng.uniform(0.3, 0.7, 2) * (width, height)
    path = start + drift(rng, length, rng.uniform(0, 2) * unit)
    path = np.clip(path, np.multiply(0.2, (width, height)), np.multiply(0.8, (width, height)))
    subject = _moving(rng, size, path, depth)
    movers = [(depth, subject)]
    for number in range(int(rng.integers(2, 5))):
        gap = rng.uniform(APART, 0.25)
        in_front = number == 0 or rng.random() < 0.5
        nearness = np.minimum(depth + gap, 0.98) if in_front else np.maximum(depth - gap, 0.15)
        meets = rng.uniform(0.15, 0.85) * length
        heading = rng.uniform(0, 2 * math.pi)
        speed = rng.uniform(2, 9) * unit
        straight = (time - meets)[:, None] * speed * np.array([math.cos(heading), 0.5 * math.sin(heading)])
        passing = path + straight + rng.normal(0, 0.1 * size, 2)
        movers.append((nearness, _moving(rng, size * rng.uniform(0.6, 1.5), passing, nearness)))
    back = rng.uniform(0.02, 0.12)
    wall = Layer(np.ones((2, 2, 4), np.float32), np.eye(2, 3), (back, 0.0, 0.0))
    return subject, [
        [layers[t] for _, layers in sorted(movers, key=lambda m: -m[0][t])] + [wall] for t in range(length)
    ]


def _before_a_picture(rng: Rng, stacks: list[list[Layer]], view: View) -> list[list[Layer]]:
    """The wall painted: a picture that drifts with the camera."""
    unit = view.height / 180
    pan = drift(rng, len(stacks), rng.choice([0.0, rng.uniform(0, 0.8)]) * unit)
    middle = np.array([view.width, view.height]) / 2
    margin = np.ceil(np.abs(pan).max(axis=0)).astype(int) + 2
    size = view.height + 2 * int(margin[1]), view.width + 2 * int(margin[0])
    texels = linear_texels(ProceduralAssets().background(rng, *size))
    return [
        [*layers[:-1], placed(texels, middle + offset, 0.0, 1.0, layers[-1].plane[0], np.zeros(2))]
        for layers, offset in zip(stacks, pan, strict=True)
    ]


def _moving(rng: Rng, size: float, path: NDArray[np.float64], depth: Series) -> list[Layer]:
    """A cut-out along a path, growing as it comes nearer, gently turning, a little tilted."""
    growth = (depth + 0.3) / (depth[0] + 0.3)
    texels = linear_texels(_solid(rng, max(math.ceil(size * growth.max()), PAINTED)))
    turns = rng.normal(0, 0.1) + drift(rng, len(path), rng.choice([0.0, 0.01]))[:, 0]
    gradient = rng.normal(0, 0.01, 2) / size
    return [
        placed(texels, path[t], turns[t], size * growth[t] / len(texels), float(depth[t]), gradient)
        for t in range(len(path))
    ]


def _solid(rng: Rng, size: int) -> Image:
    """A cut-out that covers enough to be followed, or to hide: no fences."""
    while True:
        cutout = ProceduralAssets().cutout(rng, size)
        blocks = sliding_window_view(cutout[..., 3] > 0.5, (size // 8, size // 8))
        if blocks.all(axis=(2, 3)).mean() > SOLID:
            return cutout


def _between(rng: Rng, start: float, end: float, length: int) -> Series:
    """From one value to another, gently, over a random part of the clip."""
    first, last = rng.uniform(0, 0.4) * length, rng.uniform(0.6, 1) * length
    t = np.clip((np.arange(length) - first) / (last - first), 0, 1)
    return np.asarray(start + (end - start) * t * t * (3 - 2 * t))


def _well_within(rng: Rng, inside: NDArray[np.bool_]) -> tuple[int, int]:
    """(x, y) of a place as far from a region's outline as there is, as a person would click."""
    core = inside
    while core.any():
        inside = core
        padded = np.pad(core, 1)
        core = core & padded[2:, 1:-1] & padded[:-2, 1:-1] & padded[1:-1, 2:] & padded[1:-1, :-2]
    rows, columns = np.nonzero(inside)
    chosen = int(rng.integers(len(rows)))
    return int(columns[chosen]), int(rows[chosen])


def _grainy(rng: Rng, picture: Image) -> Image:
    """8-bit codes of the picture, with a sensor's noise."""
    noisy = picture + rng.normal(0, GRAIN, picture.shape)
    return np.asarray(np.round(np.clip(noisy, 0, 1) * 255) / 255, np.float32)
