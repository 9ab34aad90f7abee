"""Each surface is followed as it moves, beside edges too."""

import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.core.hidden.flow import at, flow, halved

from tests.core.hidden.scenes import FRONT, HEIGHT, WIDTH, passing, square_at, texture


def grey(seed: int, height: int, width: int) -> Image:
    """(H, W), laid out as in the product: for another layout all would be compiled again."""
    return np.ascontiguousarray(texture(seed, height, width)[..., 0])


def shifted(picture: Image, right: float, down: float) -> Image:
    """(H, W), what was at p is at p + (right, down)."""
    height, width = picture.shape
    moved = [[at(picture, y - down, x - right) for x in range(width)] for y in range(height)]
    return np.array(moved, np.float32)


def edge_in_the_middle(height: int, width: int) -> Image:
    """Disparity that has every pixel within reach of an edge."""
    disparity = np.full((height, width), 0.3, np.float32)
    disparity[height // 2 - 1 : height // 2 + 1, width // 2 - 1 : width // 2 + 1] = 0.9
    return disparity


@pytest.mark.parametrize("move", [(0.0, 0.0), (0.4, -0.3), (2.6, 1.2), (-7.5, 4.25)])
def test_a_shift_is_found_to_a_fraction_of_a_pixel(move: tuple[float, float]) -> None:
    picture = grey(2, 64, 64)
    way, followed = flow(picture, edge_in_the_middle(64, 64), shifted(picture, *move))
    inside = (slice(12, -12), slice(12, -12))
    assert followed[inside].all()
    assert np.abs(way[inside] - move).max() < 0.3
    assert np.abs(way[inside] - move).mean() < 0.08


def test_two_surfaces_that_meet_go_their_own_ways() -> None:
    (first, second), (disparity, _) = passing(2)
    way, followed = flow(first.mean(-1), disparity, second.mean(-1))
    front = disparity == FRONT
    assert followed[front].all()
    # A pixel beside the edge is not drawn along by the other side, but for the columns that the square comes to hide.
    assert np.abs(way[front] - (3, 0)).mean() < 0.1
    rows, columns = square_at(0)
    left_of_it = way[rows, columns.start - 6 : columns.start]
    assert np.abs(left_of_it).mean() < 0.1


def test_more_or_less_light_on_all_of_it_is_no_motion() -> None:
    picture = grey(3, 48, 48) * 0.7
    way, _ = flow(picture, edge_in_the_middle(48, 48), picture + 0.2)
    assert np.abs(way).max() < 0.1


def test_nothing_is_followed_far_from_edges() -> None:
    disparity = np.full((HEIGHT, 4 * WIDTH), 0.2, np.float32)
    disparity[:, :8] = 0.7
    picture = grey(4, HEIGHT, 4 * WIDTH)
    _, followed = flow(picture, disparity, picture)
    assert followed[:, :32].all()
    assert not followed[:, 64:].any()
    assert not flow(picture, np.zeros_like(disparity), picture).followed.any()


@pytest.mark.parametrize("size", [(10, 10), (11, 37), (49, 95), (100, 13)])
def test_any_size_from_a_patch_on(size: tuple[int, int]) -> None:
    picture = grey(5, *size)
    way, followed = flow(picture, edge_in_the_middle(*size), picture)
    assert way.shape == (*size, 2)
    assert followed.shape == size
    assert np.abs(way).max() < 0.1


def test_halving_averages() -> None:
    picture = np.arange(15, dtype=np.float32).reshape(3, 5)
    np.testing.assert_allclose(halved(picture), [[3, 5]])
