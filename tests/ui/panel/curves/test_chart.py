import math

import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Key
from focuspuller.ui.panel.curves.chart import DIVIDER, SHORTEST_LANE, Chart
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane, frames_in, standing

from tests.ui.panel.curves.states import MEDIA, Stage, state_of


def is_in_view(chart: Chart, lane: Lane, frame: float, level: float) -> bool:
    x, y = chart.place(lane, frame, level)
    top, bottom = chart.span(lane)
    return chart.gutter <= x <= chart.width and top <= y <= bottom


def test_everything_is_in_view_at_first() -> None:
    stage = Stage()
    for lane in Lane:
        for key in lane.curve(stage.state).keys:
            assert is_in_view(stage.chart, lane, key.frame, lane.parameter.scale.encoded(key.value))
    for frame in (MEDIA.start, MEDIA.stop - 1):
        assert is_in_view(stage.chart, Lane.FOCUS, frame, 0.0)
    assert is_in_view(stage.chart, Lane.FOCUS, 0, 1 / 0.8)


def test_what_is_framed_stays_clear_of_the_lanes_titles() -> None:
    state = state_of([Key(0, math.inf), Key(100, 20.0)], [Key(0, 32.0), Key(100, 1.0)])
    for chart in (Stage(state).chart, Stage(state).chart.laid(640, 180, 50, 26).framing_all(state, MEDIA)):
        for lane in Lane:
            _, y = chart.place(lane, 0, lane.parameter.scale.encoded(lane.curve(state).keys[0].value))
            assert y - chart.span(lane)[0] >= min(chart.ruler + 5, (chart.span(lane)[1] - chart.span(lane)[0]) / 3)


def test_infinity_is_up_and_small_stops_are_up() -> None:
    chart = Stage().chart
    assert chart.place(Lane.FOCUS, 0, 0.0)[1] < chart.place(Lane.FOCUS, 0, 1.0)[1]
    assert chart.place(Lane.APERTURE, 0, 8.0)[1] < chart.place(Lane.APERTURE, 0, 2.0)[1]


def test_framing_shows_the_selection_closely() -> None:
    stage = Stage()
    selection = frozenset({KeyPlace(Lane.FOCUS, 40), KeyPlace(Lane.FOCUS, 120)})
    chart = stage.chart.framing(stage.state, selection)
    for frame, value in ((40, 1.25), (120, 4.0)):
        assert is_in_view(chart, Lane.FOCUS, frame, 1 / value)
    assert chart.time.end - chart.time.start < 95
    assert chart.levels[Lane.APERTURE] == stage.chart.levels[Lane.APERTURE]


def test_framing_one_key_does_not_zoom_in_without_end() -> None:
    stage = Stage()
    chart = stage.chart.framing(stage.state, frozenset({KeyPlace(Lane.FOCUS, 40)}))
    assert chart.time.end - chart.time.start >= 10
    assert is_in_view(chart, Lane.FOCUS, 40, 0.8)


@pytest.mark.parametrize("value", [math.inf, 0.05, 0.002])
def test_framing_a_key_at_the_end_of_the_scale_shows_it(value: float) -> None:
    state = state_of([Key(40, value)], lens=Lens(8.0))
    everything = Stage(state).chart
    for chart in (everything, everything.framing(state, frozenset({KeyPlace(Lane.FOCUS, 40)}))):
        assert is_in_view(chart, Lane.FOCUS, 40, 1 / value)


def test_lanes_share_the_height_and_neither_vanishes() -> None:
    chart = Stage().chart
    for y in (-100.0, 150.0, 1e6):
        divided = chart.divided(y)
        (top, bottom), (below, end) = divided.span(Lane.FOCUS), divided.span(Lane.APERTURE)
        assert top == chart.ruler
        assert below == pytest.approx(bottom + DIVIDER)
        assert end == pytest.approx(chart.height)
        assert min(bottom - top, end - below) >= SHORTEST_LANE - 1e-9
        assert divided.lane_at(bottom - 1) is Lane.FOCUS
        assert divided.lane_at(below + 1) is Lane.APERTURE


def test_any_canvas_can_be_laid_out() -> None:
    for size in (0, 1, 30, 5000):
        chart = Stage().chart.laid(size, size, 50, 24)
        assert chart.time.length >= 1
        assert all(math.isfinite(axis.pixel(1.0)) for axis in chart.levels.values())


def test_a_frame_out_of_view_is_brought_in() -> None:
    chart = Stage().chart.zoomed_time(400, 0.05)
    for frame in (0.0, 199.0):
        assert chart.gutter <= chart.revealing(frame).time.pixel(frame) <= chart.width
    middle = (chart.time.start + chart.time.end) / 2
    assert chart.revealing(middle) == chart


def test_focus_stays_beyond_the_focal_length() -> None:
    assert Lane.FOCUS.limits(Lens(50.0)) == pytest.approx((0.0, 19.98))
    assert Lane.FOCUS.limits(Lens(20.0)) == pytest.approx((0.0, 20.0))
    assert Lane.APERTURE.limits(Lens(50.0))[1] == 10.0


def test_a_selection_keeps_only_what_stands() -> None:
    selection = frozenset({KeyPlace(Lane.FOCUS, 40), KeyPlace(Lane.FOCUS, 41), KeyPlace(Lane.APERTURE, 20)})
    kept = standing(selection, state_of())
    assert kept == selection - {KeyPlace(Lane.FOCUS, 41)}
    assert frames_in(kept, Lane.APERTURE) == {20}
