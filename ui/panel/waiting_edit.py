"""An edit that waits for its media, and those that are made before these are open: none of them is lost."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ...plugin.state import EffectState
from .given_disparity import taken_over


@dataclass(frozen=True)
class WaitingEdit:
    """Args:
    before: the effect that was edited; None where there was none yet.
    state: what is to become of it.
    gesture: edits in a row under the same key are one step.
    begun: what waited already when that gesture began.
    """

    before: EffectState | None
    state: EffectState
    gesture: str
    begun: EffectState | None = None

    @property
    def awaited(self) -> str:
        """The name of what it waits for."""
        return Path(self.state.disparity.url).name if self.state.disparity is not None else "the clip"

    @property
    def chooses_disparity(self) -> bool:
        """Whether it takes another file, or other frames of it."""
        return _chosen(self.before) != _chosen(self.state)

    def made_of(self, now: EffectState | None) -> EffectState:
        """What becomes of the effect as it is by now."""
        return self.state if now is None or now is self.before else taken_over(now, self.before, self.state)

    def followed_by(self, now: EffectState | None, state: EffectState, gesture: str) -> WaitingEdit:
        """Both this edit and another, made of the effect as it is now; where both edit the same, that one counts."""
        begun = self.begun if self.is_of(gesture) else self.state
        if now is None or begun is None:
            return WaitingEdit(now, state, gesture, begun)
        return WaitingEdit(now, _both(now, taken_over(now, self.before, begun), state), gesture, begun)

    def is_of(self, gesture: str) -> bool:
        return gesture != "" and gesture == self.gesture


def _chosen(state: EffectState | None) -> tuple[str, int | None] | None:
    disparity = state.disparity if state is not None else None
    return None if disparity is None else (disparity.url, disparity.reading.offset)


def _both(before: EffectState, first: EffectState, second: EffectState) -> EffectState:
    old, waiting, new = before.disparity, first.disparity, second.disparity
    if old is None or waiting is None or new is None or new.url != old.url:
        return second  # another file, with the distances and the levels that are its own
    reading = replace(waiting.reading, **_changes(old.reading, new.reading))
    lens = replace(first.lens, **_changes(before.lens, second.lens))
    return replace(second, lens=lens, disparity=replace(waiting, reading=reading))


def _changes(before: Any, after: Any) -> dict[str, Any]:
    values = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(after))
    return {name: new for name, old, new in values if new != old}
