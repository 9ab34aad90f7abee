"""The truth about a crossing is the truth."""

from functools import cache

import numpy as np

from tests.core.tracking.crossings import CLEAR, Crossing, crossing


@cache
def video_of(seed: int) -> Crossing:
    return crossing(seed)


def test_the_subject_shows_where_it_is_clicked_and_is_hidden_elsewhere() -> None:
    video = video_of(2)
    x, y = video.click
    assert len(video.frames) == len(video.disparity) == len(video.truth) == len(video.visible) == 48
    assert video.frames[0].shape == (180, 320, 3)
    assert video.visible[video.clicked] > CLEAR
    assert video.visible.min() < 0.4
    assert abs(video.disparity[video.clicked][y, x] - video.truth[video.clicked]) < 0.02


def test_what_hides_the_subject_is_nearer() -> None:
    video = video_of(2)
    hidden = int(video.visible.argmin())
    assert (video.disparity[hidden] > video.truth[hidden] + 0.05).any()


def test_a_seed_gives_the_same_video() -> None:
    again = crossing(2)
    np.testing.assert_array_equal(video_of(2).frames, again.frames)
    np.testing.assert_array_equal(video_of(2).disparity, again.disparity)
    assert video_of(2).click == again.click
