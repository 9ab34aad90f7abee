import numpy as np
from focuspuller.plugin.spline import Segment, auto_slopes, levels_at, split


def random_segments(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(0, 1, (count, 2)), rng.normal(size=(count, 4))])


def time_at(segments: np.ndarray, t: np.ndarray) -> np.ndarray:
    x1, x2 = segments[:, 0], segments[:, 1]
    position: np.ndarray = np.clip(3 * (1 - t) ** 2 * t * x1 + 3 * (1 - t) * t**2 * x2 + t**3, 0, 1)
    return position


def test_time_is_found_to_a_billionth_of_a_frame() -> None:
    """With levels that run as time does, the level at a position is that position."""
    count = 20_000
    segments = random_segments(count, 1)
    extremes = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [1, 0.5], [0.5, 0], [1 / 3, 2 / 3]])
    segments[: 100 * len(extremes), :2] = np.repeat(extremes, 100, axis=0)
    segments[:, 2:] = np.column_stack([np.zeros(count), segments[:, 0], segments[:, 1], np.ones(count)])
    position = np.random.default_rng(2).uniform(0, 1, count)
    position[::10] = 0.5
    position[1::10] = 1e-12
    position[2::10] = 1 - 1e-12
    longest = 100_000
    assert np.abs(levels_at(segments, position) - position).max() * longest < 1e-9


def test_levels_are_those_of_the_bezier() -> None:
    segments = random_segments(5_000, 3)
    t = np.random.default_rng(4).uniform(0.05, 0.95, 5_000)
    y0, y1, y2, y3 = segments[:, 2:].T
    expected = (1 - t) ** 3 * y0 + 3 * (1 - t) ** 2 * t * y1 + 3 * (1 - t) * t**2 * y2 + t**3 * y3
    # Where time all but stands still, no arithmetic in doubles can tell the moments apart.
    x1, x2 = segments[:, 0], segments[:, 1]
    speed = 3 * (1 - t) ** 2 * x1 + 6 * (1 - t) * t * (x2 - x1) + 3 * t**2 * (1 - x2)
    moving = speed > 1e-4
    assert moving.mean() > 0.99
    assert np.abs(levels_at(segments, time_at(segments, t)) - expected)[moving].max() < 1e-9


def test_a_level_does_not_depend_on_its_company() -> None:
    segments = random_segments(500, 5)
    position = np.random.default_rng(6).uniform(0, 1, 500)
    together = levels_at(segments, position)
    for i in range(500):
        assert levels_at(segments[i : i + 1], position[i : i + 1])[0] == together[i]


def test_split_halves_draw_the_whole() -> None:
    rng = np.random.default_rng(7)
    for row in random_segments(200, 8):
        row[:2] = np.sort(row[:2])
        at = float(rng.uniform(0.1, 0.9))
        earlier, later = split(Segment(*row.tolist()), at)
        position = np.linspace(0, 1, 41)
        whole = levels_at(np.tile(row, (41, 1)), position)
        before = levels_at(np.tile(earlier, (41, 1)), np.minimum(position / at, 1))
        after = levels_at(np.tile(later, (41, 1)), np.maximum((position - at) / (1 - at), 0))
        np.testing.assert_allclose(np.where(position <= at, before, after), whole, atol=1e-9)


def test_auto_slopes_keep_every_segment_monotone() -> None:
    rng = np.random.default_rng(9)
    for _ in range(100):
        frames = np.cumsum(rng.exponential(10, 20) + 1e-3)
        levels = rng.normal(size=20) * 10 ** rng.uniform(-6, 3)
        slopes = auto_slopes(frames, levels, np.zeros(19, dtype=bool))
        secants = np.diff(levels) / np.diff(frames)
        # Fritsch and Carlson's sufficient condition.
        assert np.all(slopes[:-1] / secants >= 0)
        assert np.all(slopes[:-1] / secants <= 3 + 1e-12)
        assert np.all(slopes[1:] / secants >= 0)
        assert np.all(slopes[1:] / secants <= 3 + 1e-12)
        extrema = np.flatnonzero(secants[:-1] * secants[1:] <= 0) + 1
        assert np.all(slopes[extrema] == 0)
        assert slopes[0] == slopes[-1] == 0


def test_auto_slopes_follow_a_straight_line() -> None:
    frames = np.array([0.0, 3, 10, 11, 40])
    slopes = auto_slopes(frames, 2 * frames + 1, np.zeros(4, dtype=bool))
    np.testing.assert_allclose(slopes[1:-1], 2)


def test_auto_slopes_are_flat_beside_a_hold() -> None:
    slopes = auto_slopes(np.arange(5.0), np.arange(5.0), np.array([False, True, False, False]))
    assert slopes.tolist() == [0, 0, 0, 1, 0]
