"""Subjects in an edit: their times are the media's, and nothing that comes back is trusted."""

import json
from dataclasses import replace
from typing import Any

import pytest
from focuspuller.core.errors import EffectInvalid
from focuspuller.core.tracking.track import End
from focuspuller.plugin.fields import MAX_ITEMS, Fields
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.media_clock import MediaClock
from focuspuller.plugin.subject import Subject
from focuspuller.plugin.subject_metadata import subjects_from_json, subjects_to_json

from tests.plugin.subjects import subject

CLOCK = MediaClock(86400.0, 24.0)


def written(*subjects: Subject) -> Any:
    return json.loads(json.dumps(subjects_to_json(subjects, CLOCK), allow_nan=False))


def read(value: Any) -> tuple[Subject, ...]:
    return subjects_from_json(Fields({"subjects": value}, "focuspuller"), CLOCK)


def test_they_come_back_the_same() -> None:
    subjects = (
        replace(subject(0.3, 4, 40, range(8, 12), [4, 30], Mode.STRONG), ends=End.LEFT),
        subject(0.6, 0, 20, decided=[9]),
    )
    assert read(written(*subjects)) == subjects


def test_they_stand_in_media_time_at_whatever_rate() -> None:
    (one,) = written(subject(0.3, 4, 40, decided=[30]))
    assert one["time"]["value"] == 86404
    assert one["decisions"][0]["time"]["value"] == 86430
    for time in (one["time"], one["decisions"][0]["time"]):
        time["rate"], time["value"] = 48.0, 2 * time["value"]
    assert read([one]) == (subject(0.3, 4, 40, decided=[30]),)
    one["time"]["value"] += 1
    with pytest.raises(EffectInvalid, match="whole frame"):
        read([one])


def test_two_decisions_on_a_frame_are_refused() -> None:
    with pytest.raises(EffectInvalid, match="two decisions"):
        read(written(subject(0.3, decided=[5]), subject(0.6, decided=[5])))


def test_what_could_not_be_read_back_is_not_written() -> None:
    long = subject(0.1, 0, 0)
    n = MAX_ITEMS + 1
    long = replace(long, disparity=(0.1,) * n, across=(0.5,) * n, down=(0.5,) * n, radius=(0.1,) * n, seen=(True,) * n)
    assert len(written(long, subject(0.3))) == 1
