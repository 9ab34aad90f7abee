"""The keys follow what was decided, within the tolerance, and are others only where a decision made them so."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin import key_pieces
from focuspuller.plugin.curve import Curve, Interpolation, Key, Scale
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.look_ahead import editable_keys
from focuspuller.plugin.state import EffectState
from focuspuller.plugin.subject import Decided, Subject
from focuspuller.plugin.subject_focus import TOLERANCE, detached, refocused, with_subjects

from tests.plugin.subjects import subject

USED, RATE = range(100), 24.0
FRAMES = np.arange(100.0)
NEAR, FAR = subject(0.7, decided=[0]), subject(0.1, decided=[60])
PLAIN = EffectState("u", Lens(near=1.0), Curve(Scale.DIOPTRES, 2.0), Curve(Scale.STOPS, 1.4))


def following(*subjects: Subject, state: EffectState = PLAIN, used: range = USED) -> EffectState:
    return with_subjects(state, subjects, used, RATE)


def levels(state: EffectState) -> np.ndarray:
    return state.focus_distance.levels_at(FRAMES)


def test_one_subject_is_followed_over_all_of_the_clip() -> None:
    state = following(NEAR)
    assert state.subjects == (NEAR,)
    assert np.abs(levels(state) - NEAR.disparity).max() <= TOLERANCE
    assert len(state.focus_distance.keys) <= 100 / 12


def test_a_second_decision_is_a_rack_that_arrives_in_time() -> None:
    state = following(NEAR, FAR)
    assert np.abs(levels(state)[:30] - NEAR.disparity[:30]).max() <= TOLERANCE
    assert np.abs(levels(state)[60:] - FAR.disparity[60:]).max() <= TOLERANCE
    assert state.focus_distance.value(60) == pytest.approx(1 / FAR.disparity[60], rel=1e-3)


def test_keys_set_by_hand_stay_to_the_last_bit_where_nothing_new_is_decided() -> None:
    state = following(NEAR)
    by_hand = state.focus_distance.insert(12, 3.0)
    racked = following(NEAR, FAR, state=replace(state, focus_distance=by_hand))
    unchanged = slice(0, 13)
    np.testing.assert_allclose(levels(racked)[unchanged], by_hand.levels_at(FRAMES)[unchanged], atol=1e-12)
    assert np.abs(levels(racked)[60:] - FAR.disparity[60:]).max() <= TOLERANCE
    back = following(NEAR, replace(FAR, decisions=()), state=racked)
    np.testing.assert_allclose(levels(back)[unchanged], by_hand.levels_at(FRAMES)[unchanged], atol=1e-12)
    assert np.abs(levels(back)[50:] - NEAR.disparity[50:]).max() <= TOLERANCE


def test_keys_that_nobody_touched_are_as_if_all_had_been_decided_at_once() -> None:
    assert following(NEAR, FAR, state=following(NEAR)) == following(NEAR, FAR)
    assert following(NEAR, state=following(NEAR, FAR)) == following(NEAR)


@pytest.mark.parametrize("to", [20, 58, 61, 99])
def test_a_moved_decision_changes_the_focus_as_if_it_had_been_there_at_first(to: int) -> None:
    moved = subject(0.1, decided=[to])
    touched = following(NEAR, FAR)
    touched = replace(touched, focus_distance=touched.focus_distance.insert(97))
    again = following(NEAR, moved, state=touched)
    assert np.abs(levels(again) - levels(following(NEAR, moved))).max() <= 2 * TOLERANCE


def test_keys_beyond_what_the_clip_shows_stay() -> None:
    keyed = replace(PLAIN, focus_distance=Curve(Scale.DIOPTRES, 2.0, (Key(3, 5.0), Key(50, 1.0), Key(95, 7.0))))
    state = following(NEAR, state=keyed, used=range(10, 90))
    frames = [key.frame for key in state.focus_distance.keys]
    assert frames[0] == 3
    assert frames[-1] == 95
    assert np.abs(levels(state)[10:90] - NEAR.disparity[10:90]).max() <= TOLERANCE


def test_without_a_decision_the_keys_stay() -> None:
    state = following(NEAR)
    bare = following(replace(NEAR, decisions=()), state=state)
    assert bare.focus_distance == state.focus_distance
    assert detached(state) == replace(state, subjects=())


def test_another_span_of_distances_takes_the_focus_along() -> None:
    before, lens = following(NEAR, FAR), Lens(near=0.5, far=20)
    after = refocused(before, replace(before, lens=lens), USED, RATE)
    assert after.focus_distance.keys == following(NEAR, FAR, state=replace(PLAIN, lens=lens)).focus_distance.keys
    back = refocused(after, replace(after, lens=before.lens), USED, RATE)
    assert back.focus_distance.keys == before.focus_distance.keys


def test_and_keys_set_by_hand_too_to_where_they_were_in_the_scene() -> None:
    lens = Lens(near=0.5, far=20)
    before = following(NEAR, FAR)
    before = replace(before, focus_distance=before.focus_distance.insert(12, 3.0))
    after = refocused(before, replace(before, lens=lens), USED, RATE)
    np.testing.assert_allclose((levels(after) - 1 / 20) / lens.dioptre_range, levels(before), atol=1e-9)


def test_metres_are_metres_where_nothing_is_followed_or_the_edit_sets_them() -> None:
    through = Lens(near=0.5)
    for before in (PLAIN, following(replace(NEAR, decisions=()))):
        assert refocused(before, replace(before, lens=through), USED, RATE).focus_distance == before.focus_distance
    before = following(NEAR)
    set_too = replace(before, lens=through, focus_distance=PLAIN.focus_distance)
    assert refocused(before, set_too, USED, RATE) == set_too
    longer = replace(before, lens=Lens(focal_length=85, near=1.0))
    assert refocused(before, longer, USED, RATE) == longer


def test_decisions_before_the_clips_beginning_count_as_far_as_they_last() -> None:
    early = subject(0.7, decided=[2]), subject(0.1, decided=[8]), subject(0.4, decided=[70])
    state = following(*early, used=range(20, 90))
    assert np.abs(levels(state)[20:50] - early[1].disparity[20:50]).max() <= TOLERANCE
    gone = subject(0.5, 0, 9, decided=[4])
    assert following(gone, used=range(20, 90)).focus_distance.value(30) == pytest.approx(1 / 0.509, rel=0.02)
    beyond = following(subject(0.7, decided=[20]), subject(0.1, decided=[95]), used=range(20, 90))
    assert np.abs(levels(beyond)[20:90] - early[0].disparity[20:90]).max() <= TOLERANCE


def test_a_hidden_subject_hands_over_as_its_mode_says() -> None:
    hidden = range(30, 60)
    weak = following(subject(0.7, hidden=hidden, decided=[0]), subject(0.1, decided=[80]))
    strong = following(subject(0.7, hidden=hidden, decided=[0], mode=Mode.STRONG), subject(0.1, decided=[80]))
    assert levels(weak)[40] < 0.3
    assert levels(strong)[40] > 0.7


@pytest.mark.parametrize("interpolation", list(Interpolation))
@pytest.mark.parametrize("keyed", [(), (40,), (40, 60), (19, 60)])
def test_beyond_the_keys_around_what_is_decided_anew_nothing_moves(
    interpolation: Interpolation, keyed: tuple[int, ...]
) -> None:
    ends = Key(0, 1.1, interpolation), Key(8, 2.0, interpolation), Key(80, 3.0, interpolation), Key(99, 4.0)
    by_hand = replace(PLAIN.focus_distance, keys=ends)
    for frame in keyed:
        by_hand = by_hand.insert(frame, 1.0 + frame / 50)
    before = replace(following(NEAR, FAR), focus_distance=by_hand)
    after = following(NEAR, subject(0.1, decided=[40]), state=before)
    outside = np.r_[0:9, 80:100]
    np.testing.assert_allclose(levels(after)[outside], levels(before)[outside], atol=1e-12)


def test_nor_between_them_where_the_focus_is_on_the_subject() -> None:
    before = following(NEAR, FAR)
    before = replace(before, focus_distance=before.focus_distance.insert(10, 3.0).insert(90, 2.0))
    after = following(NEAR, subject(0.1, decided=[50]), state=before)
    np.testing.assert_allclose(levels(after)[60:], levels(before)[60:], atol=1e-12)
    assert levels(after)[50] == pytest.approx(FAR.disparity[50], abs=TOLERANCE)


@pytest.mark.parametrize(("by_hand", "metres", "to"), [(80, 1.5, 48), (10, 2.0, 45)])
def test_beside_a_key_set_by_hand_the_focus_arrives_without_a_jump(by_hand: int, metres: float, to: int) -> None:
    before = following(NEAR, subject(0.1, decided=[33 if to < by_hand else 60]))
    before = replace(before, focus_distance=before.focus_distance.insert(by_hand, metres))
    moved = subject(0.1, decided=[to])
    after = following(NEAR, moved, state=before)
    assert levels(after)[to] == pytest.approx(moved.disparity[to], abs=TOLERANCE)
    assert after.focus_distance.value(by_hand) == metres
    rack = np.abs(np.diff(levels(following(NEAR, moved)))).max()
    assert np.abs(np.diff(levels(after))).max() <= rack * 1.01


def test_a_step_of_a_drag_looks_at_little_of_a_long_take(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(dioptres: np.ndarray, *rest: Any) -> Curve:
        looked_at.append(len(dioptres))
        return editable_keys(dioptres, *rest)

    monkeypatch.setattr(key_pieces, "editable_keys", counted)
    take = range(15_000)
    whole = tuple(np.tile(NEAR.radius, 150).tolist())
    walk = tuple((0.4 + 0.3 * np.sin(np.array(take) / 700)).tolist())
    near = replace(NEAR, disparity=walk, across=whole, down=whole, radius=whole, seen=NEAR.seen * 150)
    far, moved = (replace(near, disparity=whole, decisions=(Decided(at),)) for at in (9000, 9010))
    before = following(near, far, used=take)
    looked_at.clear()
    assert following(near, moved, state=before, used=take).focus_distance != before.focus_distance
    assert 0 < sum(looked_at) < len(take) / 3


def test_what_is_fixed_before_a_trim_stays_at_its_distance() -> None:
    walks, other = subject(0.7, decided=[10], mode=Mode.FIXED), subject(0.1, decided=[80])
    state = following(walks, other, used=range(50, 100))
    assert state.focus_distance.value(52) == pytest.approx(1 / walks.disparity[10], rel=1e-3)
