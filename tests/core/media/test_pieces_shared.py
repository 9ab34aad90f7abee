from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from focuspuller.core.errors import OutputBusy, ResumeMismatch
from focuspuller.core.media.info import MediaInfo
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.media.pieces import Pieces, pieces_folder

from tests.core.media.held_pieces import HELD, LENGTH, alone, files_in, pieces_of
from tests.core.media.outputs import clip, pictures, write


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    yield
    HELD.close()


def digest(target: Path) -> str:
    files = sorted(target.parent.glob("a.*")) if "%" in target.name else [target]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def join(pieces: Pieces, target: Path, info: MediaInfo, codec: str | None = None) -> Path:
    with open_writer(target, choose_format(codec, target, info), info) as writer:
        for frame in pieces.frames(0, info.frame_count):
            writer.write(frame)
    return target


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tests.conftest
from tests.core.media.movies import picture
from tests.core.media.outputs import clip
from tests.core.media.held_pieces import LENGTH, pieces_of

def rendered(frames):
    for index in frames:
        print(index, flush=True)
        if "hang" in sys.argv:
            sys.stdin.read()
        yield picture(index, 32, 32)

pieces = pieces_of(Path(sys.argv[2]), clip(LENGTH, size=(32, 32)))
for start in eval(sys.argv[3]):
    if pieces.missing(start, start + 3):
        pieces.write(start, rendered(range(start, start + 3)))
"""


def worker(target: Path, share: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Another process, which renders every piece of its share that is still missing."""
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", WORKER, root, str(target), share, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_workers_share_a_folder(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    workers = [worker(target, share) for share in ("range(0, 24, 3)", "range(21, -1, -3)", "range(0, 24, 6)")]
    for process in workers:
        process.communicate()
    assert [process.returncode for process in workers] == [0, 0, 0]
    pieces = pieces_of(target, info)
    pieces.verify(range(LENGTH))
    assert pieces.missing(0, LENGTH) == []
    assert digest(join(pieces, target, info)) == digest(write(tmp_path / "b.mov", info, pictures(info)))


def test_what_a_killed_worker_left_is_swept_and_what_a_live_one_makes_is_not(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    with worker(target, "[0]", "hang") as process:
        assert process.stdout is not None
        process.stdout.readline()
        pieces_of(target, info)
        assert len(list(pieces_folder(target).glob(".*.partial"))) == 1
        process.kill()
    pieces_of(target, info)
    assert files_in(pieces_folder(target)) == ["manifest.json"]


def test_who_renders_all_is_alone_and_who_renders_parts_is_not(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    pieces_of(target, info).write(0, pictures(info)[:3])
    pieces_of(target, info)
    for anew in (False, True):
        with pytest.raises(OutputBusy, match=r"a\.mov is being rendered"):
            alone(target, info, anew=anew)
    HELD.close()
    with alone(target, info):
        for shared in (False, True):
            with pytest.raises(OutputBusy):
                pieces_of(target, info) if shared else alone(target, info)
    assert pieces_of(target, info).missing(0, LENGTH) == [range(3, LENGTH)]


def test_of_what_ended_before_it_began_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = clip(LENGTH, size=(32, 32))
    alone(tmp_path / "a.mov", info).close()
    assert not list(tmp_path.iterdir())
    pieces = alone(tmp_path / "a.mov", info)
    removed: list[bool] = []
    monkeypatch.setattr("focuspuller.core.media.pieces.os", SimpleNamespace(name="nt"))
    monkeypatch.setattr("focuspuller.core.media.pieces.remove", lambda path: removed.append(pieces._lock.closed))
    pieces.close()
    assert removed == [True], "Windows removes nothing that is open"


def test_the_dead_hold_nothing(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    with worker(target, "[0]", "hang") as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(OutputBusy):
            alone(target, info)
        process.kill()
    alone(target, info).close()


def test_starting_anew_forgets_what_is_there_but_not_what_is_shared(tmp_path: Path) -> None:
    info = clip(LENGTH, size=(32, 32))
    target = tmp_path / "a.mov"
    with alone(target, info) as pieces:
        pieces.write(0, pictures(info)[:3])
    with pytest.raises(ResumeMismatch, match="begin anew"):
        alone(target, info, "another job")
    with alone(target, info, "another job", anew=True) as pieces:
        assert pieces.is_empty
    assert not pieces_folder(target).exists(), "a render that ended before its first piece leaves nothing"
