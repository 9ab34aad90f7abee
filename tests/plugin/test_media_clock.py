import random

import pytest
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


def test_spellings_of_a_rate_are_one_rate() -> None:
    clock = MediaClock(86400.0, 24000 / 1001)
    for rate in (23.976, 23.98):
        assert clock.frame(Fields({"value": 86428.0, "rate": rate}, "time")) == 28


@pytest.mark.parametrize(
    ("present", "tells"),
    [
        (MediaClock(90020.0, 25.0, 30), "present"),  # trimmed
        (MediaClock(90000.0, 25.0, 30), "present"),
        (MediaClock(89000.0, 25.0, 2000), "present"),  # what it had been trimmed from
        (MediaClock(180040.0, 50.0, 40), "present"),
        (MediaClock(180000.0, 50.0, 60), "own"),  # played at another rate
        (MediaClock(90000.0, 25.0, 60.2), "own"),
        (MediaClock(0.0, 25.0, 60), "own"),  # set anew
        (MediaClock(90010.0, 25.0, 60), "nobody"),  # trimmed to another part, perhaps
        (MediaClock(90020.0, 25.0), "own"),
        (MediaClock(0.0, 25.0, 30), "nobody"),
        (MediaClock(90040.0, 25.0, 30), "nobody"),
        (MediaClock(90020.0, 25.0, 0), "nobody"),
        (MediaClock(90020.0, 25.0, -30), "nobody"),
        (MediaClock(90020.0, 25.0, 1e300), "nobody"),
    ],
)
def test_which_clock_tells_the_times_of_media_that_changed(present: MediaClock, tells: str) -> None:
    own = MediaClock(90000.0, 25.0, 60)
    assert own.continued(present) == {"own": own, "present": present.at(25.0), "nobody": None}[tells]
