"""A textured disc before a textured wall, with exact disparity, and a bar that may pass in front."""

from collections.abc import Sequence

import numpy as np
from focuspuller.core.frames import Image

from tests.core.sources import Pictures

HEIGHT, WIDTH = 72, 128
RADIUS = 10


def wall(seed: int = 0) -> Image:
    coarse = np.random.default_rng(seed).random((HEIGHT // 4, WIDTH // 4, 3), np.float32)
    return coarse.repeat(4, axis=0).repeat(4, axis=1)


def disc_at(
    places: Sequence[tuple[float, float]],
    nearness: Sequence[float],
    bars: Sequence[float | None] | None = None,
    walls: Sequence[Image] | None = None,
) -> tuple[Pictures, Pictures]:
    """Frames and disparity: a disc at each (x, y), as near as told, and a bar, nearer still, at each x of `bars`."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    pattern = np.random.default_rng(9).random((2 * RADIUS // 4 + 1, 2 * RADIUS // 4 + 1, 3), np.float32)
    frames, maps = [], []
    for number, ((x, y), near) in enumerate(zip(places, nearness, strict=True)):
        picture = (walls[number] if walls else wall()).copy()
        disparity = np.full((HEIGHT, WIDTH), 0.1, np.float32)
        inside = (columns - x) ** 2 + (rows - y) ** 2 < RADIUS**2
        texel = (rows[inside] - y + RADIUS) / 4, (columns[inside] - x + RADIUS) / 4
        picture[inside] = 0.5 * pattern[texel[0].astype(int), texel[1].astype(int)] + (0.5, 0, 0)
        disparity[inside] = near
        bar = bars[number] if bars else None
        if bar is not None:
            covered = np.abs(columns - bar) < 14
            picture[covered] = (0.1, 0.6, 0.2)
            disparity[covered] = 0.9
        frames.append(picture)
        maps.append(disparity)
    return Pictures(frames, "frames"), Pictures(maps, "disparity")
