from __future__ import annotations

from fractions import Fraction

import pytest
from focuspuller.core.media.timecode import advance

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("start", "frames", "rate", "later"),
    [
        ("01:00:00:00", 0, Fraction(24), "01:00:00:00"),
        ("01:00:00:00", 25, Fraction(24), "01:00:01:01"),
        ("23:59:59:24", 1, Fraction(25), "00:00:00:00"),
        ("00:00:59:29", 1, NTSC, "00:01:00:00"),
        ("00:00:59;29", 1, NTSC, "00:01:00;02"),
        ("00:09:59;29", 1, NTSC, "00:10:00;00"),
        ("00:00:00;00", 17982, NTSC, "00:10:00;00"),
        ("00:00:59;59", 1, 2 * NTSC, "00:01:00;04"),
    ],
)
def test_known_labels(start: str, frames: int, rate: Fraction, later: str) -> None:
    assert advance(start, frames, rate) == later


def test_every_drop_frame_label_of_twenty_minutes_follows_the_one_before() -> None:
    label: str | None = "00:00:00;00"
    for count in range(1, 2 * 17982 + 1):
        assert label is not None
        seconds, frame = label[:8], int(label[9:])
        following = advance(label, 1, NTSC)
        assert following is not None
        if frame < 29:
            assert following == f"{seconds};{frame + 1:02d}"
        else:
            minute_begins = following[6:8] == "00" and following[4] != "0"
            assert following[9:] == ("02" if minute_begins else "00")
        if count % 9973 == 0:
            assert advance("00:00:00;00", count, NTSC) == following
        label = following
    assert label == "00:20:00;00"


@pytest.mark.parametrize("nonsense", [None, "", "1:2:3", "00:00:00:24", "aa:00:00:00", "00:00:00;00\n", "00:61:00:00"])
def test_what_is_no_timecode_at_24_is_left_out(nonsense: str | None) -> None:
    assert advance(nonsense, 3, Fraction(24)) is None
