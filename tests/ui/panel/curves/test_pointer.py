import math

import numpy as np
import pytest
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Key
from focuspuller.plugin.state import EffectState
from focuspuller.ui.panel.curves.drags import Point
from focuspuller.ui.panel.curves.edits import is_broken
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane
from focuspuller.ui.panel.curves.operations import can, run
from focuspuller.ui.panel.curves.picking import Part, handle_places
from focuspuller.ui.panel.curves.pointer import Modifiers
from focuspuller.ui.panel.curves.shortcuts import Command

from tests.ui.panel.curves.states import MEDIA, STOPS, Stage, frames, state_of, values

PLAIN, SHIFT, CONTROL, ALT = Modifiers(), Modifiers(shift=True), Modifiers(control=True), Modifiers(alt=True)
FIRST, SECOND = KeyPlace(Lane.FOCUS, 40), KeyPlace(Lane.FOCUS, 120)


def place(stage: Stage, key: KeyPlace) -> Point:
    return stage.at(key.lane, key.frame, key.lane.curve(stage.state).value(key.frame))


def drag(stage: Stage, start: Point, by: tuple[float, float], modifiers: Modifiers = PLAIN, steps: int = 4) -> None:
    stage.pointer.press(start, modifiers)
    for step in range(1, steps + 1):
        stage.pointer.move(Point(start.x + by[0] * step / steps, start.y + by[1] * step / steps), modifiers)
    stage.pointer.release()


def click(stage: Stage, at: Point, modifiers: Modifiers = PLAIN) -> None:
    stage.pointer.press(at, modifiers)
    stage.pointer.release()


def test_parts_are_found_where_they_are_drawn() -> None:
    stage = Stage()
    at = place(stage, FIRST)
    curve = Point(
        at.x + 60,
        stage.chart.levels[Lane.FOCUS].pixel(1 / stage.state.focus_distance.value(stage.chart.time.value(at.x + 60))),
    )
    expected = [
        (at, Part.KEY),
        (Point(at.x + 5, at.y - 5), Part.KEY),
        (curve, Part.CURVE),
        (Point(at.x, at.y - 40), Part.LANE),
        (Point(200, 5), Part.RULER),
        (Point(10, at.y), Part.SCALE),
        (Point(200, stage.chart.span(Lane.FOCUS)[1] + 3), Part.DIVIDER),
    ]
    for point, part in expected:
        assert stage.pointer.hit(point).part is part
    assert stage.pointer.hit(at).key == FIRST
    assert stage.pointer.hit(place(stage, KeyPlace(Lane.APERTURE, 60))).key == KeyPlace(Lane.APERTURE, 60)


def test_keys_act_in_the_lane_under_the_pointer() -> None:
    stage, lanes = Stage(), []
    for y in (stage.chart.span(Lane.APERTURE)[0] + 20, 5.0, 60.0):
        stage.pointer.hover(Point(300, y))
        lanes.append(stage.model.lane)
    assert lanes == [Lane.APERTURE, Lane.APERTURE, Lane.FOCUS]


def test_of_many_keys_the_nearest_is_taken() -> None:
    stage = Stage(state_of([Key(i / 10, 1 + i / 1000) for i in range(1990)]))
    at = stage.at(Lane.FOCUS, 55.5, 1.555)
    assert stage.pointer.hit(at).frame == 55.5


def test_a_drag_moves_a_key_by_whole_frames_in_one_gesture() -> None:
    stage = Stage()
    per_frame = 1 / stage.chart.time.per_pixel
    drag(stage, place(stage, FIRST), (per_frame * 7.3, 30.0))
    assert frames(stage.state.focus_distance) == [47, 120]
    expected = 1 / 1.25 + 30 * stage.chart.levels[Lane.FOCUS].per_pixel
    assert 1 / stage.state.focus_distance.keys[0].value == pytest.approx(expected)
    assert len(set(stage.gestures)) == 1
    assert stage.gestures[0]
    assert stage.model.selection == {KeyPlace(Lane.FOCUS, 47)}
    first = stage.gestures[0]
    drag(stage, place(stage, KeyPlace(Lane.FOCUS, 47)), (0.0, -20.0))
    assert first not in stage.gestures[-4:]


def test_a_drag_there_and_back_changes_nothing() -> None:
    stage = Stage()
    start = place(stage, FIRST)
    stage.pointer.press(start, PLAIN)
    for by in (30, 90, 0):
        stage.pointer.move(Point(start.x + by, start.y + by), PLAIN)
    stage.pointer.release()
    assert stage.state == state_of()


@pytest.mark.parametrize(("by", "locked"), [((60.0, 20.0), (60.0, 0.0)), ((20.0, 60.0), (0.0, 60.0))])
def test_shift_locks_a_drag_to_the_axis_it_follows(by: tuple[float, float], locked: tuple[float, float]) -> None:
    stage, straight = Stage(), Stage()
    click(stage, place(stage, FIRST))
    click(straight, place(straight, FIRST))
    start = place(stage, FIRST)
    stage.pointer.press(start, PLAIN)
    stage.pointer.move(Point(start.x + by[0], start.y + by[1]), SHIFT)
    drag(straight, start, locked)
    assert stage.state == straight.state


def test_a_shaky_click_edits_nothing() -> None:
    stage = Stage()
    drag(stage, place(stage, FIRST), (1.5, 1.5))
    assert stage.gestures == []
    assert stage.model.selection == {FIRST}


def test_keys_of_both_lanes_move_together_in_time_and_one_lane_in_value() -> None:
    stage = Stage()
    run(stage.model, Command.SELECT_ALL)
    drag(stage, place(stage, FIRST), (10 / stage.chart.time.per_pixel, 25.0))
    assert frames(stage.state.focus_distance) == [50, 130]
    assert frames(stage.state.aperture) == [30, 70, 130]
    assert values(stage.state.aperture) == [key.value for key in STOPS]
    by = 25 * stage.chart.levels[Lane.FOCUS].per_pixel
    assert [1 / value for value in values(stage.state.focus_distance)] == pytest.approx([0.8 + by, 0.25 + by])


@pytest.mark.parametrize(("by", "expected"), [((-5000.0, 0.0), [0, 80]), ((5000.0, 0.0), [119, 199])])
def test_keys_stay_on_the_media(by: tuple[float, float], expected: list[float]) -> None:
    stage = Stage()
    stage.model.selection = frozenset({FIRST, SECOND})
    drag(stage, place(stage, FIRST), by)
    assert frames(stage.state.focus_distance) == expected


def test_keys_stay_on_the_lens() -> None:
    stage = Stage(state_of(lens=Lens(100.0)))
    stage.model.selection = frozenset({FIRST, SECOND})
    drag(stage, place(stage, FIRST), (0.0, -5000.0))
    assert stage.state.focus_distance.keys[1].value == math.inf
    assert 1 / stage.state.focus_distance.keys[0].value == pytest.approx(0.55)
    drag(stage, place(stage, FIRST), (0.0, 50_000.0))
    assert min(values(stage.state.focus_distance)) > 0.1


def test_a_key_that_another_was_dragged_over_is_back_once_it_is_past() -> None:
    stage = Stage()
    start = place(stage, FIRST)
    per_frame = 1 / stage.chart.time.per_pixel
    stage.pointer.press(start, PLAIN)
    stage.pointer.move(Point(start.x + 80 * per_frame, start.y), PLAIN)
    assert frames(stage.state.focus_distance) == [120]
    stage.pointer.move(Point(start.x + 85 * per_frame, start.y), PLAIN)
    assert frames(stage.state.focus_distance) == [120, 125]


def test_escape_brings_back_what_a_drag_changed() -> None:
    stage = Stage()
    start = place(stage, FIRST)
    stage.pointer.press(start, PLAIN)
    stage.pointer.move(Point(start.x + 50, start.y + 50), PLAIN)
    assert stage.state != state_of()
    assert stage.pointer.cancel()
    assert stage.state == state_of()
    assert len(set(stage.gestures)) == 1
    stage.pointer.move(Point(start.x + 90, start.y), PLAIN)
    assert stage.state == state_of()
    assert not stage.pointer.cancel()


def test_an_undo_from_elsewhere_ends_the_drag() -> None:
    stage = Stage()
    start = place(stage, FIRST)
    stage.pointer.press(start, PLAIN)
    stage.pointer.move(Point(start.x + 50, start.y), PLAIN)
    stage.show(state_of([Key(3, 1.0)]))
    stage.pointer.move(Point(start.x + 80, start.y), PLAIN)
    assert len(stage.gestures) == 1


def test_clicks_select_add_and_take_away() -> None:
    stage = Stage()
    aperture = KeyPlace(Lane.APERTURE, 60)
    click(stage, place(stage, FIRST))
    assert stage.model.selection == {FIRST}
    click(stage, place(stage, SECOND), SHIFT)
    click(stage, place(stage, aperture), CONTROL)
    assert stage.model.selection == {FIRST, SECOND, aperture}
    click(stage, place(stage, SECOND), SHIFT)
    assert stage.model.selection == {FIRST, aperture}
    click(stage, place(stage, FIRST))
    assert stage.model.selection == {FIRST}
    click(stage, Point(700, 40))
    assert stage.model.selection == frozenset()
    assert stage.gestures == []


def test_pressing_one_of_many_selected_keys_moves_them_all() -> None:
    stage = Stage()
    stage.model.selection = frozenset({FIRST, SECOND})
    drag(stage, place(stage, SECOND), (10 / stage.chart.time.per_pixel, 0.0))
    assert frames(stage.state.focus_distance) == [50, 130]


@pytest.mark.parametrize(
    ("grabbed", "by", "expected"),
    [
        (120, 40, [40, 100, 160]),
        (120, -20, [40, 70, 100]),
        (40, -40, [0, 60, 120]),
        (80, 10, [40, 90, 140]),
        (120, 1000, [40, 120, 199]),  # not off the media
        (120, -1000, [40, 41, 42]),  # neither past each other nor on to the same frame
    ],
)
def test_control_stretches_the_selected_keys_in_time(grabbed: float, by: float, expected: list[float]) -> None:
    stage = Stage(state_of([Key(40, 1.25), Key(80, 2.0), Key(120, 4.0)]))
    before = stage.state
    stage.model.selection = frozenset(KeyPlace(Lane.FOCUS, frame) for frame in (40, 80, 120))
    start = place(stage, KeyPlace(Lane.FOCUS, grabbed))
    drag(stage, start, (by / stage.chart.time.per_pixel, 50.0), CONTROL)
    assert frames(stage.state.focus_distance) == expected
    assert values(stage.state.focus_distance) == values(before.focus_distance)
    assert stage.state.aperture == before.aperture
    assert stage.model.selection == {KeyPlace(Lane.FOCUS, frame) for frame in expected}
    assert len(set(stage.gestures)) == 1


def test_keys_of_both_lanes_are_stretched_together() -> None:
    stage = Stage()
    stage.model.selection = frozenset({FIRST, SECOND, KeyPlace(Lane.APERTURE, 60)})
    drag(stage, place(stage, SECOND), (40 / stage.chart.time.per_pixel, 0.0), CONTROL)
    assert frames(stage.state.focus_distance) == [40, 160]
    assert frames(stage.state.aperture) == [20, 70, 120]


def test_a_stretch_is_given_up_with_escape_and_needs_two_frames() -> None:
    stage = Stage()
    stage.model.selection = frozenset({FIRST, SECOND})
    start = place(stage, SECOND)
    stage.pointer.press(start, CONTROL)
    stage.pointer.move(Point(start.x + 60, start.y), CONTROL)
    assert stage.state != state_of()
    assert stage.pointer.cancel()
    assert stage.state == state_of()
    stage.model.selection = frozenset()
    drag(stage, start, (10 / stage.chart.time.per_pixel, 0.0), CONTROL)  # one key alone is moved
    assert frames(stage.state.focus_distance) == [40, 130]


def test_a_box_selects_in_both_lanes_and_adds_with_shift() -> None:
    stage = Stage()
    drag(
        stage,
        Point(stage.chart.time.pixel(30.0), 30),
        (stage.chart.time.pixel(70.0) - stage.chart.time.pixel(30.0), 460),
    )
    assert stage.model.selection == {FIRST, KeyPlace(Lane.APERTURE, 60)}
    start = Point(stage.chart.time.pixel(110.0), 30)
    drag(stage, start, (60, 200), SHIFT)
    assert stage.model.selection == {FIRST, SECOND, KeyPlace(Lane.APERTURE, 60)}
    assert stage.gestures == []


def handle(stage: Stage, frame: float, side: str) -> Point:
    found = handle_places(stage.chart, Lane.FOCUS, stage.state.focus_distance, stage.model.selection)
    return next(Point(each.x, each.y) for each in found if (each.frame, each.side) == (frame, side))


def three_keys() -> EffectState:
    return state_of([Key(20, 1.0), Key(80, 2.0), Key(140, 1.2)])


def test_a_handle_turns_its_opposite_with_it() -> None:
    stage = Stage(three_keys())
    middle = KeyPlace(Lane.FOCUS, 80)
    click(stage, place(stage, middle))
    drag(stage, handle(stage, 80, "right"), (20.0, 35.0))
    key = stage.state.focus_distance.keys[1]
    assert key.left
    assert key.right
    assert not is_broken(key)
    assert key.right.amount == pytest.approx(35 * stage.chart.levels[Lane.FOCUS].per_pixel)
    assert key.right.frames == pytest.approx(20 + 20 * stage.chart.time.per_pixel)
    assert key.left.frames == pytest.approx(-20)
    assert np.hypot(*np.subtract(handle(stage, 80, "right"), stage.pointer.at)) < 1e-6
    assert len(set(stage.gestures)) == 1


def test_control_breaks_handles_and_they_stay_broken() -> None:
    stage = Stage(three_keys())
    click(stage, place(stage, KeyPlace(Lane.FOCUS, 80)))
    drag(stage, handle(stage, 80, "right"), (10.0, 35.0), CONTROL)
    key = stage.state.focus_distance.keys[1]
    assert key.left is None
    drag(stage, handle(stage, 80, "right"), (10.0, 20.0))
    assert stage.state.focus_distance.keys[1].left is None


def test_handles_broken_by_key_part_at_the_next_pull_and_join_again() -> None:
    stage = Stage(three_keys())
    click(stage, place(stage, KeyPlace(Lane.FOCUS, 80)))
    run(stage.model, Command.BREAK)
    before = stage.state.focus_distance.keys[1].left
    assert before
    drag(stage, handle(stage, 80, "right"), (10.0, 35.0))
    assert stage.state.focus_distance.keys[1].left == before
    assert is_broken(stage.state.focus_distance.keys[1])
    run(stage.model, Command.BREAK)
    assert not is_broken(stage.state.focus_distance.keys[1])


def test_a_handle_never_points_backwards() -> None:
    stage = Stage(three_keys())
    click(stage, place(stage, KeyPlace(Lane.FOCUS, 80)))
    drag(stage, handle(stage, 80, "right"), (-700.0, 10.0))
    right = stage.state.focus_distance.keys[1].right
    assert right
    assert right.frames == 0


def test_a_double_click_keys_where_it_falls() -> None:
    stage = Stage()
    stage.pointer.double_click(stage.at(Lane.FOCUS, 80.3, 1.0))
    assert frames(stage.state.focus_distance) == [40, 80, 120]
    assert stage.state.focus_distance.keys[1].value == pytest.approx(1.0)
    assert stage.model.selection == {KeyPlace(Lane.FOCUS, 80)}


def test_a_double_click_on_the_curve_keeps_its_shape() -> None:
    stage = Stage()
    before = stage.state.focus_distance
    stage.pointer.double_click(stage.at(Lane.FOCUS, 80, before.value(80)))
    np.testing.assert_allclose(stage.state.focus_distance.values(0, 200), before.values(0, 200), rtol=1e-9)
    assert frames(stage.state.focus_distance) == [40, 80, 120]


def test_a_double_click_off_the_media_keys_its_last_frame() -> None:
    stage = Stage()
    stage.pointer.double_click(stage.at(Lane.APERTURE, 210, 4.0))
    assert frames(stage.state.aperture)[-1] == MEDIA.stop - 1


def test_a_double_click_on_a_key_asks_for_its_numbers() -> None:
    stage = Stage()
    stage.pointer.double_click(place(stage, FIRST))
    assert stage.entries == 1
    assert stage.gestures == []


def test_the_ruler_scrubs_within_the_media() -> None:
    stage = Stage()
    x = stage.chart.time.pixel(70.2)
    drag(stage, Point(x, 8), (2000.0, 0.0))
    assert stage.sought[0] == 70
    assert stage.sought[-1] == MEDIA.stop - 1
    assert all(frame in MEDIA for frame in stage.sought)
    assert stage.gestures == []


@pytest.mark.parametrize("pans", [True, False])
def test_the_view_is_dragged_with_the_middle_button_or_alt(pans: bool) -> None:
    stage = Stage()
    stage.model.chart = stage.chart.zoomed_time(400, 0.3)
    start, before = place(stage, SECOND), stage.chart
    stage.pointer.press(Point(400, 100), PLAIN if pans else ALT, pans=pans)
    stage.pointer.move(Point(430, 110), PLAIN)
    stage.pointer.release()
    assert place(stage, SECOND) == pytest.approx((start.x + 30, start.y + 10))
    assert stage.chart.levels[Lane.APERTURE] == before.levels[Lane.APERTURE]
    assert stage.gestures == []


def test_the_wheel_zooms_time_levels_or_moves_along() -> None:
    stage = Stage()
    at, before = place(stage, FIRST), stage.chart
    stage.pointer.wheel(at, 2, 0, PLAIN)
    assert place(stage, FIRST) == pytest.approx(at)
    assert stage.chart.time.per_pixel < before.time.per_pixel
    assert stage.chart.levels == before.levels
    stage.pointer.wheel(at, 2, 0, CONTROL)
    assert place(stage, FIRST) == pytest.approx(at)
    assert stage.chart.levels[Lane.FOCUS].per_pixel < before.levels[Lane.FOCUS].per_pixel
    for notches, sideways, modifiers in ((1.0, 0.0, SHIFT), (0.2, 1.0, PLAIN)):
        x = place(stage, FIRST).x
        stage.pointer.wheel(at, notches, sideways, modifiers)
        assert place(stage, FIRST).x == pytest.approx(x + 60)


def test_the_divider_is_dragged_and_set_back() -> None:
    stage = Stage()
    bottom = stage.chart.span(Lane.FOCUS)[1]
    drag(stage, Point(300, bottom + 3), (0.0, 90.0))
    assert stage.chart.span(Lane.FOCUS)[1] == pytest.approx(bottom + 90, abs=4)
    stage.pointer.double_click(Point(300, stage.chart.span(Lane.FOCUS)[1] + 3))
    assert stage.chart.span(Lane.FOCUS)[1] == pytest.approx(bottom)


def test_wild_moves_leave_curves_that_a_lens_can_follow() -> None:
    rng = np.random.default_rng(11)
    stage = Stage(three_keys())
    commands = list(Command)
    for _ in range(1500):
        at = Point(*(rng.uniform(-20, 820), rng.uniform(-20, 520)))
        modifiers = Modifiers(*(rng.random(3) < 0.2))
        match rng.integers(6):
            case 0:
                stage.pointer.double_click(at)
            case 1:
                stage.pointer.wheel(at, rng.normal(), rng.choice([0.0, 1.0]), modifiers)
            case 2:
                command = commands[rng.integers(len(commands))]
                if can(stage.model, command):
                    run(stage.model, command)
            case _:
                stage.pointer.press(at, modifiers)
                for _ in range(rng.integers(1, 4)):
                    stage.pointer.move(Point(at.x + rng.normal() * 80, at.y + rng.normal() * 80), modifiers)
                stage.pointer.release()
    assert len(stage.states) > 300
    for state in stage.states:
        for lane in Lane:
            low, high = lane.limits(state.lens)
            curve = lane.curve(state)
            assert all(0 <= key.frame <= MEDIA.stop - 1 and key.frame == round(key.frame) for key in curve.keys)
            assert all(low - 1e-9 <= level <= high + 1e-9 for level in curve.key_levels)
