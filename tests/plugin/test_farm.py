"""The bundle, read by the specification's own model, and run as a farm would."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.errors import MediaNotFound, OutputExists, OutputUnwritable, ParameterError, UnsupportedFormat
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.export import render_movie
from focuspuller.plugin.farm import ASSETS, EDIT, TEMPLATE, Job, write_job
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import (
    apply,
    document_of_movie,
    effect_clips,
    find,
    media_path,
    open_document,
    save_document,
)
from focuspuller.plugin.timeline import clips as clips_of
from focuspuller.ui.cli import main
from openjd.model import (
    ParameterValueType,
    StepParameterSpaceIterator,
    SymbolTable,
    create_job,
    decode_job_template,
    preprocess_job_parameters,
)

from tests import clips

LENGTH = 20

HOSTILE = """'; touch pwned; "$(touch pwned)" `touch pwned` {{Param.Movie}} {{ -rf %04d ../../x\nopenjd_env: A=b"""


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    folder = tmp_path / "footage"
    folder.mkdir()
    clips.clip_with_disparity(folder, LENGTH)
    return folder


@pytest.fixture
def edit(footage: Path, tmp_path: Path) -> Path:
    """Two clips with the effect: frames 3 to 16 of the media under a hostile name, and all of it."""
    with document_of_movie(footage / "clip.mkv", LENGTH, 24.0) as document:
        (clip,) = clips_of(document)
        keys = (Key(0, 0.9), Key(LENGTH - 1, 8.0))
        state = EffectState(
            new_uuid(),
            Lens(),
            Curve(Scale.DIOPTRES, 2, keys),
            Curve(Scale.STOPS, 1.4),
            DisparityReference(str(footage / "clip.disparity.mkv")),
        )
        apply(clip, state)
        second = clip.clone()
        second.name = "second"
        document.root.tracks[0].append(second)
        clip.name = HOSTILE
        used = clip.source_range
        clip.source_range = type(used)(
            start_time=used.start_time + type(used.start_time)(3, 24), duration=type(used.duration)(14, 24)
        )
        save_document(document, footage / "edit.otio")
    return footage / "edit.otio"


def written(edit: Path, folder: Path, clip: int = 0, **options: Any) -> Job:
    arguments = {"codec": "ffv1", "quality": "draft", "frames_per_task": 6, **options}
    with open_document(edit) as document:
        return write_job(document, clips_of(document)[clip], folder, **arguments)


def created(folder: Path, **parameters: str) -> Any:
    """The job as a farm makes it of the template."""
    template = decode_job_template(
        template=json.loads((folder / TEMPLATE).read_text()), supported_extensions=["TASK_CHUNKING"]
    )
    values = preprocess_job_parameters(
        job_template=template,
        job_parameter_values=parameters,
        job_template_dir=folder,
        current_working_dir=folder.parent,
    )
    return create_job(job_template=template, job_parameter_values=values)


def render_locally(edit: Path, target: Path, quality: str = "draft") -> range:
    """The first clip; which frames of its media that were."""
    with open_document(edit) as document, Session.of_clip(document, clips_of(document)[0], quality=quality) as session:
        render_movie(session, target)
        return session.used


def chunks(job: Any) -> list[str]:
    found = []
    for task in StepParameterSpaceIterator(space=job.steps[0].parameterSpace):
        assert task["Frames"].type is ParameterValueType.CHUNK_INT
        found.append(task["Frames"].value)
    return found


def commands(job: Any) -> Iterator[list[str]]:
    """Of every task, a shuffled Render step first."""
    values = {f"Param.{name}": parameter.value for name, parameter in job.parameters.items()}
    render, join = job.steps
    assert [step.dependsOn for step in join.dependencies] == [render.name]
    frames = chunks(job)
    random.Random(3).shuffle(frames)
    for step, chunk in [*((render, chunk) for chunk in frames), (join, None)]:
        table = SymbolTable(source={**values, **({"Task.Param.Frames": chunk} if chunk else {})})
        action = step.script.actions.onRun
        assert action.command == "focuspuller"
        yield [argument.resolve(symtab=table) for argument in action.args]


@pytest.mark.parametrize("quality", ["draft", "final"])
def test_the_tasks_joined_are_the_local_render(
    quality: str, edit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = written(edit, tmp_path / "job", quality=quality)
    for command in commands(created(job.folder)):
        assert main(command) == 0
        said = capsys.readouterr().err
        assert "openjd_progress: 100.0\n" in said
        assert "openjd_status: " in said
    assert render_locally(edit, tmp_path / "local.mkv", quality) == job.frames == range(3, 17)
    assert job.movie.read_bytes() == (tmp_path / "local.mkv").read_bytes()
    left = {path.name for path in job.folder.iterdir()}
    assert left == {EDIT, TEMPLATE, ASSETS, job.movie.name}
    if quality == "draft":
        for command in commands(created(job.folder)):
            assert main(command) == 0, "a task that is given out twice does no harm"


@pytest.mark.parametrize("frames_per_task", ["1", "5", "6", "14", "48"])
def test_chunks_are_contiguous_and_every_frame_is_in_one(edit: Path, tmp_path: Path, frames_per_task: str) -> None:
    """However many frames a task has, which is a parameter to whoever submits the job."""
    job = written(edit, tmp_path / "job")
    ranges = [tuple(map(int, chunk.split("-"))) for chunk in chunks(created(job.folder, FramesPerTask=frames_per_task))]
    assert [frame for first, last in ranges for frame in range(first, last + 1)] == list(job.frames)
    assert max(last - first + 1 for first, last in ranges) <= int(frames_per_task)


def test_paths_are_parameters_that_a_farm_can_map(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job")
    template = json.loads((job.folder / TEMPLATE).read_text())
    flows = {
        parameter["name"]: (parameter["objectType"], parameter["dataFlow"])
        for parameter in template["parameterDefinitions"]
        if parameter["type"] == "PATH"
    }
    assert flows == {"Timeline": ("FILE", "IN"), "Movie": ("FILE", "OUT")}
    assert str(tmp_path) not in (job.folder / TEMPLATE).read_text()
    elsewhere = created(job.folder, Movie="/mnt/renders/x.mov").parameters["Movie"].value
    assert elsewhere == "/mnt/renders/x.mov"
    assets = json.loads((job.folder / ASSETS).read_text())["assetReferences"]["inputs"]["filenames"]
    assert {Path(name).name for name in assets} == {"clip.mkv", "clip.disparity.mkv"}
    assert all(Path(name).is_file() for name in assets)


def test_memory_goes_along(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job", memory=64 << 20)
    for command in commands(created(job.folder)):
        assert command[command.index("--memory") + 1] == "64M"


def test_no_name_of_an_editor_s_is_in_the_template(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job")
    text = (job.folder / TEMPLATE).read_text()
    for part in ("'", "`", "$", ";", "openjd_env", "{{Param.Movie}} ", "-rf"):
        assert part not in text.replace(job.movie.stem, "")
    assert all(sign.isalnum() or sign in "._-" for sign in job.movie.name)
    assert job.movie.parent == job.folder


def test_the_edit_in_it_is_as_it_was_with_the_effect_on_one_clip(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job", clip=1)
    with open_document(edit) as before, open_document(job.folder / EDIT) as after:
        assert [clip.name for clip in clips_of(after)] == [clip.name for clip in clips_of(before)]
        (clip,) = effect_clips(after)
        assert clip.name == "second"
        was, now = find(clips_of(before)[1]), find(clip)
        assert was is not None
        assert now is not None
        assert (now.uuid, now.aperture, now.lens) == (was.uuid, was.aperture, was.lens)
    assert job.frames == range(LENGTH)


@pytest.mark.parametrize("linked", [False, True])
def test_it_moves_with_its_media(edit: Path, tmp_path: Path, linked: bool) -> None:
    """To where another machine sees the same disk; also when it was written through a symbolic link."""
    (tmp_path / "jobs" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "jobs" / "deep")
    written(edit, (tmp_path / "link" if linked else tmp_path / "jobs" / "deep") / "job")
    there = tmp_path / "elsewhere"
    there.mkdir()
    for name in ("footage", "jobs"):
        shutil.move(tmp_path / name, there / name)
    with open_document(there / "jobs" / "deep" / "job" / EDIT) as document:
        (clip,) = effect_clips(document)
        assert media_path(document, clip).resolve() == there / "footage" / "clip.mkv"
        with Session.of_clip(document, clip, quality="draft") as session:
            assert session.used == range(3, 17)


def test_zipped_media_comes_along(edit: Path, tmp_path: Path) -> None:
    with open_document(edit) as document:
        save_document(document, tmp_path / "edit.otioz")
    shutil.rmtree(edit.parent)
    job = written(tmp_path / "edit.otioz", tmp_path / "job")
    assets = json.loads((job.folder / ASSETS).read_text())["assetReferences"]["inputs"]["filenames"]
    assert all(Path(name).is_file() and Path(name).is_relative_to(job.folder) for name in assets)
    assert [main(command) for command in commands(created(job.folder))] == [0] * 4


def test_pictures_are_numbered_beside_the_job(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job", codec="exr")
    for command in commands(created(job.folder)):
        assert main(command) == 0
    stem = job.movie.name.removesuffix(".%04d.exr")
    frames = {path.name for path in job.folder.iterdir() if path.suffix == ".exr"}
    assert frames == {f"{stem}.{frame:04d}.exr" for frame in job.frames}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"frames_per_task": 0}, ParameterError),
        ({"frames_per_task": -5}, ParameterError),
        ({"codec": "dnxhr"}, UnsupportedFormat),
        ({"codec": "vp9"}, UnsupportedFormat),
        ({"folder": "there"}, OutputExists),
        ({"folder": "there/file/job"}, OutputUnwritable),
    ],
)
def test_a_job_is_whole_or_not_there(
    edit: Path, tmp_path: Path, options: dict[str, Any], error: type[Exception]
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    folder = tmp_path / options.get("folder", "job")
    with pytest.raises(error):
        written(edit, folder, **{name: value for name, value in options.items() if name != "folder"})
    assert sorted(tmp_path.rglob("*")) == before


def test_a_disk_that_is_read_only_says_so(edit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(path: Path, *_: object, **__: object) -> None:
        if not path.exists():
            raise OSError(30, "Read-only file system", str(path))

    for change in ("mkdir", "unlink"):
        monkeypatch.setattr(Path, change, refuses)
    with pytest.raises(OutputUnwritable, match="Read-only file system"):
        written(edit, tmp_path / "job")


def test_missing_media_is_named_as_the_edit_names_it_and_folders_are_made(edit: Path, tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / "today"
    assert written(edit, folder / "job").movie.parent == folder / "job"
    for name in ("clip.disparity.mkv", "clip.mkv"):
        (edit.parent / name).rename(tmp_path / name)
        with pytest.raises(MediaNotFound, match=rf"no media at {re.escape(str(edit.parent / name))}"):
            written(edit, tmp_path / "jobs" / "tomorrow" / "job")
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["today"]


def test_a_movie_of_the_default_codec_is_named_for_it(edit: Path, tmp_path: Path) -> None:
    job = written(edit, tmp_path / "job", codec=None)
    with Session.of_clip(*_only(job.folder / EDIT)) as session:
        assert choose_format(None, job.movie, session.info).muxer == "mov"
    assert "--codec" not in (job.folder / TEMPLATE).read_text()


def _only(edit: Path) -> Any:
    document = open_document(edit)
    return document, effect_clips(document)[0]


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for the command")
@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_real_runner_runs_it(edit: Path, tmp_path: Path, real: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through `openjd run`, in a folder with a hostile name; quickly with a `focuspuller` that notes its arguments."""
    hostile = tmp_path / HOSTILE.replace("/", "").replace("\n", " ")
    hostile.mkdir()
    job = written(edit, hostile / "job", frames_per_task=8)
    programs = tmp_path / "programs"
    programs.mkdir()
    notes = tmp_path / "notes"
    notes.write_text("")
    record = (
        f"import json, sys\nwith open({str(notes)!r}, 'a') as file:\n    file.write(json.dumps(sys.argv[1:]) + '\\n')\n"
    )
    (programs / "record.py").write_text(record)
    runs = '-m focuspuller "$@"' if real else f'{programs / "record.py"} "$@"'
    (programs / "focuspuller").write_text(f"#!/bin/sh\nexec {sys.executable} {runs}\n")
    (programs / "focuspuller").chmod(0o755)
    environment = clips.environment(tmp_path)
    environment["PATH"] = os.pathsep.join([str(programs), str(Path(sys.executable).parent), environment["PATH"]])
    run = ["run", str(job.folder / TEMPLATE), "--step", "Join", "--run-dependencies"]
    for arguments in (["check", str(job.folder / TEMPLATE)], run) if real else (run,):
        ended = subprocess.run(
            ["openjd", *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not list(tmp_path.rglob("pwned"))
    if real:
        assert "openjd_progress: 100.0" in ended.stdout
        render_locally(edit, tmp_path / "local.mkv")
        assert job.movie.read_bytes() == (tmp_path / "local.mkv").read_bytes()
    else:
        ran = [json.loads(line) for line in notes.read_text().splitlines()]
        assert [(words[1], words[2]) for words in ran] == [(str(job.folder / EDIT), f"--output={job.movie}")] * 3
        assert [words[-1] for words in ran[:2]] == ["3-9", "10-16"]
