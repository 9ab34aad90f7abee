import math

import numpy as np
import pytest
from focuspuller.core.errors import CurveError
from focuspuller.plugin.curve import Handle, Interpolation, Key
from focuspuller.ui.panel.curves.lanes import KeyPlace, Lane
from focuspuller.ui.panel.curves.model import Clipboard
from focuspuller.ui.panel.curves.operations import SHARED, applies, can, enter_frame, enter_value, insert, run
from focuspuller.ui.panel.curves.shortcuts import SHORTCUTS, Command

from tests.ui.panel.curves.states import MEDIA, STOPS, Stage, frames, state_of, values

FIRST, SECOND = KeyPlace(Lane.FOCUS, 40), KeyPlace(Lane.FOCUS, 120)


def selecting(*places: KeyPlace, playhead: int = 50) -> Stage:
    stage = Stage(playhead=playhead)
    stage.model.selection = frozenset(places)
    return stage


def test_a_key_is_added_at_the_playhead_without_bending_the_curve() -> None:
    stage = Stage(playhead=80)
    before = stage.state.focus_distance
    run(stage.model, Command.INSERT)
    assert frames(stage.state.focus_distance) == [40, 80, 120]
    np.testing.assert_allclose(stage.state.focus_distance.values(0, 200), before.values(0, 200), rtol=1e-9)
    assert stage.model.selection == {KeyPlace(Lane.FOCUS, 80)}


def test_a_key_is_added_in_the_lane_that_keys_act_in() -> None:
    stage = Stage(playhead=80)
    run(stage.model, Command.APERTURE_LANE)
    run(stage.model, Command.INSERT)
    assert frames(stage.state.aperture) == [20, 60, 80, 120]
    assert stage.state.focus_distance == state_of().focus_distance


def test_adding_where_a_key_stands_selects_it() -> None:
    stage = Stage(playhead=40)
    run(stage.model, Command.INSERT)
    assert stage.states == [state_of()]
    assert stage.model.selection == {FIRST}
    insert(stage.model, Lane.FOCUS, 40, 3.0)
    assert values(stage.state.focus_distance) == [3.0, 4.0]


def test_deleting_takes_the_selected_keys_of_both_lanes_at_once() -> None:
    stage = selecting(FIRST, KeyPlace(Lane.APERTURE, 60))
    run(stage.model, Command.DELETE)
    assert frames(stage.state.focus_distance) == [120]
    assert frames(stage.state.aperture) == [20, 120]
    assert len(stage.gestures) == 1
    assert stage.model.selection == frozenset()


def test_copied_keys_are_pasted_at_the_playhead_as_far_apart_as_they_were() -> None:
    stage = selecting(FIRST, KeyPlace(Lane.APERTURE, 60), playhead=100)
    run(stage.model, Command.COPY)
    run(stage.model, Command.PASTE)
    assert frames(stage.state.focus_distance) == [40, 100, 120]
    assert frames(stage.state.aperture) == [20, 60, 120]
    assert stage.state.aperture.keys[-1].value == 5.6
    assert stage.model.selection == {KeyPlace(Lane.FOCUS, 100), KeyPlace(Lane.APERTURE, 120)}


def test_cut_keys_come_back_whole() -> None:
    stage = selecting(FIRST, SECOND, playhead=40)
    run(stage.model, Command.CUT)
    assert stage.state.focus_distance.keys == ()
    run(stage.model, Command.PASTE)
    assert stage.state.focus_distance.keys == state_of().focus_distance.keys


def test_keys_pasted_past_the_end_of_the_media_are_left_out() -> None:
    stage = selecting(FIRST, SECOND, playhead=150)
    run(stage.model, Command.COPY)
    run(stage.model, Command.PASTE)
    assert frames(stage.state.focus_distance) == [40, 120, 150]


def test_the_clipboard_outlives_the_clip() -> None:
    stage = selecting(FIRST, playhead=100)
    run(stage.model, Command.COPY)
    stage.show(state_of([], [], number=2))
    assert stage.model.selection == frozenset()
    run(stage.model, Command.PASTE)
    assert values(stage.state.focus_distance) == [1.25]
    assert isinstance(stage.model.clipboard, Clipboard)


def test_pasting_nothing_does_nothing() -> None:
    stage = Stage()
    run(stage.model, Command.PASTE)
    run(stage.model, Command.COPY)
    run(stage.model, Command.DELETE)
    assert stage.gestures == []


def test_interpolations_are_set_for_all_selected_keys() -> None:
    stage = selecting(FIRST, KeyPlace(Lane.APERTURE, 20))
    for command, kind in (
        (Command.CONSTANT, Interpolation.CONSTANT),
        (Command.LINEAR, Interpolation.LINEAR),
        (Command.SMOOTH, Interpolation.BEZIER),
    ):
        run(stage.model, command)
        assert stage.state.focus_distance.keys[0].interpolation is kind
        assert stage.state.aperture.keys[0].interpolation is kind
        assert stage.state.aperture.keys[1] == STOPS[1]


def test_smooth_takes_free_handles_away() -> None:
    free = Key(40, 1.25, right=Handle(10, 0.3))
    stage = Stage(state_of([free, Key(120, 4.0)]))
    stage.model.selection = frozenset({FIRST})
    run(stage.model, Command.SMOOTH)
    assert stage.state == state_of()


@pytest.mark.parametrize(
    ("command", "expected"),
    [(Command.EARLIER, 39), (Command.LATER, 41), (Command.MUCH_EARLIER, 30), (Command.MUCH_LATER, 50)],
)
def test_arrows_nudge_in_time(command: Command, expected: int) -> None:
    stage = selecting(FIRST)
    run(stage.model, command, "held")
    assert frames(stage.state.focus_distance)[0] == expected
    assert stage.state.focus_distance.keys[0].value == 1.25
    assert stage.gestures == ["held"]


def test_arrows_nudge_up_as_it_looks() -> None:
    stage = selecting(FIRST)
    run(stage.model, Command.UP)
    assert 1 / stage.state.focus_distance.keys[0].value == pytest.approx(0.8 - 0.01)
    stage = selecting(KeyPlace(Lane.APERTURE, 60))
    run(stage.model, Command.FAR_UP)
    assert 2 * math.log2(stage.state.aperture.keys[1].value) == pytest.approx(2 * math.log2(5.6) + 1)


def test_nudging_stops_at_the_media_and_swallows_what_it_lands_on() -> None:
    stage = selecting(FIRST)
    for _ in range(30):
        run(stage.model, Command.MUCH_EARLIER)
    assert frames(stage.state.focus_distance) == [0, 120]
    for _ in range(30):
        run(stage.model, Command.MUCH_LATER)
    assert frames(stage.state.focus_distance) == [MEDIA.stop - 1]


def test_keys_that_do_something_in_the_window_are_left_to_it_when_nothing_is_selected() -> None:
    stage = Stage()
    assert not any(can(stage.model, command) for command in SHARED)
    assert all(can(stage.model, command) for command in Command if command not in SHARED)
    stage.model.selection = frozenset({FIRST})
    assert all(can(stage.model, command) for command in Command)


def test_a_menu_offers_what_has_something_to_act_on() -> None:
    stage = Stage()
    assert applies(stage.model, Command.INSERT)
    assert not any(applies(stage.model, command) for command in (Command.DELETE, Command.PASTE, Command.FRAME))
    stage.model.selection = frozenset({FIRST})
    run(stage.model, Command.COPY)
    assert all(applies(stage.model, command) for command in Command)


def test_every_command_has_a_key() -> None:
    assert set(SHORTCUTS.values()) == set(Command)


def test_keys_can_be_walked_along_without_a_pointer() -> None:
    stage = Stage(playhead=0)
    for expected in (40, 120, 120):
        run(stage.model, Command.NEXT_KEY)
        assert stage.model.selection == {KeyPlace(Lane.FOCUS, expected)}
        assert stage.sought[-1] == expected
    run(stage.model, Command.PREVIOUS_KEY)
    assert stage.model.selection == {FIRST}


def test_numbers_are_entered_for_the_selected_key() -> None:
    stage = selecting(FIRST)
    enter_frame(stage.model, 60)
    enter_value(stage.model, Lane.FOCUS, math.inf)
    assert stage.state.focus_distance.keys[0] == Key(60, math.inf)
    assert stage.gestures == ["", ""]


@pytest.mark.parametrize("frame", [120, -1, 200])
def test_a_frame_off_the_media_or_taken_is_refused(frame: int) -> None:
    stage = selecting(FIRST)
    with pytest.raises(CurveError, match="; "):
        enter_frame(stage.model, frame)
    assert stage.gestures == []


def test_a_value_is_entered_for_all_selected_keys_of_a_lane() -> None:
    stage = selecting(FIRST, SECOND, KeyPlace(Lane.APERTURE, 20))
    enter_value(stage.model, Lane.FOCUS, 2.5)
    assert values(stage.state.focus_distance) == [2.5, 2.5]
    assert values(stage.state.aperture) == [2.0, 5.6, 2.8]


def test_framing_without_a_selection_shows_everything() -> None:
    stage = Stage()
    everything = stage.chart
    stage.model.chart = everything.zoomed_time(300, 0.1)
    run(stage.model, Command.FRAME)
    assert stage.chart == everything
    stage.model.selection = frozenset({FIRST})
    run(stage.model, Command.FRAME)
    assert stage.chart != everything
    run(stage.model, Command.FRAME_ALL)
    assert stage.chart == everything


def test_another_clip_is_framed_anew_and_the_same_one_is_not() -> None:
    stage = Stage()
    stage.model.chart = stage.chart.zoomed_time(300, 0.1)
    zoomed = stage.chart
    stage.show(state_of([Key(10, 1.0)]))
    assert stage.chart == zoomed
    stage.show(state_of([Key(10, 1.0)], number=2))
    assert stage.chart != zoomed
    assert stage.chart.width == zoomed.width
