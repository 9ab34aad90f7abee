"""A cut is told from everything else that changes a picture at once."""

import numpy as np
import pytest
import torch
from focuspuller.core.cuts import is_cut
from focuspuller.core.frames import Image

from tests.core.depth import moving
from tests.core.tracking.scenes import HEIGHT, WIDTH, disc_at, wall


def cuts(before: Image, after: Image) -> bool:
    return is_cut(*(torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1) for image in (before, after)))


def dusk(seed: int) -> Image:
    return (0.3 * wall(seed) + (0.0, 0.05, 0.3)).astype(np.float32)


def test_another_place_is_another_shot() -> None:
    assert cuts(wall(0), dusk(1))
    assert cuts(dusk(1), wall(0))


@pytest.mark.parametrize("seed", range(600, 603))
def test_of_the_same_colours_too(seed: int) -> None:
    shot, other = (moving.shot(each, size=96, frames=2)[0] for each in (seed, seed + 50))
    assert cuts(shot[1], other[0])
    assert not cuts(shot[0], shot[1])
    assert cuts(shot[1], shot[1][::-1, ::-1])


@pytest.mark.parametrize(
    "after",
    [
        wall(0),
        np.clip(wall(0) + 0.5, 0, 1),
        wall(0) * 0.4,
        np.roll(wall(0), 40, axis=1),
        disc_at([(64, 36)], [0.5], [64])[0].pictures[0],
    ],
    ids=["still", "flash", "lights off", "whip pan", "something passes"],
)
def test_within_a_shot_nothing_is_a_cut(after: Image) -> None:
    assert not cuts(wall(0), after)


def test_black_to_black_is_none() -> None:
    black = torch.zeros(3, HEIGHT, WIDTH)
    assert not is_cut(black, black)
