"""Rendering to a file that survives: whole pieces beside the target, joined at the end by one encode.

A piece holds finished frames, losslessly, in the pixel format of the output. However the work was cut, killed, resumed
or shared among workers, the join sees the same frames in the same order and writes the same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ..core.errors import OutputExists, OutputIsInput, ParameterError, UsageError
from ..core.media.loss import losses_of
from ..core.media.mark import mark_of, marked
from ..core.media.output import existing_outputs, left_beside, open_writer, source_files
from ..core.media.output_format import OutputFormat, choose_format, sequence_folder
from ..core.media.pieces import Pieces, has_pieces, sweep_pieces
from .session import Session

PIECE_FRAMES = 24
"""What a kill can cost: a piece is whole or absent."""

Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]
"""Called with what is going on ("render" or "encode"), frames done and frames in all; before a timeline's first, with
"check", clips looked at and clips in all."""


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What a render did.

    `complete` is False when other parts are still to come; `rendered` counts the frames computed this time.
    """

    target: Path
    complete: bool
    frames: int
    rendered: int
    notes: tuple[str, ...] = ()


def is_rendered(session: Session, target: Path, codec: str) -> bool:
    """Whether what lies there is this very render, whole."""
    output = choose_format(codec, target, session.info)
    return _is_whole(session, output, existing_outputs(target, output, session.used))


def check_ending(target: Path, codec: str | None) -> None:
    """A name without an ending would quietly be a folder of pictures; it is, where that is clearly meant.

    Raises:
        UsageError: it does not say what it will be.
    """
    if not target.suffix and not target.is_dir() and codec not in ("png16", "exr"):
        name = target.name or "out"
        raise UsageError(
            f"{target} does not say what it will be; name a movie such as {name}.mov, or a sequence such as "
            f"{name}/{name}.%04d.png"
        )


def render_movie(
    session: Session,
    target: Path,
    *,
    codec: str | None = None,
    part: range | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress = lambda phase, done, total: None,
) -> RenderReport:
    """Render the session's used frames to `target`, or, with `part`, only those frames' pieces for another to join.

    Args:
        part: media frames; several workers may render parts into the same folder at once.
        resume: go on from the pieces that lie beside the target; of a render that is whole nothing is done again, and
            nothing else is replaced.
        overwrite: replace a target and forget leftover pieces (not with `resume`, nor those that parts share).

    Raises:
        OutputIsInput, OutputExists, OutputBusy, OutputUnwritable, UnsupportedFormat: before anything is rendered.
        ResumeMismatch: the pieces are another render's.
    """
    used = session.used
    wanted = used if part is None else part
    if wanted.start < used.start or wanted.stop > used.stop or not wanted:
        raise ParameterError(
            f"frames {wanted.start}-{wanted.stop - 1} are not within the clip's {used.start}-{used.stop - 1}; "
            "give frames that are"
        )
    output = choose_format(codec, target, session.info)
    existing = existing_outputs(target, output, used)
    folder = [sequence_folder(target)] if output.muxer is None and sequence_folder(target).exists() else []
    _refuse_inputs(session, [*existing, *left_beside(target, output, used), *folder])
    unfinished = resume and has_pieces(target)
    if resume and not unfinished and _is_whole(session, output, existing):
        sweep_pieces(target)
        return RenderReport(target, True, len(wanted), 0, (f"{target} is whole already",))
    if existing and not overwrite and not (unfinished and _is_ours(session, output, existing)):
        how = "--overwrite --resume" if unfinished else "--overwrite"
        raise OutputExists(f"{target} exists; give another name, or {how} to replace it")
    session.check(wanted)
    shared, anew = part is not None, overwrite and not resume
    with Pieces(target, session.fingerprint, output, session.info, shared=shared, anew=anew) as pieces:
        if not (shared or resume or pieces.is_empty):
            raise OutputExists(
                f"an unfinished render of {target} lies beside it; --resume goes on, --overwrite starts anew"
            )
        rendered = _render_missing(session, pieces, wanted, progress)
        session.effect.end_sequence_render()
        if part is None:
            _join(session, pieces, target, output, progress)
    notes = () if part is not None else _notes(target, output, session)
    return RenderReport(target, part is None, len(wanted), rendered, notes)


def _join(session: Session, pieces: Pieces, target: Path, output: OutputFormat, progress: Progress) -> None:
    """One encode of all the pieces, which then go."""
    used = session.used
    info = marked(session.info, _mark(session, output), output.muxer)
    with open_writer(target, output, info, source=session.info.path, frames=used) as writer:
        for frame in _told(pieces.frames(used.start, used.stop), "encode", 0, len(used), progress):
            writer.write(frame)
    pieces.discard()


def _render_missing(session: Session, pieces: Pieces, wanted: range, progress: Progress) -> int:
    """Render what no sound piece holds yet, piece by piece; how many frames that were."""
    pieces.verify(wanted)
    missing = pieces.missing(wanted.start, wanted.stop)
    for gap in missing:
        session.prepare(gap)
    rendered = sum(map(len, missing))
    done = len(wanted) - rendered
    for gap in missing:
        with closing(session.stream(gap)) as pictures:
            for start in range(gap.start, gap.stop, PIECE_FRAMES):
                piece = islice(pictures, min(PIECE_FRAMES, gap.stop - start))
                pieces.write(start, _told(piece, "render", done + start - gap.start, len(wanted), progress))
        done += len(gap)
    return rendered


def _told(items: Iterable[Item], phase: str, done: int, total: int, progress: Progress) -> Iterator[Item]:
    """The items, with progress told before the first and after each."""
    progress(phase, done, total)
    for count, item in enumerate(items, done + 1):
        yield item
        progress(phase, count, total)


def _refuse_inputs(session: Session, outputs: list[Path]) -> None:
    """None of the footage's own files may be replaced, by whatever name, nor become one sequence with the output.

    What is given as a folder holds that one sequence.
    """
    media = [path for path in (session.info.path, session.disparity_path) if path is not None]
    folders = [path for path in media if path.is_dir()]
    sources = {_identity(file) for file in [*folders, *(file for path in media for file in source_files(path))]}
    for path in outputs:
        if _identity(path) in sources:
            raise OutputIsInput(f"{path} is the footage itself; give another name with -o")


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_whole(session: Session, output: OutputFormat, existing: list[Path]) -> bool:
    """Whether the files that are there are all of this very render."""
    files = 1 if output.muxer else len(session.used)
    return len(existing) == files and _is_ours(session, output, existing)


def _is_ours(session: Session, output: OutputFormat, existing: list[Path]) -> bool:
    """Whether the files that are there are of this very render, all of it or not."""
    return mark_of(existing) == _mark(session, output)


def _mark(session: Session, output: OutputFormat) -> str:
    """What an output carries to be known again as this very render."""
    made_of = f"{session.fingerprint} {output.codec} {output.pixel_format} {session.info.rate}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _notes(target: Path, output: OutputFormat, session: Session) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if left := left_beside(target, output, session.used):
        there = f"{left[0].name} to {left[-1].name}"
        notes += (f"{target}: {there} are of another render and stay; remove them if they are old",)
    notes += tuple(f"{target}: {loss}" for loss in losses_of(output, session.info))
    aspect = session.info.pixel_aspect
    if aspect != 1 and (output.codec == "ffv1" or output.muxer is None):
        shape = f"{aspect.numerator}:{aspect.denominator}"
        notes += (f"{target}: {output.codec} does not say that pixels are {shape}; a .mov does",)
    return notes
