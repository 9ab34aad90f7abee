"""Timelines on disk to open a panel on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from focuspuller.core.errors import FocuspullerError
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import DisparityReference, EffectState
from focuspuller.plugin.timeline import apply, clips, document_of_movie, save_document
from focuspuller.ui.panel.opened import open_timeline_or_clip
from focuspuller.ui.panel.opening import Opener, Opening
from focuspuller.ui.panel.project import Project

from tests.clips import RATE, encoded, near_square, textured

LENGTH = 12


def rack(disparity: str | None = "a.disparity.mkv") -> EffectState:
    return EffectState(
        "6f1d1e0a-8f3c-4b53-9c36-1a3d1c8f2b10",
        Lens(),
        Curve(Scale.DIOPTRES, 2.0, (Key(1, 1.0), Key(9, 4.0))),
        Curve(Scale.STOPS, 1.4),
        DisparityReference(disparity) if disparity else None,
    )


def timeline(folder: Path, effects: Sequence[EffectState | None] = (rack(), None)) -> Path:
    """`edit.otio` with a clip for each: the first plays `a.mkv`, the second `b.mkv`, …; all have disparity on disk."""
    root = None
    for name, effect in zip("abcdefgh", effects, strict=False):
        movie = folder / f"{name}.mkv"
        movie.write_bytes(encoded(textured, LENGTH, ord(name)))
        (folder / f"{name}.disparity.mkv").write_bytes(encoded(near_square, LENGTH))
        document = document_of_movie(movie, LENGTH, float(RATE))
        (clip,) = clips(document)
        if effect is not None:
            apply(clip, effect)
        if root is None:
            root = document
        else:
            root.root.tracks[0].append(clip.clone())
    assert root is not None
    save_document(root, folder / "edit.otio")
    return folder / "edit.otio"


def open_here(opening: Opening[Any]) -> None:
    """Now, with whoever asks waiting for it."""
    try:
        media = opening.work()
    except FocuspullerError as error:
        opening.refuse(error)
    else:
        opening.take(media)


def project_on(path: Path, opener: Opener = open_here) -> Project:
    """A project that nobody looks at."""
    return Project(open_timeline_or_clip(path), retire=Session.close, opener=opener)


def opened(path: Path) -> tuple[Project, list[str]]:
    """A project, and the messages that it tells."""
    project = project_on(path)
    messages: list[str] = []
    project.listen(lambda message: messages.append(message.text))
    return project, messages


def state_of(project: Project) -> EffectState:
    assert project.state is not None
    return project.state


def content(project: Project) -> str:
    """The timeline as it would be written."""
    with project.timeline.edited() as document:
        return str(document.root.to_json_string())
