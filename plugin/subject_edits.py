"""What an editor does to the subjects of an effect; each gives new ones. Subjects go by their number."""

from __future__ import annotations

from dataclasses import replace

from .focus_decisions import Mode
from .subject import Decided, Subject

Subjects = tuple[Subject, ...]


def decided(subjects: Subjects, number: int, frame: int, mode: Mode = Mode.FOLLOW) -> Subjects:
    """With the focus on a subject from a frame on; it takes the frame over from a decision that stands there."""
    free = undecided(subjects, frame)
    return _with(free, number, tuple(sorted((*free[number].decisions, Decided(frame, mode)))))


def undecided(subjects: Subjects, frame: int) -> Subjects:
    """Without the decision on a frame."""
    return tuple(
        replace(subject, decisions=tuple(d for d in subject.decisions if d.frame != frame))
        if any(d.frame == frame for d in subject.decisions)
        else subject
        for subject in subjects
    )


def moved(subjects: Subjects, number: int, frame: int, to: int) -> Subjects:
    """With a subject's decision on another frame, which must be free."""
    mode = next(decision.mode for decision in subjects[number].decisions if decision.frame == frame)
    return decided(undecided(subjects, frame), number, to, mode)


def free_frame(subjects: Subjects, number: int, frame: int, to: int, used: range) -> int:
    """The frame nearest to `to` that a subject's decision on `frame` can be moved to: one of those used, on which the
    subject is followed and nothing else is decided."""
    taken = {decision.frame for subject in subjects for decision in subject.decisions} - {frame}
    followed = subjects[number].frames
    possible = range(max(followed.start, used.start), min(followed.stop, used.stop))
    if not possible:
        return frame
    to = min(max(to, possible[0]), possible[-1])
    free = (near for apart in range(len(possible)) for near in (to - apart, to + apart) if near in possible)
    return next((near for near in free if near not in taken), frame)


def without(subjects: Subjects, number: int) -> Subjects:
    """Without a subject."""
    return (*subjects[:number], *subjects[number + 1 :])


def with_subject(subjects: Subjects, number: int, subject: Subject) -> Subjects:
    """With another subject in a subject's place."""
    return (*subjects[:number], subject, *subjects[number + 1 :])


def focused_at(subjects: Subjects, frame: int) -> int | None:
    """The subject that was decided on for a frame; the first decision counts from the beginning."""
    all_decided = sorted((d.frame, number) for number, subject in enumerate(subjects) for d in subject.decisions)
    earlier = [number for at, number in all_decided if at <= frame]
    return earlier[-1] if earlier else all_decided[0][1] if all_decided else None


def _with(subjects: Subjects, number: int, decisions: tuple[Decided, ...]) -> Subjects:
    return with_subject(subjects, number, replace(subjects[number], decisions=decisions))
