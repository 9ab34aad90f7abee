"""What frames around one show of what it hides is what is there."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from focuspuller.core.errors import FrameMissing, FrameUnreadable
from focuspuller.core.frames import Image
from focuspuller.core.hidden import motion
from focuspuller.core.hidden.clip import AROUND, WholeClip, revealed, revealed_in_all
from focuspuller.core.hidden.motion import Motions
from focuspuller.core.hidden.reveal import DISPARITY, KNOWN

from tests.core.hidden.scenes import BACK, FRONT, GROUND, HEIGHT, WIDTH, passing, square_at, texture

HERE = 5


def test_behind_what_passes_stands_what_is_seen_before_and_after() -> None:
    frames, maps = passing(11)
    hidden = revealed_in_all(frames, maps)[HERE].picture()
    rows, columns = square_at(HERE)
    # Three px a frame, from either side.
    known = 3 * AROUND - 2
    inner = slice(rows.start + 2, rows.stop - 2)
    for band in (slice(columns.start, columns.start + known), slice(columns.stop - known, columns.stop)):
        shown = hidden[inner, band]
        assert shown[..., KNOWN].mean() > 0.85
        there = shown[..., KNOWN] > 0.5
        np.testing.assert_allclose(shown[there][:, DISPARITY], BACK, atol=0.01)
        assert np.abs(shown[there][:, :3] - GROUND[inner, band][there]).mean() < 0.05
    assert not hidden[inner, columns.start + known + 4 : columns.stop - known - 4, KNOWN].any()
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[rows.start - 1 : rows.stop + 1, columns.start - 1 : columns.stop + 1] = False
    assert not hidden[outside].any()


def test_what_stands_still_shows_nothing_new() -> None:
    frames, maps = passing(5, speed=0)
    rows, columns = square_at(2, speed=0)
    hidden = revealed_in_all(frames, maps)[2].picture()
    assert not hidden[rows.start + 2 : rows.stop - 2, columns.start + 2 : columns.stop - 2].any()


def test_a_large_clip_shows_the_same_by_motion_found_in_smaller_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    frames, maps = passing(5, speed=4)
    monkeypatch.setattr(motion, "LARGEST", 64)
    hidden = revealed_in_all(frames, maps)[2].picture()
    rows, columns = square_at(2, speed=4)
    inner, band = slice(rows.start + 4, rows.stop - 4), slice(columns.start, columns.start + 5)
    shown = hidden[inner, band]
    assert shown[..., KNOWN].mean() > 0.8
    assert np.abs(shown[..., :3] - GROUND[inner, band])[shown[..., KNOWN] > 0.5].mean() < 0.05


def test_of_two_surfaces_behind_a_third_the_nearer_is_taken() -> None:
    frames, maps = passing(5)
    middle = slice(30, 40), slice(0, WIDTH)
    stripe = texture(9, 10, WIDTH)
    for frame, disparity in zip(frames, maps, strict=True):
        free = disparity[middle] != FRONT
        frame[middle][free], disparity[middle][free] = stripe[free], 0.5
    hidden = revealed_in_all(frames, maps)[2].picture()
    rows, columns = slice(33, 37), square_at(2)[1]
    shown = hidden[rows, columns.start + 1 : columns.start + 4]
    np.testing.assert_allclose(shown[..., DISPARITY], 0.5, atol=0.01)


def test_nothing_is_shown_across_a_cut() -> None:
    frames, maps = passing(3)
    others = [texture(seed, HEIGHT, WIDTH) for seed in (20, 21)]
    flat = [np.linspace(0, 0.1, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)] * 2
    hidden = revealed_in_all([others[0], frames[1], others[1]], [flat[0], maps[1], flat[1]])[1].picture()
    assert not hidden.any()


class Gappy(WholeClip):
    """A clip one frame of which cannot be had."""

    def __init__(self, frames: Sequence[Image], maps: Sequence[Image], gap: int, error: Exception) -> None:
        super().__init__(frames, maps)
        self._gap = gap
        self._error = error

    def source(self, t: int) -> Image:
        if t == self._gap:
            raise self._error
        return super().source(t)

    def motions(self, t: int) -> Motions:
        if t in (self._gap - 1, self._gap):
            raise self._error
        return super().motions(t)


@pytest.mark.parametrize("error", [FrameMissing("none"), FrameUnreadable("torn")])
def test_a_frame_that_cannot_be_had_shows_nothing_nor_does_what_lies_beyond(error: Exception) -> None:
    frames, maps = passing(11)
    gappy = revealed(Gappy(frames, maps, HERE + 2, error), HERE).picture()
    part = slice(HERE - AROUND, HERE + 2)
    alone = revealed(WholeClip(frames[part], maps[part]), AROUND).picture()
    np.testing.assert_array_equal(gappy, alone)
    assert not len(revealed(Gappy(frames, maps, HERE, error), HERE).places)


def test_any_size_and_length() -> None:
    for size, length in (((1, 1), 2), ((16, 16), 1), ((7, 40), 3), ((33, 47), 2)):
        frames = [np.full((*size, 3), 0.5, np.float32)] * length
        for seen in revealed_in_all(frames, [np.full(size, 0.3, np.float32)] * length):
            assert seen.picture().shape == (*size, 5)
            assert not seen.picture().any()
            assert seen.steady == 1


def test_disparity_that_flickers_goes_with_that_around_it() -> None:
    frames, maps = passing(11)
    scales = np.exp(np.random.default_rng(0).normal(0, 0.06, 11)).astype(np.float32)
    plain = revealed_in_all(frames, maps)
    seen = revealed_in_all(frames, [scale * disparity for scale, disparity in zip(scales, maps, strict=True)])
    steadied = np.log([scale * one.steady for scale, one in zip(scales, seen, strict=True)])
    assert np.diff(steadied).std() < 0.35 * np.diff(np.log(scales)).std()
    # What is seen of the hidden is as much as before, and lies where the frame's own surfaces now do.
    here = seen[HERE].picture()
    assert (here[..., KNOWN] > 0.5).sum() > 0.9 * (plain[HERE].picture()[..., KNOWN] > 0.5).sum()
    there = here[..., KNOWN] > 0.5
    np.testing.assert_allclose(here[there][:, DISPARITY], BACK * scales[HERE], atol=0.02)


def test_shots_with_a_cut_between_them_are_not_drawn_together() -> None:
    frames, maps = passing(5)
    others = [texture(30, HEIGHT, WIDTH)] * 5
    seen = revealed_in_all([*frames, *others], [*maps, *(disparity * np.float32(1.2) for disparity in maps)])
    assert all(one.steady == 1 for one in seen)


@pytest.mark.parametrize("gain", [0.004, 0.03])
def test_disparity_that_grows_evenly_does_not_flicker(gain: float) -> None:
    """Not at the clip's ends either."""
    frames, maps = passing(11)
    growing = [disparity * np.float32(math.exp(gain * (t - 10))) for t, disparity in enumerate(maps)]
    for seen in revealed_in_all(frames, growing):
        assert seen.steady == pytest.approx(1, abs=0.003)
