"""What edits do to a curve: each returns a new one, and does what an editor expects and no more."""

import math
from typing import Literal

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key, Scale


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def random_curve(rng: np.random.Generator, scale: Scale) -> Curve:
    """All interpolations, free and auto handles, infinity; keys on whole frames in 0 to 200."""

    def handle(sign: int) -> Handle | None:
        return Handle(sign * rng.uniform(0, 12), rng.normal()) if rng.random() < 0.5 else None

    frames = np.sort(rng.choice(200, 10, replace=False)).tolist()
    kinds = [Interpolation.BEZIER, Interpolation.BEZIER, Interpolation.LINEAR, Interpolation.CONSTANT]
    far = math.inf if scale is Scale.DIOPTRES else 22.0
    values = [far if rng.random() < 0.15 else float(2 ** rng.uniform(-0.5, 4)) for _ in frames]
    return Curve(
        scale,
        2.0,
        tuple(
            Key(frame, value, kinds[rng.integers(4)], handle(-1), handle(1))
            for frame, value in zip(frames, values, strict=True)
        ),
    )


def levels(curve: Curve) -> np.ndarray:
    return np.array([curve.scale.encoded(value) for value in curve.values(-20, 220)])


SAMPLE = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2), Key(24, 4.0, Interpolation.LINEAR), Key(48, math.inf)))


def test_pinning_a_handle_changes_nothing_not_even_where_handles_meet(rng: np.random.Generator) -> None:
    for _ in range(5):
        curve = random_curve(rng, Scale.STOPS)
        for key in curve.keys:
            pinned = curve.pinned(key.frame, "left").pinned(key.frame, "right")
            np.testing.assert_allclose(levels(pinned), levels(curve), atol=1e-12)


@pytest.mark.parametrize("scale", [Scale.DIOPTRES, Scale.STOPS])
def test_a_key_without_a_value_changes_nothing(rng: np.random.Generator, scale: Scale) -> None:
    for _ in range(150):
        curve = random_curve(rng, scale)
        frame = int(rng.integers(-10, 210))
        inserted = curve.insert(frame)
        assert frame in [key.frame for key in inserted.keys]
        np.testing.assert_allclose(levels(inserted), levels(curve), atol=1e-9)


def test_keys_on_every_frame_change_nothing(rng: np.random.Generator) -> None:
    curve = random_curve(rng, Scale.DIOPTRES)
    dense = curve
    for frame in rng.permutation(np.arange(-5, 206)).tolist():
        dense = dense.insert(frame)
    assert len(dense.keys) == 211
    np.testing.assert_allclose(levels(dense), levels(curve), atol=1e-9)


def test_a_key_with_a_value_passes_through_it(rng: np.random.Generator) -> None:
    for _ in range(50):
        curve = random_curve(rng, Scale.STOPS)
        frame = int(rng.integers(-10, 210))
        inserted = curve.insert(frame, 5.6)
        assert inserted.value(frame) == 5.6
        assert len(inserted.keys) == len(curve.keys) + (frame not in [key.frame for key in curve.keys])


def test_a_new_key_interpolates_as_its_segment_did() -> None:
    assert SAMPLE.insert(12, 2.0).keys[1].interpolation is Interpolation.BEZIER
    assert SAMPLE.insert(36, 2.0).keys[2].interpolation is Interpolation.LINEAR
    assert SAMPLE.insert(36).keys[2].interpolation is Interpolation.LINEAR
    assert Curve(Scale.STOPS, 4.0).insert(3).keys == (Key(3, 4.0),)


def test_insert_on_a_key_sets_its_value_and_nothing_else() -> None:
    edited = SAMPLE.insert(24, 8.0)
    assert edited.keys[1] == Key(24, 8.0, Interpolation.LINEAR)
    assert SAMPLE.insert(24) == SAMPLE
    assert SAMPLE.keys[1].value == 4.0


def test_insert_then_delete_is_nothing(rng: np.random.Generator) -> None:
    for _ in range(50):
        curve = random_curve(rng, Scale.DIOPTRES)
        free = sorted(set(range(200)) - {int(key.frame) for key in curve.keys})
        frame = free[rng.integers(len(free))]
        assert curve.insert(frame, 3.0).delete(frame) == curve


def test_order_of_inserts_does_not_matter(rng: np.random.Generator) -> None:
    keys = [(int(frame), float(rng.uniform(1, 9))) for frame in rng.choice(100, 12, replace=False)]
    curves = []
    for _ in range(3):
        curve = Curve(Scale.DIOPTRES, 2.0)
        for i in rng.permutation(len(keys)):
            curve = curve.insert(*keys[i])
        curves.append(curve)
    assert curves[0] == curves[1] == curves[2]


def test_deleting_every_key_leaves_the_rest_value() -> None:
    bare = SAMPLE.delete(24).delete(0).delete(48)
    assert bare == Curve(Scale.DIOPTRES, 2.0)
    assert bare.value(24) == 2.0


def test_move_and_back_is_nothing(rng: np.random.Generator) -> None:
    for _ in range(50):
        curve = random_curve(rng, Scale.DIOPTRES)
        key = curve.keys[rng.integers(10)]
        to = key.frame + 0.5 + int(rng.integers(-100, 100))
        moved = curve.move(key.frame, to, 1.5)
        assert moved.value(to) == 1.5
        assert [k.frame for k in moved.keys] == sorted(k.frame for k in moved.keys)
        assert moved.move(to, key.frame, key.value) == curve


def test_move_keeps_value_handles_and_interpolation() -> None:
    curve = Curve(Scale.STOPS, 2.0, (Key(0, 2.0, Interpolation.LINEAR, Handle(-1, 0.5), Handle(2, 1)), Key(9, 4.0)))
    assert curve.move(0, 20).keys[1] == Key(20, 2.0, Interpolation.LINEAR, Handle(-1, 0.5), Handle(2, 1))
    assert curve.move(0, 0, 8.0).keys[0].value == 8.0


def test_a_key_cannot_move_onto_another() -> None:
    with pytest.raises(CurveError, match="frame 24 has a key already"):
        SAMPLE.move(0, 24)


@pytest.mark.parametrize(
    "edit",
    [
        lambda curve: curve.delete(5),
        lambda curve: curve.move(5, 6),
        lambda curve: curve.with_interpolation(5, Interpolation.LINEAR),
        lambda curve: curve.with_handle(5, "left", None),
        lambda curve: curve.handles(5),
    ],
)
def test_a_missing_key_is_named_with_those_there_are(edit: object) -> None:
    assert callable(edit)
    with pytest.raises(CurveError, match="no key at frame 5; keys are at 0, 24, 48"):
        edit(SAMPLE)
    with pytest.raises(CurveError, match="no key at frame 5; there are no keys"):
        edit(Curve(Scale.STOPS, 2.0))


def test_impossible_edits_leave_the_curve_alone() -> None:
    for value in (0.0, -1.0, math.nan):
        with pytest.raises(CurveError, match="focus distance"):
            SAMPLE.insert(10, value)
        with pytest.raises(CurveError, match="focus distance"):
            SAMPLE.move(0, 10, value)
    with pytest.raises(CurveError, match="frame nan"):
        SAMPLE.insert(math.nan, 1.0)
    with pytest.raises(CurveError, match="handle"):
        SAMPLE.with_handle(0, "right", Handle(math.nan, 0))


def test_interpolation_belongs_to_the_segment_that_follows() -> None:
    held = SAMPLE.with_interpolation(0, Interpolation.CONSTANT)
    assert set(held.values(0, 24).tolist()) == {1.2}
    assert np.flatnonzero(held.values(0, 100) != SAMPLE.values(0, 100)).tolist() == list(range(1, 24))
    assert held.with_interpolation(0, Interpolation.BEZIER) == SAMPLE


def test_handles_turn_together_unless_broken() -> None:
    curve = Curve(Scale.LINEAR, 0.0, (Key(0, 0.0), Key(12, 1.0), Key(36, 2.0)))
    turned = curve.with_handle(12, "right", Handle(6, 3.0)).keys[1]
    assert turned.right == Handle(6, 3.0)
    assert turned.left is not None
    assert turned.left.frames == pytest.approx(-4)
    assert turned.left.amount == pytest.approx(-2.0)
    broken = curve.with_handle(12, "right", Handle(6, 3.0), broken=True).keys[1]
    assert (broken.left, broken.right) == (None, Handle(6, 3.0))
    upright = curve.with_handle(12, "left", Handle(0, -1.0)).keys[1]
    assert upright.right is not None
    assert upright.right.amount == 1.0
    at_end = curve.with_handle(36, "left", Handle(-5, -1.0)).keys[2]
    assert (at_end.left, at_end.right) == (Handle(-5, -1.0), Handle(5, 1.0))


def test_turned_handles_make_no_kink() -> None:
    curve = Curve(Scale.LINEAR, 0.0, (Key(0, 0.0), Key(12, 1.0), Key(36, 2.0)))
    turns: list[tuple[Literal["left", "right"], Handle]] = [("left", Handle(-3, 0.7)), ("right", Handle(9, 0.2))]
    for side, handle in turns:
        turned = curve.with_handle(12, side, handle)
        step = 1e-6
        before, at, after = turned.values_at(np.array([12 - step, 12, 12 + step]))
        assert (at - before) / step == pytest.approx((after - at) / step, abs=1e-4)
        assert (at - before) / step == pytest.approx(handle.amount / handle.frames, abs=1e-4)


def test_handles_become_auto_again() -> None:
    for broken in (False, True):
        free = SAMPLE.with_handle(0, "right", Handle(4, 1.0), broken=broken)
        assert free.with_handle(0, "right", None, broken=broken) == SAMPLE
    both = SAMPLE.with_handle(24, "right", Handle(4, 1.0))
    assert both.with_handle(24, "left", None, broken=True).keys[1].right == Handle(4, 1.0)
    assert both.with_handle(24, "left", None) == SAMPLE


def test_auto_handles_are_shown_a_third_along() -> None:
    left, right = Curve(Scale.LINEAR, 0.0, (Key(0, 0.0), Key(9, 9.0), Key(18, 18.0))).handles(9)
    assert (left.frames, left.amount) == pytest.approx((-3, -3))
    assert (right.frames, right.amount) == pytest.approx((3, 3))
    assert SAMPLE.handles(0)[0] == Handle(0.0, 0.0)
    assert SAMPLE.handles(48) == (Handle(0.0, 0.0), Handle(0.0, 0.0))
