"""A timeline as it was opened and what has been edited since: its clips, their effects, undo, and the file of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ...core.errors import FocuspullerError, TimelineError
from ...core.media.info import MediaInfo
from ...core.shot import RenderCache
from ...plugin.session import cache_of
from ...plugin.state import EffectState
from ...plugin.timeline import Document, clips, find, media_path, media_range, names, remove, save_document
from ...plugin.timeline.clips import Clip
from ...plugin.timeline.location import behind_link
from ...plugin.timeline.relinking import keep_media
from .edits import Edits, carries_effect, edited_document
from .effect_copy import copied_in_media, moved_to
from .history import History
from .open_clip import OpenClip, awaited_clip, open_clip, open_whole, stated_range, stated_rate
from .opened import Opened, digest_of


class EditedTimeline:
    """Clips go by their number in the timeline. The opened document is never written into."""

    def __init__(self, opened: Opened) -> None:
        self.document = opened.document
        self.path: Path | None = opened.document.path if opened.is_file else None
        """The timeline's file; None as long as it has none."""
        self.digest = opened.digest
        """Of the file as it was opened or last saved here."""
        self.history: History[Edits] = History({})
        self.cache: RenderCache = cache_of(None)
        """Of all its clips' pictures: one clip's are there still when it is taken in hand again."""
        self._clips: list[Clip] = clips(self.document)
        self.clip_names: list[str] = names(self._clips)
        self._saved: Edits = {}
        self._found: dict[int, EffectState | None] = {}
        self._media: dict[int, MediaInfo] = {}

    @property
    def edits(self) -> Edits:
        return self.history.value

    @property
    def is_dirty(self) -> bool:
        return self.edits != self._saved

    @property
    def is_changed_on_disk(self) -> bool:
        """Whether somebody else has written the timeline's file since."""
        return self.path is not None and digest_of(self.path) not in ("", self.digest)

    def begin_here(self) -> None:
        """Take what has been edited so far as what was opened: nothing to undo, nothing unsaved."""
        self._saved = self.edits
        self.history = History(self.edits)

    def state_of(self, index: int) -> EffectState | None:
        """The effect on a clip; None where there is none, or none that can be used."""
        if index in self.edits:
            return self.edits[index]
        if index not in self._found:
            try:
                self._found[index] = find(self._clips[index])
            except TimelineError:
                self._found[index] = None
        return self._found[index]

    def has_effect(self, index: int) -> bool:
        return self.edits[index] is not None if index in self.edits else carries_effect(self._clips[index])

    def media_of(self, index: int) -> Path:
        """Raises:
        MediaNotFound, MediaUnreadable: the clip is offline.
        """
        return media_path(self.document, self._clips[index])

    def shown_of(self, index: int) -> range:
        """The media frames that a clip shows.

        Raises:
            TimelineError, MediaNotFound: its range makes no sense, or only our render is left of it.
        """
        return media_range(self._clips[index], self._media.get(index))

    def awaited(self, index: int) -> OpenClip:
        """A clip before its media are open."""
        clip = self._clips[index]
        try:
            shown = self.shown_of(index)
        except FocuspullerError:
            shown = stated_range(clip)
        known = self._media.get(index)
        return awaited_clip(clip, self.state_of(index), shown, known.rate if known else stated_rate(clip))

    def opening(self, index: int) -> Callable[[], OpenClip]:
        """Opens a clip, in any thread, with as much of its media as there is; `trouble` in it says what is not."""
        return partial(open_clip, self.document, self._clips[index], self.state_of(index), self.cache)

    def opening_whole(self, index: int, state: EffectState) -> Callable[[], OpenClip]:
        """Opens a clip, in any thread, as another effect asks for it.

        It raises:
            MediaError, DisparityError, CurveError, TimelineError: anything of it is missing or does not fit.
        """
        return partial(open_whole, self.document, self._clips[index], state, self.cache)

    def know(self, index: int, opened: OpenClip) -> None:
        """Remember what an opened clip tells of its media."""
        if opened.session is not None:
            self._media[index] = opened.session.info

    def with_state(self, index: int, state: EffectState) -> Edits:
        return {**self.edits, index: state}

    def without_effect(self, index: int) -> Edits:
        """Raises:
        MediaNotFound: the render is all that the clip has left to play.
        """
        clip = self._clips[index]
        if carries_effect(clip):
            remove(clip.clone())  # where it cannot be, that shows now rather than when saving
            return {**self.edits, index: None}
        return {edited: state for edited, state in self.edits.items() if edited != index}

    def with_copies(self, source: int, targets: list[int]) -> Edits:
        """The effect of one clip on others too.

        Raises:
            MediaError, TimelineError: a clip is offline, or its range makes no sense.
        """
        state = self.state_of(source)
        edits = dict(self.edits)
        for index in targets:
            if state is None or index == source:
                continue
            other = self.state_of(index)
            shown, other_shown = self.shown_of(source), self.shown_of(index)
            if self.media_of(index) == self.media_of(source):
                edits[index] = copied_in_media(state, other)
            else:
                edits[index] = moved_to(state, shown, other, other_shown)
        return edits

    def edited(self) -> Document:
        """The timeline with all edits made, a document of its own: what is saved and exported. Close it.

        Raises:
            TimelineError, MediaNotFound: an edit that its clip cannot take.
        """
        return edited_document(self.document, self.edits, self._media)

    def save(self, target: Path) -> None:
        """Raises:
        OutputError, UnsupportedFormat, TimelineError, MediaNotFound: nothing was written.
        """
        target = behind_link(target)
        keep_media(self.document, target)  # for undo to put back what an edit took off
        with self.edited() as document:
            save_document(document, target, overwrite=True)
        self.path, self.digest = target, digest_of(target)
        self._saved = self.edits

    def close(self) -> None:
        """Let go of the document, and of the pictures, which whoever holds the cache would keep."""
        self.cache.drop(lambda key: True)
        self.document.close()
