"""Clips whose motion, and what is hidden in them, are known."""

import numpy as np
from focuspuller.core.frames import Image

HEIGHT, WIDTH = 72, 96
BACK, FRONT = 0.2, 0.8
TOP, LEFT, SIDE = 20, 24, 32
"""Of the square in front, at frame 0."""


def texture(seed: int, height: int, width: int) -> Image:
    """(height, width, 3) with detail of every size, as pictures have it."""
    random = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3))
    for size in (2, 4, 8, 16):
        coarse = random.random((height // size + 3, width // size + 3, 3))
        y, x = np.arange(height)[:, None] / size, np.arange(width) / size
        top, left = y.astype(int), x.astype(int)
        down, right = (y - top)[..., None], (x - left)[..., None]
        upper = coarse[top, left] * (1 - right) + coarse[top, left + 1] * right
        lower = coarse[top + 1, left] * (1 - right) + coarse[top + 1, left + 1] * right
        picture += upper * (1 - down) + lower * down
    return np.ascontiguousarray((picture - picture.min()) / np.ptp(picture), np.float32)


GROUND, SQUARE = texture(0, HEIGHT, WIDTH), texture(1, SIDE, SIDE)


def passing(length: int, speed: int = 3) -> tuple[list[Image], list[Image]]:
    """Frames and disparity of a square that passes to the right in front of a picture that stands still."""
    frames, maps = [], []
    for t in range(length):
        frame, disparity = GROUND.copy(), np.full((HEIGHT, WIDTH), BACK, np.float32)
        inside = slice(TOP, TOP + SIDE), slice(LEFT + speed * t, LEFT + speed * t + SIDE)
        frame[inside], disparity[inside] = SQUARE, FRONT
        frames.append(frame)
        maps.append(disparity)
    return frames, maps


def square_at(t: int, speed: int = 3) -> tuple[slice, slice]:
    return slice(TOP, TOP + SIDE), slice(LEFT + speed * t, LEFT + speed * t + SIDE)
