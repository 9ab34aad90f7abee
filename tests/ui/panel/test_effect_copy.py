from dataclasses import replace

import numpy as np
import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.ui.panel.effect_copy import copied_in_media, moved_to

from tests.plugin.subjects import subject
from tests.ui.panel.projects import rack


def test_pieces_of_the_same_footage_go_on_with_the_same_curves() -> None:
    copied = copied_in_media(rack(), None)
    assert copied.focus_distance == rack().focus_distance
    assert copied.disparity == rack().disparity
    assert copied.uuid != rack().uuid


@pytest.mark.parametrize("target", [range(30, 60), range(5), range(100, 101)])
@pytest.mark.parametrize("shown", [range(12), range(3, 8)])
def test_other_footage_sees_the_same_pull_from_its_first_frame(shown: range, target: range) -> None:
    moved = moved_to(rack(), shown, None, target)
    length = min(len(shown), len(target))
    np.testing.assert_allclose(
        moved.focus_distance.values(target.start, target.start + length),
        rack().focus_distance.values(shown.start, shown.start + length),
        rtol=1e-6,
    )
    assert all(target.start <= key.frame < target.stop for key in moved.focus_distance.keys)
    assert moved.disparity is None


def test_what_a_clip_had_of_its_own_stays() -> None:
    other = moved_to(rack("theirs.mkv"), range(12), None, range(12))
    target = copied_in_media(rack("theirs.mkv"), None)
    moved = moved_to(rack(), range(12), target, range(12))
    assert moved.disparity == target.disparity
    assert moved.uuid == target.uuid != other.uuid


def test_the_distances_that_a_disparity_stands_for_stay_with_it() -> None:
    source = replace(rack(), lens=Lens(85.0, near=0.5, far=20.0))
    target = replace(rack("theirs.mkv"), lens=Lens(35.0, near=2.0, far=50.0))
    assert moved_to(source, range(12), target, range(12)).lens == Lens(85.0, near=2.0, far=50.0)
    assert moved_to(source, range(12), replace(target, disparity=None), range(12)).lens == source.lens
    assert moved_to(source, range(12), None, range(12)).lens == source.lens


def test_subjects_stay_with_the_footage_that_they_are_in() -> None:
    followed = replace(rack(), subjects=(subject(0.4, decided=[2]),))
    assert copied_in_media(followed, None).subjects == followed.subjects
    assert moved_to(followed, range(12), None, range(12)).subjects == ()


def test_a_key_on_the_last_frame_that_fits_keeps_its_shape() -> None:
    keys = tuple(Key(frame, metres) for frame, metres in ((0, 8.0), (24, 4.0), (48, 2.0), (72, 1.0), (96, 0.7)))
    state = replace(rack(), focus_distance=Curve(Scale.DIOPTRES, 2.0, keys))
    moved = moved_to(state, range(24, 73), None, range(49))
    np.testing.assert_allclose(moved.focus_distance.values(0, 49), state.focus_distance.values(24, 73), rtol=1e-9)
