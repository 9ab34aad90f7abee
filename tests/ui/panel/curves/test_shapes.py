from dataclasses import replace

import numpy as np
import pytest
from focuspuller.core.optics import SENSOR_WIDTH, Lens, defocus_of, sharpness_limits
from focuspuller.plugin.curve import Interpolation, Key
from focuspuller.ui.defocus_overlay import SHARP_CIRCLE
from focuspuller.ui.panel.curves.lanes import Lane
from focuspuller.ui.panel.curves.shapes import (
    Band,
    Line,
    curve_line,
    is_crowded,
    pieces,
    sharp_band,
    sharp_distances,
    subject_line,
    within,
)

from tests.ui.panel.curves.states import MEDIA, Stage, state_of


def test_a_drawn_curve_lies_on_the_curve_and_goes_through_its_keys() -> None:
    stage = Stage()
    for lane in Lane:
        curve = lane.curve(stage.state)
        line = curve_line(stage.chart, lane, curve)
        levels = stage.chart.levels[lane].value(line.y)
        np.testing.assert_allclose(levels, curve.levels_at(stage.chart.time.value(line.x)), atol=1e-6)
        assert (np.diff(line.x) >= 0).all()
        for x, y in zip(*stage.chart.places(lane, curve), strict=True):
            assert np.hypot(line.x - x, line.y - y).min() < 1e-6


def test_what_is_held_steps_upright() -> None:
    stage = Stage(state_of([Key(40, 1.0, Interpolation.CONSTANT), Key(100.37, 2.0)]))
    line = curve_line(stage.chart, Lane.FOCUS, stage.state.focus_distance)
    step = np.flatnonzero(np.abs(np.diff(line.y)) > 1)
    assert len(step) == 1
    assert abs(line.x[step[0] + 1] - line.x[step[0]]) < 1e-6


def test_a_crowd_of_keys_costs_no_more_points_than_the_view_has_columns() -> None:
    stage = Stage(state_of([Key(i / 10, 1 + i / 1000) for i in range(1990)]))
    curve = stage.state.focus_distance
    assert is_crowded(stage.chart, curve)
    assert len(curve_line(stage.chart, Lane.FOCUS, curve).x) < stage.chart.width
    assert not is_crowded(stage.chart.zoomed_time(300, 0.02), curve)


def test_the_band_is_where_the_renderer_blurs_less_than_the_circle_of_confusion() -> None:
    stage = Stage(state_of(lens=Lens(85.0, 0.9, 30.0)))
    state, chart, width = stage.state, stage.chart, 1920
    band = sharp_band(chart, state)
    radius = SHARP_CIRCLE / 2 * width / SENSOR_WIDTH
    for x, far, near in zip(*band, strict=True):
        frame = chart.time.value(float(x))
        defocus = defocus_of(state.aperture.value(frame), state.focus_distance.value(frame), state.lens, width)
        for y, disparity in zip((far, near), sharpness_limits(defocus, radius), strict=True):
            expected = 1 / state.lens.far + disparity * state.lens.dioptre_range
            assert abs(chart.levels[Lane.FOCUS].value(float(y)) - expected) < 1e-6


def test_a_pinhole_is_sharp_everywhere_in_view() -> None:
    stage = Stage(state_of(aperture=[Key(0, 32.0)]))
    band = sharp_band(stage.chart, stage.state)
    assert (band.far <= 0).all()
    assert (band.near >= stage.chart.height).all()


def test_where_the_lens_cannot_focus_there_is_no_band() -> None:
    stage = Stage(state_of([Key(40, 0.05), Key(120, 4.0)], lens=Lens(100.0)))
    band = sharp_band(stage.chart, stage.state)
    known = np.isfinite(band.far)
    assert not known[band.x < stage.chart.time.pixel(40.0)].any()
    assert known[band.x > stage.chart.time.pixel(120.0)].all()


def test_the_depth_of_field_is_told_in_metres() -> None:
    # Hyperfocal distance f²/(N c) + f: focused there, all from half of it to infinity is sharp.
    hyperfocal = 0.05**2 / (2.0 * SHARP_CIRCLE / 1000) + 0.05
    near, far = sharp_distances(state_of([Key(0, hyperfocal)], [Key(0, 2.0)]), 7)
    assert near == pytest.approx(hyperfocal / 2, rel=2e-3)
    assert far > 1e6
    assert sharp_distances(state_of([Key(0, 2.0)], [Key(0, 32.0)]), 7) == (0.0, np.inf)
    assert np.isnan(sharp_distances(state_of([Key(0, 0.05)], lens=Lens(100.0)), 7)).all()


def test_the_subject_is_drawn_frame_by_frame() -> None:
    stage = Stage()
    dioptres = np.linspace(0.1, 1.2, len(MEDIA))
    line = subject_line(stage.chart, MEDIA, dioptres)
    assert len(line.x) == len(MEDIA)
    np.testing.assert_allclose(stage.chart.levels[Lane.FOCUS].value(line.y), dioptres, atol=1e-9)
    np.testing.assert_allclose(stage.chart.time.value(line.x), np.arange(200), atol=1e-9)


def test_a_long_subject_is_thinned_and_does_not_flicker_when_panned() -> None:
    stage = Stage()
    frames = range(1000, 61_000)
    dioptres = np.random.default_rng(3).random(len(frames))
    time = replace(stage.chart.time, lowest=0.0, highest=1e5, start=1000.0, end=61_000.0)
    chart = replace(stage.chart, time=time)
    line = subject_line(chart, frames, dioptres)
    assert len(line.x) < chart.width
    panned = subject_line(replace(chart, time=time.panned(-100.0)), frames, dioptres)
    assert set(np.round(panned.y[5:-5], 6)) <= set(np.round(line.y, 6))


def test_a_subject_shorter_than_the_view_or_off_it_is_no_error() -> None:
    stage = Stage()
    assert len(subject_line(stage.chart, MEDIA, np.empty(0)).x) == 0
    assert len(subject_line(stage.chart, range(5000, 5010), np.ones(10)).x) == 0


def test_the_subject_is_sharp_where_it_lies_in_the_band() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0])
    band = Band(x, np.full(4, 10.0), np.full(4, 20.0))
    assert within(Line(x, np.array([5.0, 10.0, 15.0, 25.0])), band).tolist() == [False, True, True, False]
    assert not within(Line(x, np.full(4, np.nan)), band).any()


def test_pieces_are_the_stretches_that_hold() -> None:
    line = Line(np.arange(6.0), np.arange(6.0))
    found = pieces(line, np.array([True, True, False, True, False, True]))
    assert [piece.x.tolist() for piece in found] == [[0, 1], [3], [5]]
    assert pieces(line, np.zeros(6, dtype=bool)) == []
