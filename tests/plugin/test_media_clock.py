import random

from focuspuller.plugin.fields import Fields
from focuspuller.plugin.media_clock import MediaClock, read_clock


def test_a_frame_comes_back_as_it_was_from_any_start_and_rate() -> None:
    chance = random.Random(1)
    for _ in range(500):
        clock = MediaClock(chance.uniform(-10, 100), chance.choice([24.0, 25.0, 24000 / 1001, 59.94]))
        frame = chance.randrange(2000)
        assert clock.frame(Fields(clock.time(frame), "time")) == frame


def test_another_rate_is_brought_back() -> None:
    clock = MediaClock(10.0, 24.0)
    assert clock.frame(Fields({"value": 25.0, "rate": 50.0}, "time")) == 2
    assert read_clock(Fields({"value": 25.0, "rate": 50.0}, "time")) == MediaClock(25.0, 50.0)
