"""Two views side by side in one picture, with a line between them to drag."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .pictures import View

GRIP = 7.0
"""Points from the line at which it can be taken hold of."""


@dataclass(frozen=True, slots=True)
class Split:
    """`left` is seen up to `at`, a fraction of the picture's width, and `right` from there."""

    left: View = View.SOURCE
    right: View = View.RESULT
    at: float = 0.5

    def is_held(self, x: float, line: float) -> bool:
        """Whether the pointer at `x` takes hold of the line, drawn at `line`; both in the widget's points."""
        return abs(x - line) <= GRIP

    def dragged(self, at: float) -> Split:
        return replace(self, at=min(max(at, 0.0), 1.0))

    def view_at(self, at: float) -> View:
        """Which of the two is seen at a fraction of the width."""
        return self.left if at < self.at else self.right
