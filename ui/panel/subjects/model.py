"""What the lanes show and what is selected in them. It holds no truth: edits go out, and come back as shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ....plugin import subject_edits as edits
from ....plugin.focus_decisions import Mode
from ....plugin.state import EffectState
from ....plugin.subject import Subject, retracked
from ....plugin.subject_focus import detached, with_subjects


class Place(NamedTuple):
    """A subject, by its number, and one of its decisions, by its frame; None is the whole lane."""

    number: int
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Footage:
    """What of the media the clip shows: frames, and how many a second."""

    used: range
    rate: float


class SubjectsModel:
    """The subjects in view.

    Args:
        edited: takes every new state, and the key that binds the edits of one gesture together.
    """

    def __init__(self, edited: Callable[[EffectState, str], None]) -> None:
        self.state: EffectState | None = None
        self.playhead = 0
        self.footage = Footage(range(1), 24.0)
        self.selected: Place | None = None
        self.done: float | None = None
        """How much of a track under way is done, 0 to 1; None while nothing is followed."""
        self.handed_out: EffectState | None = None
        """The newest edit."""
        self._edited = edited
        self._gestures = 0

    def show(self, state: EffectState | None, playhead: int, footage: Footage) -> None:
        """Another state; what it does not hold any more is not selected any more."""
        is_another = state is None or self.state is None or state.uuid != self.state.uuid
        self.state, self.playhead, self.footage = state, playhead, footage
        if self.selected is not None and (is_another or not self._holds(self.selected)):
            number = self.selected.number
            self.selected = None if is_another or number >= len(self.subjects) else Place(number)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return self.state.subjects if self.state is not None else ()

    @property
    def in_hand(self) -> int | None:
        """The subject that commands act on: the selected one, or else the one that has the focus at the playhead."""
        if self.selected is not None:
            return self.selected.number
        return edits.focused_at(self.subjects, self.playhead)

    def gesture(self) -> str:
        """A key for the edits of one gesture, unlike every other."""
        self._gestures += 1
        return f"subjects {id(self):x} {self._gestures}"

    def follow(self, fresh: Subject, frame: int) -> None:
        """Take a subject up, with the focus on it from a frame on."""
        number = len(self.subjects)
        self.selected = Place(number, frame)
        self._commit(edits.decided((*self.subjects, fresh), number, frame))

    def retrack(self, number: int, fresh: Subject, frame: int) -> int:
        """A subject as it was followed anew from a frame on; how many of its decisions that left without it."""
        whole = retracked(self.subjects[number], fresh, frame)
        dropped = len(self.subjects[number].decisions) - len(whole.decisions)
        self._commit(edits.with_subject(self.subjects, number, whole))
        return dropped

    def can_decide(self, number: int | None, frame: int) -> bool:
        """Whether a subject is followed at a frame that the clip shows."""
        return number is not None and frame in self.subjects[number].frames and frame in self.footage.used

    def decide(self, number: int, frame: int) -> None:
        """Put the focus on a subject from a frame on."""
        if self.can_decide(number, frame):
            self.selected = Place(number, frame)
            self._commit(edits.decided(self.subjects, number, frame))

    def set_mode(self, number: int, frame: int, mode: Mode) -> None:
        self._commit(edits.decided(self.subjects, number, frame, mode))

    def move(self, state: EffectState, place: Place, to: int, gesture: str) -> None:
        """Take a decision to the free frame that is nearest.

        Args:
            state: in which the drag began, and the decision stood at `place`.
        """
        if place.frame is None:
            return
        landed = edits.free_frame(state.subjects, place.number, place.frame, to, self.footage.used)
        self.selected = Place(place.number, landed)
        moved = edits.moved(state.subjects, place.number, place.frame, landed)
        self._hand_out(with_subjects(state, moved, *self._footage), gesture)

    def nudge(self, by: int, gesture: str) -> None:
        """Move the selected decision by some frames."""
        if self.state is not None and self.selected is not None and self.selected.frame is not None:
            self.move(self.state, self.selected, self.selected.frame + by, gesture)

    def delete(self) -> None:
        """Take the selected decision back, or the selected subject away."""
        if self.selected is None:
            return
        number, frame = self.selected
        if frame is None:
            self.remove(number)
        else:
            self.selected = Place(number)
            self._commit(edits.undecided(self.subjects, frame))

    def remove(self, number: int) -> None:
        """Take a subject away; the focus goes by the others."""
        self.selected = None
        self._commit(edits.without(self.subjects, number))

    def detach(self) -> None:
        """Leave plain keys."""
        if self.state is not None:
            self.selected = None
            self._hand_out(detached(self.state), "")

    def restore(self, state: EffectState, gesture: str) -> None:
        """Give up what a gesture did."""
        self._hand_out(state, gesture)

    @property
    def _footage(self) -> tuple[range, float]:
        return self.footage.used, self.footage.rate

    def _holds(self, place: Place) -> bool:
        if place.number >= len(self.subjects):
            return False
        return place.frame is None or any(d.frame == place.frame for d in self.subjects[place.number].decisions)

    def _commit(self, subjects: tuple[Subject, ...]) -> None:
        if self.state is not None:
            self._hand_out(with_subjects(self.state, subjects, *self._footage), "")

    def _hand_out(self, state: EffectState, gesture: str) -> None:
        if state != self.state:
            self.handed_out = state
            self._edited(state, gesture)
