"""A cut is told from everything else that changes a picture at once."""

import numpy as np
import pytest
import torch
from focuspuller.core.frames import Image
from focuspuller.core.tracking.cuts import is_cut
from focuspuller.core.tracking.view import View, reduced_view

from tests.core.tracking.scenes import HEIGHT, WIDTH, disc_at, wall


def view(picture: Image) -> View:
    return reduced_view(picture.astype(np.float32), np.zeros(picture.shape[:2], np.float32))


def dusk(seed: int) -> Image:
    return (0.3 * wall(seed) + (0.0, 0.05, 0.3)).astype(np.float32)


def test_another_place_is_another_shot() -> None:
    assert is_cut(view(wall(0)), view(dusk(1)))
    assert is_cut(view(dusk(1)), view(wall(0)))


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
    assert not is_cut(view(wall(0)), view(after))


def test_black_to_black_is_none() -> None:
    black = View(torch.zeros(3, HEIGHT, WIDTH), torch.zeros(HEIGHT, WIDTH))
    assert not is_cut(black, black)
