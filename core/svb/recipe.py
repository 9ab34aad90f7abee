"""What a data set is made of, and from (recipe, seed, index) to a scene, a shot, and its frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..frames import Image
from ..optics import Defocus
from .assets import AssetSource
from .dataset import VideoFrame
from .scene import Scene, random_scene
from .shots import Shot, random_shot
from .trace import View, points_for, trace

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a data set is made of.

    Attributes:
        stream: keeps recipes apart, so that no seed makes one's training video the other's test video.
        points: aperture points per frame at least; large discs take more.
        frames: of a video: consecutive ones of the take.
        take: frames, `frames` at least, over which things move and the lens racks, so that a short video is no hastier
            than a long one.
    """

    stream: int
    videos: int
    objects: int
    points: int
    frames: int = 16
    size: int = 256
    take: int = 16


PRESETS = {
    "train": Recipe(stream=0, videos=3000, objects=4, points=160),
    "crowded": Recipe(stream=3, videos=2400, objects=9, points=160, frames=6),
    "test": Recipe(stream=1, videos=300, objects=9, points=400),
}


def make_scene(recipe: Recipe, seed: int, index: int, assets: AssetSource) -> tuple[Scene, Shot]:
    """The scene and the shot of video `index`: the same wherever and whenever they are made."""
    rng = np.random.default_rng([recipe.stream, seed, index])
    length = max(recipe.frames, recipe.take)
    scene = random_scene(rng, assets, recipe.size, recipe.size, length, recipe.objects)
    shot = random_shot(rng, scene)
    if length == recipe.frames:
        return scene, shot
    first = int(rng.integers(length - recipe.frames + 1))
    part = slice(first, first + recipe.frames)
    return replace(scene, frames=scene.frames[part], targets=scene.targets[:, part]), replace(
        shot, lens=shot.lens[part]
    )


def shoot(
    scene: Scene,
    shot: Shot,
    index: int,
    view: View,
    points: int,
    device: torch.device | None,
    disparity: Image,
) -> VideoFrame:
    """Frame `index` of the scene through the shot's lens, within `view`, traced with at least `points` points; of the
    disparity that it has there."""
    layers, lens = scene.frames[index], shot.lens[index]
    far, near = scene.span
    radius = lens.blur * max(abs(near - lens.focus_disparity), abs(far - lens.focus_disparity))
    return VideoFrame(
        frame=trace(layers, Defocus(0.0, 0.0), view, 1, device),
        bokeh=trace(layers, lens, view, points_for(radius, points), device),
        disparity=disparity,
        defocus=lens,
    )
