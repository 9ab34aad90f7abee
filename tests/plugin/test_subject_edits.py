"""Decisions made, moved and taken back: never two on a frame, never off what is followed."""

import pytest
from focuspuller.plugin import subject_edits as edits
from focuspuller.plugin.focus_decisions import Mode
from focuspuller.plugin.subject import Decided

from tests.plugin.subjects import subject

USED = range(100)
TWO = subject(0.7, 0, 80, decided=[0, 40]), subject(0.1, 20, 99, decided=[60])


def frames(subjects: edits.Subjects) -> list[list[int]]:
    return [[decision.frame for decision in one.decisions] for one in subjects]


def test_a_decision_takes_its_frame_over() -> None:
    assert frames(edits.decided(TWO, 1, 40)) == [[0], [40, 60]]
    again = edits.decided(TWO, 0, 40, Mode.STRONG)
    assert again[0].decisions == (Decided(0), Decided(40, Mode.STRONG))
    assert again[1] is TWO[1]


def test_a_moved_decision_keeps_its_mode() -> None:
    strong = edits.decided(TWO, 0, 40, Mode.STRONG)
    assert edits.moved(strong, 0, 40, 50)[0].decisions == (Decided(0), Decided(50, Mode.STRONG))


@pytest.mark.parametrize(
    ("number", "frame", "to", "lands"),
    [
        (0, 40, 55, 55),
        (0, 40, 60, 59),  # the other's
        (0, 40, 0, 1),  # its own other one
        (0, 40, 95, 80),  # where it is followed no more
        (1, 60, 3, 20),  # not yet
        (1, 60, 60, 60),
    ],
)
def test_it_lands_on_the_nearest_free_frame(number: int, frame: int, to: int, lands: int) -> None:
    assert edits.free_frame(TWO, number, frame, to, USED) == lands


def test_it_stays_where_nothing_is_free_or_shown() -> None:
    assert edits.free_frame(TWO, 0, 40, 50, range(90, 95)) == 40
    still = (subject(0.3, 5, 5, decided=[5]),)
    assert edits.free_frame(still, 0, 5, 9, USED) == 5


def test_subjects_and_decisions_go() -> None:
    assert frames(edits.undecided(TWO, 60)) == [[0, 40], []]
    assert edits.without(TWO, 0) == TWO[1:]
    assert edits.with_subject(TWO, 1, TWO[0]) == (TWO[0], TWO[0])


def test_who_was_decided_on() -> None:
    assert [edits.focused_at(TWO, frame) for frame in (0, 39, 59, 60, 99)] == [0, 0, 0, 1, 1]
    assert edits.focused_at(TWO[1:], 0) == 0
    assert edits.focused_at((subject(0.2),), 5) is None
