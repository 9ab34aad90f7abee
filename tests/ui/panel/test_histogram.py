from dataclasses import replace

import numpy as np
import pytest
from focuspuller.core.optics import PINHOLE, Defocus, defocus_of, sharpness_limits
from focuspuller.ui.defocus_overlay import in_focus_radius
from focuspuller.ui.panel.histogram import BINS, FocusRange, Part, dragged, heights

from tests.ui.panel.projects import rack

WIDTH = 960
EXTENT = 400.0


def test_heights_tell_where_the_picture_lies() -> None:
    disparity = np.full((48, 64), 0.25, np.float32)
    disparity[:12] = 0.75
    tall = heights(disparity)
    assert tall.shape == (BINS,)
    assert set(np.flatnonzero(tall)) == {BINS // 4, BINS * 3 // 4}
    assert tall.max() == 1.0
    assert tall[BINS * 3 // 4] == pytest.approx((1 / 3) ** 0.5)


def test_lines_can_be_taken_hold_of() -> None:
    shown = FocusRange(Defocus(2 * in_focus_radius(WIDTH) / 0.1, 0.5), WIDTH)
    assert shown.limits == pytest.approx((0.45, 0.55))
    assert shown.part_at(200, EXTENT) is Part.PLANE
    assert shown.part_at(181, EXTENT) is Part.FAR_EDGE
    assert shown.part_at(218, EXTENT) is Part.NEAR_EDGE
    assert shown.part_at(100, EXTENT) is None


def test_a_narrow_range_can_still_be_opened_from_its_sides() -> None:
    shown = FocusRange(Defocus(1000.0, 0.5), WIDTH)
    assert shown.part_at(200, EXTENT) is Part.PLANE
    assert shown.part_at(204, EXTENT) is Part.NEAR_EDGE
    assert shown.part_at(196, EXTENT) is Part.FAR_EDGE


def test_a_pinhole_has_a_plane_but_no_edges() -> None:
    assert FocusRange(Defocus(0.0, 0.5), WIDTH).part_at(200, EXTENT) is Part.PLANE


def test_dragging_the_plane_focuses_there() -> None:
    state = rack()
    for disparity in (0.1, 0.5, 0.9):
        moved = dragged(state, 4, Part.PLANE, disparity, WIDTH)
        there = defocus_of(1.4, moved.focus_distance.value(4), moved.lens, WIDTH)
        assert there.focus_disparity == pytest.approx(disparity)
        assert moved.aperture == state.aperture


@pytest.mark.parametrize("part", [Part.NEAR_EDGE, Part.FAR_EDGE])
def test_dragging_an_edge_stops_down_until_sharpness_ends_there(part: Part) -> None:
    state = rack()
    focus = state.focus_distance.value(4)
    plane = defocus_of(1.0, focus, state.lens, WIDTH).focus_disparity
    for reach in (0.02, 0.05, 0.1):
        wanted = plane + (reach if part is Part.NEAR_EDGE else -reach)
        moved = dragged(state, 4, part, wanted, WIDTH)
        limits = sharpness_limits(defocus_of(moved.aperture.value(4), focus, moved.lens, WIDTH), in_focus_radius(WIDTH))
        assert limits[part is Part.NEAR_EDGE] == pytest.approx(wanted)
        assert moved.focus_distance == state.focus_distance


def test_an_edge_stops_at_the_ends_of_the_iris() -> None:
    state = rack()
    assert dragged(state, 4, Part.NEAR_EDGE, 1e9, WIDTH).aperture.value(4) == PINHOLE
    plane = defocus_of(1.0, state.focus_distance.value(4), state.lens, WIDTH).focus_disparity
    assert dragged(state, 4, Part.NEAR_EDGE, plane, WIDTH).aperture.value(4) == 0.7


def test_a_keyed_aperture_is_keyed_at_the_frame() -> None:
    state = rack()
    keyed = replace(state, aperture=state.aperture.insert(0, 2.0).insert(8, 4.0))
    moved = dragged(keyed, 4, Part.NEAR_EDGE, 0.9, WIDTH)
    assert [key.frame for key in moved.aperture.keys] == [0, 4, 8]
