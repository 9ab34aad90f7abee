"""The model that the panel is a view of: the timeline, the clip in hand, its effect, and what was done to them.

It knows no toolkit and lives on one thread. Whoever shows it observes it with plain callables.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...core.errors import FocuspullerError
from ...core.renderer import Quality
from ...plugin.session import Session
from ...plugin.state import EffectState, default_state
from ...plugin.subject_focus import refocused
from .edited_timeline import EditedTimeline
from .edits import Edits
from .given_disparity import with_disparity
from .media_in_hand import MediaInHand
from .observing import Change, Observed
from .open_clip import OpenClip
from .opened import Opened
from .opening import Opener
from .transport import Transport
from .waiting_edit import WaitingEdit


class Project(Observed):
    """An open timeline with one of its clips in hand. Errors become messages; a refused edit leaves all as it was.

    Args:
        retire: what closes a session that is no longer shown; a worker may still be reading from it.
        opener: what opens media; until they are there the clip in hand is without.
        clock: seconds, for playing.
    """

    def __init__(
        self,
        opened: Opened,
        *,
        retire: Callable[[Session], None],
        opener: Opener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.timeline = EditedTimeline(opened)
        self.index = 0
        self.quality = Quality.FINAL
        self._transports: dict[int, Transport] = {}
        self._clock = clock
        self._media = MediaInHand(self.timeline, opener, retire, self._came, self._lost)
        if self.timeline.clip_names:
            self._media.bring(0)
        self._announced = self.open

    @property
    def open(self) -> OpenClip:
        """The clip in hand with its media."""
        return self._media.open

    @property
    def session(self) -> Session | None:
        return self.open.session

    @property
    def state(self) -> EffectState | None:
        """The effect on the clip in hand; None where there is none, or none that can be used."""
        return self.timeline.state_of(self.index) if self.timeline.clip_names else None

    @property
    def transport(self) -> Transport:
        """Of the clip in hand; every clip keeps its own."""
        held, opened = self._transports.get(self.index), self.open
        fits = held is not None and (held.frames, held.rate) == (opened.shown, opened.rate)
        if held is None or not (fits or opened.awaited):
            held = self._transports[self.index] = Transport(opened.shown, opened.rate, self._clock)
        return held

    @property
    def edit_under_way(self) -> str:
        """What is being opened for an edit that is yet to be made, in words; empty where nothing is."""
        return self._media.edit_under_way

    @property
    def can_undo(self) -> bool:
        return self.timeline.history.can_undo

    @property
    def can_redo(self) -> bool:
        return self.timeline.history.can_redo

    def select(self, index: int) -> None:
        """Take another clip in hand."""
        if index != self.index and 0 <= index < len(self.timeline.clip_names):
            self._take_in_hand(index)
            self._announce(Change.STATE)

    def seek(self, frame: int) -> None:
        self.transport.seek(frame)
        self.changed(Change.PLAYHEAD)

    def set_quality(self, quality: Quality) -> None:
        self.quality = quality
        self.changed(Change.QUALITY)

    # Edits. Each is one step to undo.

    def edit(self, state: EffectState, gesture: str = "") -> None:
        """Give the clip in hand another effect.

        Args:
            gesture: edits in a row under the same key are one step.
        """
        if not self.timeline.clip_names:
            return
        with self._refused():
            key = f"{self.index} {gesture}" if gesture else ""
            waiting, has_media = self._media.edit, self.session is not None or bool(self.open.awaited)
            goes_on = waiting is not None and waiting.is_of(key)
            edit = WaitingEdit(self.state, state, key)
            if has_media and state.disparity == self.open.asked and not goes_on:
                self._make(edit)
                return
            if waiting is not None:
                edit = waiting.followed_by(self.state, state, key)
            self.open.check(self._refocused(edit.state))
            self._media.bring_whole(self.index, edit, self._take, self._refuse)

    def apply_effect(self) -> None:
        """Put the effect on the clip in hand, at its defaults."""
        self.edit(default_state())

    def set_disparity(self, path: Path) -> None:
        """Give the clip in hand its disparity clip, and the effect if it has none."""
        with self._refused():
            given, asked = self.with_disparity(path), self.open.asked
            if self.edit_under_way and asked is not None and asked.url == str(path.absolute()):
                self._media.bring(self.index)  # chosen back: what is awaited is not wanted
            self.edit(given)

    def with_disparity(self, path: Path) -> EffectState:
        """The effect on the clip in hand, or one at its defaults, with another disparity clip.

        Raises:
            DisparityError, ParameterError: as `given_disparity.with_disparity` does.
        """
        before = self.session.disparity_path if self.session is not None else None
        return with_disparity(self.state or default_state(), path, before)

    def remove_effect(self) -> None:
        """Take the effect off the clip in hand, with its render."""
        if self.timeline.clip_names and self.timeline.has_effect(self.index):
            with self._refused():
                self._push(self.timeline.without_effect(self.index))

    def copy_effect(self, targets: Iterable[int]) -> None:
        """Put the effect of the clip in hand on other clips too, in one step."""
        with self._refused():
            self._push(self.timeline.with_copies(self.index, list(targets)))

    def undo(self) -> None:
        self._step(self.timeline.history.undo)

    def redo(self) -> None:
        self._step(self.timeline.history.redo)

    def recover(self, edits: Edits) -> None:
        """Take up work that an earlier run left, as one step that can be undone."""
        self._step(lambda: self.timeline.history.push({**self.timeline.edits, **edits}))

    def save(self, target: Path) -> bool:
        """Write the timeline; whether it worked."""
        try:
            self.timeline.save(target)
        except FocuspullerError as error:
            self.tell(str(error))
            return False
        self.changed(Change.DOCUMENT)
        return True

    def close(self) -> None:
        self._media.close()
        self._announce()  # whoever shows the clip lets go of it
        self.timeline.close()

    def _take(self, edit: WaitingEdit) -> None:
        """Make an edit whose media are there now; what was edited meanwhile stays."""
        with self._refused():
            self._make(edit)
        self._announce()
        if self.session is not None and self.session.disparity_notes and edit.chooses_disparity:
            self.tell("\n".join(self.session.disparity_notes), is_error=False)

    def _make(self, edit: WaitingEdit) -> None:
        state = self._refocused(edit.made_of(self.state))
        self.open.check(state)
        self._push(self.timeline.with_state(self.index, state), edit.gesture)

    def _refocused(self, state: EffectState) -> EffectState:
        """What is followed stays in focus where its distances change."""
        now = self.state
        return state if now is None else refocused(now, state, self.open.shown, float(self.open.rate))

    def _push(self, edits: Edits, gesture: str = "") -> None:
        if edits != self.timeline.edits:
            self.timeline.history.push(edits, gesture)
            self._refresh()

    def _step(self, step: Callable[[], object]) -> None:
        """A step through the history, after which a clip that it changed is in hand."""
        before = self.timeline.edits
        step()
        after = self.timeline.edits
        changed = [i for i in {**before, **after} if (i in before, before.get(i)) != (i in after, after.get(i))]
        if changed and self.index not in changed:
            self._take_in_hand(min(changed))
        if changed:
            self._refresh()

    def _take_in_hand(self, index: int) -> None:
        self.transport.stop()
        self.index = index
        self._media.bring(index)
        self._announce(Change.PLAYHEAD)

    def _refresh(self) -> None:
        """Bring the open media in step with the effect."""
        state = self.state
        if (state.disparity if state is not None else None) != self.open.asked:
            self._media.bring(self.index)
        self._announce(Change.STATE, Change.CLIPS, Change.DOCUMENT)

    def _came(self) -> None:
        self._announce(Change.STATE, Change.PLAYHEAD)

    def _lost(self, name: str) -> None:
        self.tell(f"{name} was still being opened when something else was asked for; choose it again if it is wanted")

    def _announce(self, *changes: Change) -> None:
        """Tell the changes, and before them that media was opened, if it was."""
        if self.open is not self._announced:
            self._announced = self.open
            self.changed(Change.CLIP)
            if self.open.trouble:
                self.tell(self.open.trouble)
        self.changed(*changes)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        """What cannot be done is told, and whoever shows the effect shows it as it still is."""
        try:
            yield
        except FocuspullerError as error:
            self._refuse(error)

    def _refuse(self, error: FocuspullerError) -> None:
        self.tell(str(error))
        self.changed(Change.STATE)
