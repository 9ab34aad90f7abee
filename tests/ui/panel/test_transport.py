from fractions import Fraction

import pytest
from focuspuller.ui.panel.transport import FASTEST, Transport, neighbour


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def transport(clock: Clock) -> Transport:
    return Transport(range(10, 40), Fraction(10), clock)


def test_it_keeps_the_clips_time(transport: Transport, clock: Clock) -> None:
    transport.toggle()
    for elapsed, frame in ((0, 10), (0.09, 10), (0.11, 11), (1.05, 20), (2.95, 39)):
        clock.now = 100 + elapsed
        assert transport.tick() == frame


def test_it_loops_between_in_and_out(transport: Transport, clock: Clock) -> None:
    transport.seek(15)
    transport.mark_in()
    transport.seek(19)
    transport.mark_out()
    transport.toggle()
    seen = []
    for tick in range(12):
        clock.now = 100.05 + tick / 10
        seen.append(transport.tick())
    assert seen == [15, 16, 17, 18, 19, 15, 16, 17, 18, 19, 15, 16]


@pytest.mark.parametrize(("direction", "end"), [(1, 39), (-1, 10)])
def test_without_loop_it_stops_at_the_end(transport: Transport, clock: Clock, direction: int, end: int) -> None:
    transport.loops = False
    transport.seek(25)
    transport.shuttle(direction)
    clock.now += 60
    assert transport.tick() == end
    assert not transport.is_playing


def test_j_and_l_double_turn_and_stop(transport: Transport, clock: Clock) -> None:
    speeds = []
    for direction in (1, 1, 1, 1, 1, -1, -1, 1):
        transport.shuttle(direction)
        speeds.append(transport.speed)
    assert speeds == [1, 2, 4, 8, FASTEST, -1, -2, 1]
    transport.stop()
    assert not transport.is_playing


def test_changing_speed_loses_no_place(transport: Transport, clock: Clock) -> None:
    transport.toggle()
    clock.now += 1.0001
    transport.shuttle(1)
    assert transport.tick() == 20
    clock.now += 0.5001
    assert transport.tick() == 30
    transport.shuttle(-1)
    clock.now += 0.5001
    assert transport.tick() == 25


def test_frames_that_time_passes_by_are_counted(transport: Transport, clock: Clock) -> None:
    transport.toggle()
    for due in (1, 2, 5, 6, 10):
        clock.now = 100.01 + due / 10
        transport.tick()
        transport.present()
    assert transport.dropped == 2 + 3
    clock.now = 100.01 + 31 / 10  # past the end of the loop: 20 frames on, at 11
    transport.tick()
    transport.present()
    assert transport.dropped == 5 + 20
    transport.toggle()
    transport.toggle()
    assert transport.dropped == 0


def test_twice_as_fast_drops_none_by_showing_every_other(transport: Transport, clock: Clock) -> None:
    transport.shuttle(1)
    transport.shuttle(1)
    for due in range(1, 10):
        clock.now = 100.01 + due / 10
        transport.tick()
        transport.present()
    assert transport.dropped == 0


def test_seeking_and_stepping_stay_on_the_clip(transport: Transport) -> None:
    transport.seek(1000)
    assert transport.playhead == 39
    transport.step(1)
    assert transport.playhead == 39
    transport.step(-50)
    assert transport.playhead == 10


def test_marks_never_cross(transport: Transport) -> None:
    transport.seek(20)
    transport.mark_out()
    transport.seek(30)
    transport.mark_in()
    assert (transport.first, transport.last) == (30, 30)
    transport.clear_marks()
    assert (transport.first, transport.last) == (10, 39)


def test_playing_from_outside_the_marks_begins_at_them(transport: Transport) -> None:
    transport.seek(20)
    transport.mark_in()
    transport.seek(12)
    transport.toggle()
    assert transport.playhead == 20


def test_the_neighbouring_keys() -> None:
    keys = [3, 8.0, 20]
    assert [neighbour(keys, at, 1) for at in (0, 3, 19, 20)] == [3, 8, 20, None]
    assert [neighbour(keys, at, -1) for at in (3, 8, 30)] == [None, 3, 20]
