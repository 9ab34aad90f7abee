import math

import numpy as np
import pytest
from focuspuller.core.optics import disparity_at
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.ui.panel.focus_pick import focused_on, in_words, picked_disparity, rectangle_around, with_value

from tests.ui.panel.projects import rack


def test_a_click_takes_the_disparity_there_whatever_specks_do() -> None:
    random = np.random.default_rng(0)
    disparity = np.full((540, 960), 0.3, np.float32)
    disparity[:, 480:] = 0.8
    specked = random.random(disparity.shape) < 0.3
    disparity[specked] = random.random(int(specked.sum()), np.float32)
    assert picked_disparity(disparity, rectangle_around((300, 200), disparity.shape)) == pytest.approx(0.3)
    assert picked_disparity(disparity, rectangle_around((700, 200), disparity.shape)) == pytest.approx(0.8)


def test_at_an_edge_it_takes_a_side_and_nothing_between() -> None:
    disparity = np.full((540, 960), 0.2, np.float32)
    disparity[:, 480:] = 0.9
    for column in range(470, 490):
        picked = picked_disparity(disparity, rectangle_around((column, 100), disparity.shape))
        assert picked in (np.float32(0.2), np.float32(0.9))


def test_the_rectangle_stays_on_the_picture() -> None:
    disparity = np.random.default_rng(0).random((48, 64), np.float32)
    for pixel in ((0, 0), (63, 47), (-5, 100), (63, 0)):
        cut = rectangle_around(pixel, disparity.shape).cut(disparity)
        assert cut.size >= 4
        assert 0 <= picked_disparity(disparity, rectangle_around(pixel, disparity.shape)) <= 1


def test_a_click_keys_the_distance_at_the_playhead() -> None:
    state = rack()
    focused = focused_on(state, 5, 0.4, keyed=True)
    assert disparity_at(focused.focus_distance.value(5), state.lens) == pytest.approx(0.4)
    assert [key.frame for key in focused.focus_distance.keys] == [1, 5, 9]
    assert focused_on(state, 5, 0.0, keyed=True).focus_distance.value(5) == math.inf


def test_shift_click_sets_without_a_key_where_nothing_is_animated() -> None:
    still = Curve(Scale.DIOPTRES, 2.0)
    assert with_value(still, 5, 3.0) == Curve(Scale.DIOPTRES, 3.0)
    one = with_value(Curve(Scale.DIOPTRES, 2.0, (Key(1, 2.0),)), 5, 3.0)
    assert [(key.frame, key.value) for key in one.keys] == [(1, 3.0)]
    keyed = with_value(rack().focus_distance, 5, 3.0)
    assert [key.frame for key in keyed.keys] == [1, 5, 9]


def test_distances_read_as_on_a_lens() -> None:
    assert [in_words(d) for d in (0.05, 1.234, 12.34, 250.4, math.inf)] == ["0.05 m", "1.23 m", "12.3 m", "250 m", "∞"]
