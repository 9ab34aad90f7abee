"""A clip's render as a job for a farm: an Open Job Description bundle, which is data and nothing else.

Its tasks render chunks of frames into pieces beside the movie, and its last step joins them. Whatever an editor named
is a job parameter or in the edit, never in the text of a command: no name can say what is run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import EffectNotFound, OutputExists, ParameterError
from ..core.media.codecs import CODECS
from ..core.media.output import source_files
from ..core.media.output_format import choose_format
from ..core.media.partial import partial_beside, publish, remove, sweep, unwritable, write_whole
from .media_clock import Json
from .session import Session
from .sidecar import sidecar_of
from .timeline import Document, effect_clips, find, media_path, open_document, save_document
from .timeline.clips import Clip, file_stem, label
from .timeline.effects import effects_on

TEMPLATE = "template.json"
ASSETS = "asset_references.json"
EDIT = "edit.otio"
RENDER, JOIN = "Render", "Join"


@dataclass(frozen=True, slots=True)
class Job:
    """`movie` is where the job will write unless it is told otherwise; `frames` are the media's."""

    folder: Path
    movie: Path
    frames: range
    notes: tuple[str, ...]


def write_job(
    document: Document,
    clip: Clip,
    folder: Path,
    *,
    codec: str | None,
    quality: str,
    frames_per_task: int,
    memory: int | None = None,
) -> Job:
    """Write the bundle that renders one clip's effect. The document is left with the effect on that clip alone.

    Args:
        memory: bytes, whole MiB, that decoded frames and features may take on each machine; None as for any render.

    Raises:
        OutputExists, OutputUnwritable: nothing was written.
        EffectNotFound: the clip has none.
        MediaNotFound: as the document names it.
        ParameterError: no frames in a task; and whatever would stop the render itself.
    """
    if frames_per_task < 1:
        raise ParameterError(f"{frames_per_task} frames in a task; give a whole number from 1 on")
    if os.path.lexists(folder):
        raise OutputExists(f"{folder} exists; name a folder to make")
    state = find(clip)
    if state is None:
        raise EffectNotFound(f"{label(clip)} has no effect to render; put one on with `focuspuller apply`")
    # What is missing is missed where the document says that it is, not where the job's edit will.
    media_path(document, clip)
    if state.disparity is not None:
        document.locate(state.disparity.url, f"the disparity of {label(clip)}")
    # The edit names its media relative to the folder, as it really lies.
    target = Path(os.path.realpath(folder.parent)) / folder.name
    partial = partial_beside(target)
    with unwritable(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent, target)
        partial.mkdir()
    try:
        written = _fill(partial, folder, document, clip, codec, quality, frames_per_task, memory)
        with unwritable(folder):
            publish(partial, target)
    finally:
        remove(partial)
    return written


def job_template(name: str, movie: str, frames: range, frames_per_task: int, options: Iterable[str]) -> Json:
    """The job, by the specification's revision 2023-09.

    Args:
        name: letters, digits, dots, dashes and underscores.
        movie: what the movie is called by default, in the bundle's folder.
        options: of `focuspuller render`.
    """
    render = ["render", "{{Param.Timeline}}", "--output={{Param.Movie}}", "--resume", "--progress", "openjd", *options]
    chunks = {"defaultTaskCount": "{{Param.FramesPerTask}}", "rangeConstraint": "CONTIGUOUS"}
    task = {"name": "Frames", "type": "CHUNK[INT]", "range": f"{frames.start}-{frames.stop - 1}", "chunks": chunks}
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "extensions": ["TASK_CHUNKING"],
        "name": f"focuspuller {name}",
        "parameterDefinitions": [
            {
                "name": "Timeline",
                "type": "PATH",
                "objectType": "FILE",
                "dataFlow": "IN",
                "default": EDIT,
                "description": "The edit as it stood when the job was written, with the effect on the clip to render.",
            },
            {
                "name": "Movie",
                "type": "PATH",
                "objectType": "FILE",
                "dataFlow": "OUT",
                "default": movie,
                "description": "The render, in a folder that exists. Its pieces wait in a hidden folder beside it.",
            },
            {
                "name": "FramesPerTask",
                "type": "INT",
                "minValue": 1,
                "default": frames_per_task,
                "description": "How many frames a task renders.",
            },
        ],
        "steps": [
            {
                "name": RENDER,
                "description": "Frames, rendered into lossless pieces.",
                "parameterSpace": {"taskParameterDefinitions": [task]},
                "script": _script([*render, "--frames", "{{Task.Param.Frames}}"]),
            },
            {
                "name": JOIN,
                "description": "The pieces, joined by one encode.",
                "dependencies": [{"dependsOn": RENDER}],
                "script": _script(render),
            },
        ],
    }


def _script(arguments: list[str]) -> Json:
    return {"actions": {"onRun": {"command": "focuspuller", "args": arguments}}}


def _fill(
    folder: Path,
    published: Path,
    document: Document,
    clip: Clip,
    codec: str | None,
    quality: str,
    frames_per_task: int,
    memory: int | None,
) -> Job:
    """Write the bundle's files.

    Args:
        folder: where they are made.
        published: where they will lie.
    """
    for other in effect_clips(document):
        for effect in effects_on(other) if other is not clip else ():
            other.effects.remove(effect)
    save_document(document, folder / EDIT, portable=True)
    remove(sidecar_of(folder / EDIT))  # which is for edits that go through other applications
    # What was written is opened and tried as the farm will.
    with (
        open_document(folder / EDIT) as edit,
        Session.of_clip(edit, effect_clips(edit)[0], quality=quality) as session,
    ):
        movie = _movie_name(clip, codec)
        choose_format(codec, folder / movie, session.info)
        session.check(session.used)
        media = [path for path in (session.info.path, session.disparity_path) if path is not None]
        files = [Path(os.path.abspath(file)) for path in media for file in source_files(path)]
        options = ["--quality", quality, *(["--codec", codec] if codec is not None else [])]
        options += ["--memory", f"{memory >> 20}M"] if memory is not None else []
        template = job_template(file_stem(clip), movie, session.used, frames_per_task, options)
        inputs = [_moved(file, folder, Path(os.path.abspath(published))) for file in files]
        _write_json(folder / TEMPLATE, template)
        _write_json(folder / ASSETS, _asset_references(inputs))
        return Job(published, published / movie, session.used, session.notes)


def _asset_references(inputs: list[Path]) -> Json:
    """What Deadline Cloud sends along with a job, beside the files that are parameters."""
    return {
        "assetReferences": {
            "inputs": {"filenames": [str(path) for path in inputs], "directories": []},
            "outputs": {"directories": []},
            "referencedPaths": [],
        }
    }


def _movie_name(clip: Clip, codec: str | None) -> str:
    row = CODECS.get(codec or "")
    extension = row.extensions[0] if row else ".mov"
    number = ".%04d" if extension in (".png", ".exr") else ""
    return f"{file_stem(clip)}{number}{extension}"


def _moved(path: Path, folder: Path, to: Path) -> Path:
    """Where a file of the folder will be once that has moved; others stay."""
    return to / path.relative_to(folder) if path.is_relative_to(folder) else path


def _write_json(path: Path, content: Json) -> None:
    write_whole(path, json.dumps(content, indent=2).encode())
