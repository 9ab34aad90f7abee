import importlib.util

import numpy as np
import pytest
import torch
from focuspuller.core.depth.normalise import Normalisation
from focuspuller.core.depth.source import Quantity
from focuspuller.core.depth.steady import steadied
from focuspuller.core.frames import Image
from focuspuller.core.media.disparity import resampled

from tests.core.depth import moving
from tests.core.sources import Pictures, textured_clip

pytestmark = pytest.mark.skipif(importlib.util.find_spec("cv2") is None, reason="needs cv2")

AS_IS = Normalisation(Quantity.DISPARITY, 0.0, 1.0)


def steady(frames: list[Image], maps: list[Image], strength: float = 1.0) -> tuple[list[Image], tuple[int, ...]]:
    """The steadied maps, and the cuts."""
    with steadied(Pictures(frames), maps, AS_IS, strength, torch.device("cpu")) as found:
        return [*found.frames], found.cuts


def test_an_estimate_is_steadier_than_it_was_and_no_worse() -> None:
    frames, exact, estimated = moving.shot(seed=2, size=96, frames=7)
    found = steady(frames, estimated)[0]
    assert moving.temporal_error(found, exact) < 0.5 * moving.temporal_error(estimated, exact)
    assert moving.error(found, exact) <= moving.error(estimated, exact)
    assert moving.boundary_score(found, exact) >= moving.boundary_score(estimated, exact)


@pytest.mark.slow
def test_so_it_is_on_average_over_many_shots() -> None:
    rows = []
    for seed in range(8):
        frames, exact, estimated = moving.shot(seed, size=192, frames=16)
        found = steady(frames, estimated)[0]
        measures = (moving.temporal_error, moving.error, moving.boundary_score)
        rows.append([measure(found, exact) / measure(estimated, exact) for measure in measures])
    temporal, error, boundaries = np.mean(rows, axis=0)
    assert temporal < 0.5
    assert error < 0.95
    assert boundaries > 1.2


def test_exact_disparity_of_moving_things_stays_what_it_is() -> None:
    """Never lags: where nothing trembles nothing is done, though things and camera move."""
    frames, exact, _ = moving.shot(seed=4, size=96, frames=6)
    assert moving.error(steady(frames, exact)[0], exact) < 0.012


def test_nothing_crosses_a_cut() -> None:
    """Each side is what it is without the other."""
    first, second = moving.shot(seed=2, size=96, frames=4), moving.shot(seed=9, size=96, frames=4)
    joined, cuts = steady(first[0] + second[0], first[2] + second[2])
    assert cuts == (4,)
    apart = steady(first[0], first[2])[0] + steady(second[0], second[2])[0]
    np.testing.assert_allclose(joined, apart, atol=1e-6)


def test_one_frame_and_a_still_clip_are_no_trouble() -> None:
    frames, maps = (clip.pictures for clip in textured_clip(1))
    found = steady(frames, maps)[0]
    assert [image.shape for image in found] == [(36, 48)]
    still = steady(frames * 4, maps * 4)[0]
    np.testing.assert_allclose(still[0], still[3], atol=1e-6)


def test_strength_goes_from_nothing_to_all() -> None:
    frames, _, estimated = moving.shot(seed=2, size=96, frames=3)
    np.testing.assert_array_equal(steady(frames, estimated, 0.0)[0], estimated)
    change = [moving.error(steady(frames, estimated, strength)[0], estimated) for strength in (0.4, 1.0)]
    assert change == sorted(change)
    assert change[0] > 0


def test_edges_of_small_maps_are_drawn_at_the_pictures_size() -> None:
    frames, exact, _ = moving.shot(seed=5, size=96, frames=2)
    small = [np.ascontiguousarray(image.reshape(24, 4, 24, 4).mean(axis=(1, 3))) for image in exact]
    found, _ = steady(frames, small)
    plain = [resampled(image, 96, 96) for image in small]
    assert found[0].shape == (96, 96)
    assert moving.error(found, exact) < moving.error(plain, exact)
    assert moving.boundary_score(found, exact) > moving.boundary_score(plain, exact)
