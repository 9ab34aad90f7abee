from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.core.svb.scene import Scene, random_scene

SIZE, FRAMES = 96, 16


class Plain:
    """Flat assets, so that scenes are about geometry alone."""

    name = "plain"

    def background(self, rng: np.random.Generator, height: int, width: int) -> Image:
        return np.full((height, width, 3), 0.5, np.float32)

    def cutout(self, rng: np.random.Generator, size: int) -> Image:
        square = np.zeros((size, size, 4), np.float32)
        square[1:-1, 1:-1] = 1
        return square


def scene(seed: int, objects: int = 4) -> Scene:
    return random_scene(np.random.default_rng(seed), Plain(), SIZE, SIZE, FRAMES, objects)


def corners(made: Scene, frame: int, layer: int) -> np.ndarray:
    """Frame positions (4, 2) of a layer's texture corners."""
    seen = made.frames[frame][layer]
    rows, columns = seen.texels.shape[:2]
    affine = np.vstack([seen.to_texel, [0, 0, 1]])
    texels = np.array([[x, y, 1] for x in (0, columns - 1) for y in (0, rows - 1)], float)
    mapped: np.ndarray = (np.linalg.inv(affine) @ texels.T).T[:, :2]
    return mapped


@pytest.mark.parametrize("objects", [1, 4, 9])
def test_disparities_stay_apart_in_order_and_in_range(objects: int) -> None:
    for seed in range(12):
        made = scene(seed, objects)
        assert made.targets.shape == (objects + 1, FRAMES)
        assert (np.diff(made.targets, axis=0) < 0).all()
        for t in range(FRAMES):
            reach = []
            for layer, seen in enumerate(made.frames[t]):
                at = corners(made, t, layer)
                if layer == objects:  # the background, as far as rays go
                    at = np.clip(at, -64 * SIZE / 256, SIZE - 1 + 64 * SIZE / 256)
                d = seen.plane[0] + at @ np.asarray(seen.plane[1:])
                reach.append((d.min(), d.max()))
            assert all(near[0] > far[1] for near, far in pairwise(reach))
            assert reach[0][1] <= 1
            assert reach[-1][0] >= -1e-9


def test_depth_changes_and_size_follows_it() -> None:
    moved, grew = [], []
    for seed in range(12):
        made = scene(seed)
        for number in range(4):
            near = made.targets[number]
            sides = [np.linalg.norm(corners(made, t, number)[1] - corners(made, t, number)[0]) for t in range(FRAMES)]
            moved.append(np.ptp(near))
            grew.append(np.corrcoef(near, sides)[0, 1])
    assert np.median(moved) > 0.005
    assert min(grew) > 0.999


def test_the_background_reaches_past_the_frame_on_every_side() -> None:
    for seed in range(12):
        made = scene(seed)
        for t in range(FRAMES):
            at = corners(made, t, 4)
            assert (at.min(axis=0) < -0.2 * SIZE).all()
            assert (at.max(axis=0) > 1.2 * SIZE - 1).all()


def test_things_move_smoothly_and_mostly_stay_near_the_frame() -> None:
    seen = []
    for seed in range(12):
        made = scene(seed)
        for number in range(4):
            path = np.array([corners(made, t, number).mean(axis=0) for t in range(FRAMES)])
            assert np.abs(np.diff(path, n=2, axis=0)).max() < 4
            seen.append(((path > 0) & (path < SIZE)).all(axis=1).mean())
    assert np.mean(seen) > 0.6


def test_one_seed_one_scene() -> None:
    one, other = scene(5), scene(5)
    assert np.array_equal(one.targets, other.targets)
    assert all(
        np.array_equal(a.to_texel, b.to_texel) and a.plane == b.plane
        for first, second in zip(one.frames, other.frames, strict=True)
        for a, b in zip(first, second, strict=True)
    )
    assert not np.array_equal(one.targets, scene(6).targets)
