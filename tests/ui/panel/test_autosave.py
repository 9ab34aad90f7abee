import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from focuspuller.core.errors import EffectInvalid, FocuspullerError
from focuspuller.ui.panel import autosaver
from focuspuller.ui.panel.autosave import autosave_of, read_autosave, set_aside, write_autosave
from focuspuller.ui.panel.autosaver import Autosaver
from focuspuller.ui.panel.opened import digest_of

from tests.clips import environment
from tests.ui.panel.projects import opened, rack, timeline


def test_work_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "edit.otio"
    edits = {0: rack(), 2: None}
    write_autosave(path, edits, 3, "abc")
    recovered = read_autosave(path, 3, "abc")
    assert recovered is not None
    assert recovered.edits == edits
    assert recovered.is_of_this
    other = read_autosave(path, 3, "another")
    assert other is not None
    assert not other.is_of_this


def test_nothing_left_is_nothing_to_recover(tmp_path: Path) -> None:
    assert read_autosave(tmp_path / "edit.otio", 3, "abc") is None


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"clips": 3}',
        b'{"clips": 3, "digest": "", "edits": [{"clip": 9, "effect": null}]}',
        b'{"clips": 2, "digest": "", "edits": []}',
    ],
)
def test_a_spoilt_file_is_told_and_kept(tmp_path: Path, spoilt: bytes) -> None:
    path = tmp_path / "edit.otio"
    autosave_of(path).write_bytes(spoilt)
    with pytest.raises(EffectInvalid, match="cannot be recovered"):
        read_autosave(path, 3, "abc")
    assert autosave_of(path).read_bytes() == spoilt


def test_what_is_set_aside_never_takes_the_place_of_what_was(tmp_path: Path) -> None:
    path = tmp_path / "edit.otio"
    places = []
    for work in (b"one", b"two"):
        autosave_of(path).write_bytes(work)
        places.append(set_aside(path))
    assert [place.read_bytes() for place in places] == [b"one", b"two"]
    assert not autosave_of(path).exists()


def test_every_spoilt_value_is_refused_or_read(tmp_path: Path) -> None:
    path = tmp_path / "edit.otio"
    write_autosave(path, {0: rack()}, 1, "abc")
    whole = json.loads(autosave_of(path).read_bytes())

    def spoil(value: object) -> None:
        autosave_of(path).write_text(json.dumps({**whole, "edits": value}))
        with pytest.raises(EffectInvalid):
            read_autosave(path, 1, "abc")

    spoilt: list[object] = [None, 3, "x", [3], [{}], [{"clip": -1, "effect": None}], [{"clip": 0, "effect": {}}]]
    for value in spoilt:
        spoil(value)


def test_it_writes_the_newest_work_and_takes_it_away_when_saved(tmp_path: Path) -> None:
    edit = timeline(tmp_path)
    project, _ = opened(edit)
    failed: list[FocuspullerError] = []
    saver = Autosaver(project, failed.append, interval=0.01)
    project.remove_effect()
    project.undo()
    project.redo()
    wait_for(lambda: autosave_of(edit).exists())
    recovered = read_autosave(edit, 2, digest_of(edit))
    assert recovered is not None
    assert recovered.edits == project.timeline.edits
    assert project.save(edit)
    assert not autosave_of(edit).exists()
    project.undo()
    wait_for(lambda: autosave_of(edit).exists())
    saver.close()
    assert not autosave_of(edit).exists()
    assert not failed
    project.close()


def test_undone_work_is_not_offered_again(tmp_path: Path) -> None:
    edit = timeline(tmp_path)
    project, _ = opened(edit)
    saver = Autosaver(project, lambda error: None, interval=0.01)
    project.remove_effect()
    wait_for(lambda: autosave_of(edit).exists())
    project.undo()
    assert not autosave_of(edit).exists()
    saver.close()
    project.close()


def test_a_folder_that_takes_no_file_is_told_once(tmp_path: Path) -> None:
    edit = timeline(tmp_path)
    project, _ = opened(edit)
    failed: list[FocuspullerError] = []
    saver = Autosaver(project, failed.append, interval=0.0)
    autosave_of(edit).mkdir()
    (autosave_of(edit) / "in the way").touch()
    for _ in range(3):
        project.remove_effect()
        wait_for(lambda: saver._pending is None)
        project.undo()
        autosave_of(edit).mkdir(exist_ok=True)
        (autosave_of(edit) / "in the way").touch()
    saver.close()
    assert len(failed) == 1
    project.close()


def test_a_bug_is_told_and_the_work_is_kept_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = timeline(tmp_path)
    project, _ = opened(edit)
    failed: list[FocuspullerError] = []

    def stumble(*arguments: object) -> None:
        raise ZeroDivisionError("oops")

    saver = Autosaver(project, failed.append, interval=0.0)
    with monkeypatch.context() as patched:
        patched.setattr(autosaver, "write_autosave", stumble)
        project.remove_effect()
        wait_for(lambda: bool(failed))
    assert "bug" in str(failed[0])
    project.apply_effect()
    wait_for(lambda: autosave_of(edit).exists())
    saver.close()
    project.close()


@pytest.mark.parametrize("died", [False, True])
def test_a_second_window_keeps_its_work_once_the_first_has_closed(tmp_path: Path, died: bool) -> None:
    edit = timeline(tmp_path)
    project, _ = opened(edit)
    first = Autosaver(project, lambda error: None)
    second = Autosaver(project, lambda error: None, interval=0.0)
    first.close()
    if died:
        autosave_of(edit).write_bytes(b"the first one's")
    project.remove_effect()
    wait_for(lambda: second._pending is None)
    assert second.is_in_charge is not died
    second.close()
    assert autosave_of(edit).exists() is died
    project.close()


def test_work_that_cannot_be_removed_does_not_keep_it_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError("not yours")

    project, _ = opened(timeline(tmp_path))
    saver = Autosaver(project, lambda error: None)
    monkeypatch.setattr(autosaver, "drop_autosave", refuse)
    saver.close()
    assert not saver._thread.is_alive()
    project.close()


EDITOR = """
import sys, time
from dataclasses import replace
from pathlib import Path
from focuspuller.ui.panel.autosaver import Autosaver
from focuspuller.ui.panel.opened import open_timeline_or_clip
from focuspuller.ui.panel.project import Project
opened = open_timeline_or_clip(Path(sys.argv[1]))
project = Project(opened, retire=print, opener=lambda opening: opening.take(opening.work()))
saver = Autosaver(project, print, interval=0.2)
for step in range(10_000):
    state = project.state
    project.edit(replace(state, focus_distance=state.focus_distance.insert(5, 1 + step / 10)))
    print(step, flush=True)
    time.sleep(0.02)
"""


@pytest.mark.slow
def test_work_outlives_kill_9(tmp_path: Path) -> None:
    """Killed while editing, what is offered is at most the autosave's interval and one write behind."""
    edit = timeline(tmp_path)
    before = edit.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(edit)], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    steps = [int(process.stdout.readline()) for _ in range(30)]
    os.kill(process.pid, signal.SIGKILL)
    rest = process.communicate()[0].split()
    last = int(rest[-1]) if rest else steps[-1]
    assert edit.read_bytes() == before
    project, _ = opened(edit)
    recovered = read_autosave(edit, 2, digest_of(edit))
    assert recovered is not None
    assert recovered.is_of_this
    project.recover(recovered.edits)
    assert project.state is not None
    step = round((project.state.focus_distance.value(5) - 1) * 10)
    assert last - 25 <= step <= last  # half a second's worth
    project.undo()
    assert project.state == rack()
    project.close()


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.005)
    raise AssertionError("it never came about")
