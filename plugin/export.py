"""Rendering to a file that survives: whole pieces beside the target, joined at the end by one encode.

A piece holds finished frames, losslessly, in the pixel format of the output. However the work was cut, killed, resumed
or shared among workers, the join sees the same frames in the same order and writes the same file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..core.ahead import ahead
from ..core.errors import OutputExists, OutputIsInput, ParameterError
from ..core.media.codecs import choose_format
from ..core.media.pieces import Pieces
from ..core.media.writer import MovieWriter
from .session import Session

PIECE_FRAMES = 24
"""What a kill can cost: a piece is whole or absent."""

RENDER_AHEAD = 2

Progress = Callable[[str, int, int], None]
"""Called with what is going on ("render" or "join"), frames done and frames in all."""


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What a render did.

    `complete` is False when other parts are still to come; `rendered` counts the frames computed this time.
    """

    target: Path
    complete: bool
    frames: int
    rendered: int
    reused: int
    notes: tuple[str, ...] = ()


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
        resume: go on from the pieces that lie beside the target.
        overwrite: replace a target and forget leftover pieces (with `resume`: keep the pieces).

    Raises:
        OutputIsInput, OutputExists, OutputUnwritable, UnsupportedFormat: before anything is rendered.
        ResumeMismatch: the pieces are another render's.
    """
    used = session.used
    wanted = used if part is None else part
    if wanted.start < used.start or wanted.stop > used.stop or not wanted:
        raise ParameterError(
            f"frames {wanted.start}-{wanted.stop - 1} are not within the clip's {used.start}-{used.stop - 1}"
        )
    _refuse_inputs(session, target)
    output = choose_format(codec, target, session.info)
    folder = target.with_name(f".{target.name}.pieces")
    if target.exists() and resume and not overwrite and part is None:
        if folder.exists():
            Pieces(folder, session.fingerprint, output, session.info).discard()
        return RenderReport(target, True, len(used), 0, len(used), (f"{target} is whole already",))
    if target.exists() and not overwrite:
        raise OutputExists(f"{target} exists; give another name, or --overwrite to replace it")
    if folder.exists() and not (resume or part or overwrite):
        raise OutputExists(
            f"an unfinished render of {target} lies beside it; --resume goes on, --overwrite starts anew"
        )
    session.effect.begin_sequence_render(wanted)
    pieces = Pieces(folder, session.fingerprint, output, session.info)
    if overwrite and not (resume or part):
        pieces.discard()
    missing = pieces.missing(wanted.start, wanted.stop)
    rendered = sum(map(len, missing))
    done = len(wanted) - rendered
    for gap in missing:
        for start in range(gap.start, gap.stop, PIECE_FRAMES):
            piece = range(start, min(start + PIECE_FRAMES, gap.stop))
            progress("render", done, len(wanted))
            pieces.write(start, ahead(session.stream(piece), RENDER_AHEAD))
            done += len(piece)
    progress("render", done, len(wanted))
    session.effect.end_sequence_render()
    if part is None:
        with MovieWriter(target, output, session.info, used, overwrite=overwrite) as writer:
            for written, frame in enumerate(pieces.frames(used), 1):
                writer.write(frame)
                progress("join", written, len(used))
        pieces.discard()
    return RenderReport(target, part is None, len(wanted), rendered, len(wanted) - rendered, session.notes)


def _refuse_inputs(session: Session, target: Path) -> None:
    for source in (session.info.path, session.disparity_path):
        if source is not None and target.exists() and source.exists() and target.samefile(source):
            raise OutputIsInput(f"{target} is the footage itself; give another name with -o")
