from dataclasses import replace

import pytest
from focuspuller.core.optics import defocus_of
from focuspuller.plugin.curve import Curve, Scale
from focuspuller.ui.panel.full_radius import LEAST, full_radius, rounded_up

from tests.ui.panel.projects import rack


@pytest.mark.parametrize(("value", "up"), [(1, 1), (1.01, 1.5), (2.9, 3), (7.1, 10), (10, 10), (43, 50), (0.12, 0.15)])
def test_it_is_a_round_number(value: float, up: float) -> None:
    assert rounded_up(value) == pytest.approx(up)


def test_no_frame_of_the_clip_blurs_more() -> None:
    state = rack()
    most = full_radius(state, range(12), 960)
    radii = []
    for frame in range(12):
        focus, aperture = state.focus_distance.value(frame), state.aperture.value(frame)
        radii.append(defocus_of(aperture, focus, state.lens, 960).max_radius)
    assert max(radii) <= most == rounded_up(max(radii))


def test_a_long_clip_is_looked_at_from_end_to_end() -> None:
    opening = replace(rack(), aperture=Curve(Scale.STOPS, 16).insert(0, 16).insert(99_999, 1.0))
    assert full_radius(opening, range(100_000), 960) > 20


def test_frames_that_no_lens_can_focus_on_are_left_out() -> None:
    keys = Curve(Scale.DIOPTRES, 2.0).insert(0, 0.05).insert(11, 2.0)
    assert full_radius(replace(rack(), focus_distance=keys), range(12), 960) > LEAST


def test_a_pinhole_has_a_scale_too() -> None:
    assert full_radius(replace(rack(), aperture=Curve(Scale.STOPS, 32)), range(12), 960) == LEAST
