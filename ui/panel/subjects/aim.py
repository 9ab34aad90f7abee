"""What the next click in the picture is for, when it is not to focus."""

from __future__ import annotations

from enum import Enum


class Aim(Enum):
    """In the words that stand in the picture meanwhile."""

    FOLLOW = "Click what the focus is to follow. Esc leaves it."
    RETRACK = "Click where the subject is now: it is tracked anew from this frame on. Esc leaves it."


class Aiming:
    """Takes one click, with the drag that may come of it, away from focusing."""

    def __init__(self) -> None:
        self.aim: Aim | None = None
        self._gesture = ""

    def takes(self, gesture: str) -> Aim | None:
        """What the click is for that begins a gesture; None where it focuses.

        After it the aim is over.
        """
        aim, self.aim = self.aim, None
        if aim is not None:
            self._gesture = gesture
        return aim

    def has_taken(self, gesture: str) -> bool:
        """Whether the rest of a gesture is not for focusing either."""
        return gesture == self._gesture
