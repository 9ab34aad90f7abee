import math

import numpy as np
import pytest
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key, Scale
from focuspuller.ui.panel.curves import edits

from tests.ui.panel.curves.states import frames, values

RAMP = Curve(Scale.DIOPTRES, 2.0, tuple(Key(10 * i, 1 / (1 + i)) for i in range(5)))


def test_keys_move_together_in_time_and_dioptres() -> None:
    moved = edits.moved(RAMP, {10, 20}, 3, 0.5)
    assert frames(moved) == [0, 13, 23, 30, 40]
    assert values(moved) == [1, pytest.approx(1 / 2.5), pytest.approx(1 / 3.5), 0.25, 0.2]


def test_a_value_that_is_not_moved_keeps_its_every_bit() -> None:
    odd = Curve(Scale.STOPS, 2.8, (Key(0, 2.7182818284), Key(9, 5.1)))
    assert edits.moved(odd, {0}, 2, 0.0).keys[0].value == 2.7182818284


def test_what_a_moved_key_lands_on_gives_way() -> None:
    moved = edits.moved(RAMP, {0, 10}, 20, 0.0)
    assert frames(moved) == [20, 30, 40]
    assert values(moved) == [1, 0.5, 0.2]


def test_keys_may_pass_others() -> None:
    assert values(edits.moved(RAMP, {0}, 35, 0.0)) == [0.5, pytest.approx(1 / 3), 0.25, 1, 0.2]


def test_stretched_keys_take_whole_frames_and_their_handles_along() -> None:
    free = RAMP.with_handle(20, "right", Handle(4, -0.5))
    stretched = edits.stretched(free, {0, 10, 20}, 0, 1.25)
    assert frames(stretched) == [0, 13, 25, 30, 40]
    assert values(stretched) == values(RAMP)
    assert stretched.keys[2].right == Handle(5, -0.5)
    assert frames(edits.stretched(free, {0, 10, 20}, 0, 1.5)) == [0, 15, 30, 40]  # the key at 30 gave way
    assert edits.stretched(RAMP, {0, 10, 20}, 20, 1.0) == RAMP


def test_values_end_at_infinity() -> None:
    assert edits.moved(RAMP, {0}, 0, -9.0).keys[0].value == math.inf


def test_deleting_the_last_keys_leaves_the_curve_where_it_was() -> None:
    rest = edits.without(RAMP, set(frames(RAMP)))
    assert rest.keys == ()
    assert rest.rest == 1.0
    assert edits.without(rest, set()) == rest
    assert edits.without(RAMP, {10}).rest == 2.0


def test_merging_many_keys_is_exact() -> None:
    rng = np.random.default_rng(2)
    standing = Curve(Scale.STOPS, 2.0, tuple(Key(int(at), 2.0) for at in np.unique(rng.integers(0, 500, 200))))
    arriving = [Key(int(at), 8.0) for at in np.unique(rng.integers(0, 500, 100))]
    merged = edits.merged(standing, arriving)
    expected = {key.frame: key.value for key in (*standing.keys, *arriving)}
    assert {key.frame: key.value for key in merged.keys} == expected


def test_smooth_makes_handles_automatic_again() -> None:
    free = RAMP.with_handle(10, "right", Handle(5, 2.0))
    assert edits.interpolated(free, {10}, Interpolation.BEZIER) == RAMP
    held = edits.interpolated(free, {10}, Interpolation.CONSTANT)
    assert held.keys[1].interpolation is Interpolation.CONSTANT
    assert held.keys[1].right == Handle(5, 2.0)
    assert held.value(19) == 0.5


def test_pinned_handles_leave_the_curve_as_it_is() -> None:
    at = np.linspace(-5, 45, 301)
    pinned = edits.pinned(RAMP, set(frames(RAMP)))
    np.testing.assert_allclose(pinned.values_at(at), RAMP.values_at(at), rtol=1e-12)
    assert pinned.keys[0].left is None
    assert pinned.keys[2].left
    assert pinned.keys[2].right


def test_flat_handles_ease_in_and_out() -> None:
    flat = edits.levelled(RAMP, {20})
    around = flat.levels_at(np.array([19.99, 20.0, 20.01]))
    np.testing.assert_allclose(np.diff(around) / 0.01, 0.0, atol=1e-3)


def test_broken_is_what_is_not_in_one_line() -> None:
    key = Key(0, 1.0)
    assert not edits.is_broken(key)
    assert edits.is_broken(Key(0, 1.0, right=Handle(3, 1.0)))
    assert not edits.is_broken(Key(0, 1.0, left=Handle(-6, -2.0), right=Handle(3, 1.0)))
    assert edits.is_broken(Key(0, 1.0, left=Handle(-6, -2.1), right=Handle(3, 1.0)))


def test_joining_keeps_lengths_and_mends_the_line() -> None:
    broken = RAMP.with_handle(20, "right", Handle(4, 2.0), broken=True)
    assert edits.is_broken(broken.keys[2])
    key = edits.joined(broken, {20}).keys[2]
    assert not edits.is_broken(key)
    assert key.left
    assert key.right
    assert key.right.frames == 4
    assert key.left.frames == pytest.approx(-10 / 3)


def test_a_frame_finds_its_key() -> None:
    curve = Curve(Scale.STOPS, 2.0, (Key(3.4, 2.0), Key(7, 4.0)))
    assert [edits.key_at(curve, frame) for frame in (3, 5, 7)] == [curve.keys[0], None, curve.keys[1]]
    assert edits.key_at(Curve(Scale.STOPS, 2.0), 3) is None
