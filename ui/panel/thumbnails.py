"""Small pictures of clips, made one after the other in a thread of their own, the last asked for first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from ...core.errors import FocuspullerError
from ...plugin.session import Session
from ...plugin.state import default_state
from ..defocus_overlay import Bytes, for_screen
from .last_first import LastFirst

SIZE = (176, 132)
"""Pixels that a thumbnail fits into, on a screen of twice the usual density."""


@dataclass(frozen=True)
class ThumbnailRequest:
    """Args:
    find_media: called in the thread, since media in a zip are unpacked first.
    """

    index: int
    frame: int
    find_media: Callable[[], Path] = field(compare=False)


class Thumbnails:
    """Args:
    deliver: called in the thread with the clip's number and its picture; not for media that cannot be read.
    """

    def __init__(self, deliver: Callable[[int, Bytes], None]) -> None:
        self._deliver = deliver
        self._asked: set[ThumbnailRequest] = set()
        self._thread = LastFirst("thumbnails", self._make)

    def request(self, request: ThumbnailRequest) -> None:
        """Ask for a thumbnail; asking again changes nothing."""
        if request not in self._asked:
            self._asked.add(request)
            self._thread.put(request)

    @property
    def is_idle(self) -> bool:
        return self._thread.is_idle

    def close(self) -> None:
        self._thread.close()

    def _make(self, request: ThumbnailRequest) -> None:
        try:
            self._deliver(request.index, thumbnail(request.find_media(), request.frame))
        except FocuspullerError:
            self._asked.discard(request)  # its media may be there when it is asked for again


def thumbnail(media: Path, frame: int) -> Bytes:
    """Raises:
    MediaError: it cannot be read.
    """
    with Session(media, None, default_state()) as session:
        picture = Picture.fromarray(for_screen(session.render(frame)))
        aspect = session.info.pixel_aspect
    if aspect != 1:
        picture = picture.resize((max(1, round(picture.width * aspect)), picture.height))
    picture.thumbnail(SIZE, Picture.Resampling.BOX)
    return np.asarray(picture)
