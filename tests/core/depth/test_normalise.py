import math
import tracemalloc

import numpy as np
import pytest
from focuspuller.core.depth import normalise
from focuspuller.core.depth.normalise import Normalisation, nearness, normalisation
from focuspuller.core.depth.source import Quantity
from focuspuller.core.errors import DisparityError, DisparityNotFinite


def test_stray_pixels_do_not_squeeze_the_rest() -> None:
    maps = [np.linspace(0, 1, 10_000, dtype=np.float32).reshape(100, 100) for _ in range(4)]
    maps[2][0, :3] = 1e6
    scale = normalisation(maps, Quantity.DISPARITY, "maps")
    assert -0.01 < scale.low < scale.high < 1.01


def test_distance_and_its_inverse_are_one_scene() -> None:
    """Metres, and the disparity of the same scene, give the same normalised disparity."""
    metres = np.random.default_rng(0).uniform(0.5, 50, (3, 40, 40)).astype(np.float32)
    by_metres = normalisation([*metres], Quantity.METRIC, "a")
    by_disparity = normalisation([*(7 / metres + 3)], Quantity.DISPARITY, "b")
    np.testing.assert_allclose(by_metres.apply(metres[1]), by_disparity.apply(7 / metres[1] + 3), atol=1e-4)
    assert by_metres.near is not None
    assert 0.5 <= by_metres.near < 0.6
    assert by_disparity.near is by_disparity.far is None


def test_a_long_clip_takes_no_more_memory_than_a_short_one() -> None:
    """Pixels are sampled: what is kept does not grow with frames, until each gives its least."""

    class Many(list[np.ndarray]):
        def __len__(self) -> int:
            return 100_000

    one = np.linspace(0, 1, 1 << 16, dtype=np.float32).reshape(256, 256)
    tracemalloc.start()
    assert normalisation(Many([one] * 50), Quantity.DISPARITY, "maps").high == pytest.approx(1, abs=0.01)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * one.nbytes


@pytest.mark.parametrize("width", [16, 48, 77])
def test_pixels_of_every_column_are_heard(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalise, "_SAMPLES", 0)
    monkeypatch.setattr(normalise, "_SAMPLES_OF_A_FRAME", 24)
    one = np.tile(np.linspace(0, 1, width, dtype=np.float32), (24, 1))
    found = normalisation([one] * 40, Quantity.DISPARITY, "maps")
    assert (found.low, found.high) == pytest.approx((0, 1), abs=0.1)


def test_nothing_is_infinitely_far() -> None:
    raw = np.array([[0, -1, np.inf, 2]], np.float32)
    np.testing.assert_array_equal(nearness(raw, Quantity.DEPTH), [[0, 0, 0, 0.5]])
    assert Normalisation(Quantity.METRIC, 0.0, 2.0).far == math.inf


def test_what_holds_no_depth_is_refused() -> None:
    with pytest.raises(DisparityError, match="same everywhere"):
        normalisation([np.full((9, 9), 3, np.float32)], Quantity.DISPARITY, "maps")
    with pytest.raises(DisparityNotFinite, match="frame 1"):
        normalisation([np.eye(9, dtype=np.float32), np.full((9, 9), np.nan, np.float32)], Quantity.METRIC, "maps")
    with pytest.raises(DisparityNotFinite):
        normalisation([np.full((9, 9), np.inf, np.float32)], Quantity.DISPARITY, "maps")
