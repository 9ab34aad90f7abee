"""How an edit carries the subjects that are followed: plain JSON beside the keys, in media time as they are."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.tracking.track import End
from .fields import MAX_ITEMS, Fields
from .focus_decisions import Mode
from .media_clock import Json, MediaClock
from .subject import Decided, Subject


def subjects_to_json(subjects: Sequence[Subject], clock: MediaClock) -> list[Json]:
    """Subjects over more frames than are read back (an hour) are left out: their keys are there."""
    return [_to_json(subject, clock) for subject in subjects if len(subject.frames) <= MAX_ITEMS]


def subjects_from_json(fields: Fields, clock: MediaClock) -> tuple[Subject, ...]:
    """What stands under `subjects` in untrusted JSON.

    Raises:
        EffectInvalid, ParameterError: it cannot be used.
    """
    subjects = tuple(_subject(subject, clock) for subject in fields.items("subjects"))
    decided = [decision.frame for subject in subjects for decision in subject.decisions]
    if len(set(decided)) < len(decided):
        fields.refuse(f"{fields.place}.subjects", "two decisions on a frame", "one at most")
    return subjects


def _to_json(subject: Subject, clock: MediaClock) -> Json:
    return {
        "time": clock.time(subject.first),
        "disparity": list(subject.disparity),
        "across": list(subject.across),
        "down": list(subject.down),
        "radius": list(subject.radius),
        "seen": [int(seen) for seen in subject.seen],
        "begins": subject.begins.value,
        "ends": subject.ends.value,
        "decisions": [{"time": clock.time(frame), "mode": mode.value} for frame, mode in subject.decisions],
    }


def _subject(fields: Fields, clock: MediaClock) -> Subject:
    return Subject(
        first=_whole(fields.fields("time"), clock),
        disparity=tuple(fields.numbers("disparity")),
        across=tuple(fields.numbers("across")),
        down=tuple(fields.numbers("down")),
        radius=tuple(fields.numbers("radius")),
        seen=tuple(seen != 0 for seen in fields.numbers("seen")),
        begins=fields.choice("begins", End),
        ends=fields.choice("ends", End),
        decisions=tuple(
            Decided(_whole(decision.fields("time"), clock), decision.choice("mode", Mode))
            for decision in fields.items("decisions")
        ),
    )


def _whole(time: Fields, clock: MediaClock) -> int:
    frame = round(clock.frame(time), 6)
    if not frame.is_integer():
        time.refuse(f"{time.place}.value", frame, "the time of a whole frame")
    return int(frame)
